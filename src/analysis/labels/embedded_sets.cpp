#include "analysis/labels/embedded_sets.h"

#include <algorithm>

#include "core/text.h"
#include "report/scatter.h"

namespace carica::analysis {
namespace {

// The last one stands for all that have more.
const std::vector<std::string> kCounts = {"no label", "1 label", "2 labels", "3 labels",
                                          "4 or more"};

}  // namespace

void write_embedding(FileSystem& fs, const std::filesystem::path& folder,
                     const CollectedSets& collected, const EmbeddedSplit& embedded) {
  if (embedded.points.empty()) return;
  const auto stem = (folder / file_stem(embedded)).string();
  std::string csv = "path,labels,predicted,x,y";
  csv += embedded.points[0].size() == 3 ? ",z\n" : "\n";
  report::Scatter scatter{.title = cat(embedded.method, " of the features, ", embedded.split),
                          .subtitle = cat("n = ", embedded.rows.size(), ", ", embedded.note),
                          .classes = kCounts,
                          .labels = {},
                          .points = embedded.points};
  for (std::size_t i = 0; i < embedded.rows.size(); ++i) {
    const auto row = embedded.rows[i];
    const auto labels = collected.labels(row);
    scatter.labels.push_back(
        static_cast<std::int64_t>(std::min(labels.size(), kCounts.size() - 1)));
    csv += cat(csv_field(collected.names[row]), ",", csv_field(names_of(collected, labels)), ",",
               csv_field(names_of(collected, collected.predicted_labels(row))));
    for (const double value : embedded.points[i]) csv += cat(",", number(value));
    csv += "\n";
  }
  write_file(fs, stem + ".csv", csv);
  for (const char* ending : {".png", ".svg"}) report::draw(scatter, stem + ending, fs);
}

Page::Json embedding_json(const CollectedSets& collected, const EmbeddedSplit& embedded, Page& page,
                          std::size_t most_pictures) {
  auto json = points_json(collected, embedded, page, most_pictures);
  auto truth = Page::Json::array(), predicted = truth;
  for (const auto row : embedded.rows) {
    truth.push_back(collected.labels(row));
    predicted.push_back(collected.predicted_labels(row));
  }
  json["label_sets"] = std::move(truth);
  json["predicted_sets"] = std::move(predicted);
  return json;
}

}  // namespace carica::analysis
