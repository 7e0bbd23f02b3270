#include "analysis/centroid_table.h"

#include <map>

#include "analysis/centroids.h"
#include "analysis/mistakes.h"
#include "core/log.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr int kPictureSide = 160;  // px, in the page

torch::Tensor rows_of(const Collected& collected, const std::vector<std::string>& names,
                      std::vector<std::int64_t>& predicted) {
  std::map<std::string, std::int64_t> row;
  for (std::size_t i = 0; i < collected.size(); ++i) {
    row[collected.names[i]] = static_cast<std::int64_t>(i);
  }
  std::vector<std::int64_t> rows;
  for (const auto& name : names) {
    rows.push_back(row.at(name));
    predicted.push_back(collected.predicted[static_cast<std::size_t>(rows.back())]);
  }
  return collected.features.index_select(0, torch::tensor(rows, torch::kLong));
}

}  // namespace

void add_centroid_distances(FileSystem& fs, const ComparisonRequest& request,
                            const std::vector<AnalysedRun>& runs,
                            const std::vector<Collected>& collected, Page& page) {
  const auto chosen =
      choose_mistakes(collected.front(), request.per_class, /*worst=*/false, request.seed);
  std::vector<std::string> names;
  std::vector<std::int64_t> truth;
  for (const auto& mistake : chosen) {
    names.push_back(collected.front().names[mistake.row]);
    truth.push_back(mistake.truth);
  }
  std::vector<RunFeatures> features;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto file = runs[i].analysis / "features" / "train.safetensors";
    if (!std::filesystem::exists(file)) {
      log_warning(cat("compare: ", file.string(), " is missing; no distances to centroids"));
      return;
    }
    RunFeatures run;
    run.features = rows_of(collected[i], names, run.predicted);
    run.centroids = class_centroids(load_collected(file));
    features.push_back(std::move(run));
  }
  const auto distances = centroid_distances(truth, features);
  const auto& classes = collected.front().classes;
  const auto name_of = [&](std::int64_t label) { return classes[static_cast<std::size_t>(label)]; };
  std::string csv = "path,truth";
  Page::Json json{{"runs", Page::Json::array()}, {"rows", Page::Json::array()}};
  for (const auto& run : runs) {
    for (const char* column : {": predicted", ": to true", ": to predicted"}) {
      csv += "," + csv_field(run.name + column);
    }
    json["runs"].push_back(run.name);
  }
  csv += "\n";
  for (std::size_t m = 0; m < chosen.size(); ++m) {
    csv += cat(csv_field(names[m]), ",", csv_field(name_of(chosen[m].truth)));
    const auto seen = request.picture(names[m]);
    Page::Json row{{"picture", seen ? Page::Json(page.add(*seen, kPictureSide, names[m]))
                                    : Page::Json(nullptr)},
                   {"path", names[m]},
                   {"truth", chosen[m].truth},
                   {"predicted", chosen[m].predicted},
                   {"run_predicted", Page::Json::array()},
                   {"to_truth", Page::Json::array()},
                   {"to_predicted", Page::Json::array()}};
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const auto& own = distances[r][m];
      const auto predicted = features[r].predicted[m];
      csv += cat(",", csv_field(name_of(predicted)), ",", cell(own.to_true), ",",
                 own.to_predicted ? cell(*own.to_predicted) : std::string("NA"));
      row["run_predicted"].push_back(predicted);
      row["to_truth"].push_back(finite_or_null(own.to_true));
      row["to_predicted"].push_back(own.to_predicted ? finite_or_null(*own.to_predicted)
                                                     : Page::Json(nullptr));
    }
    csv += "\n";
    json["rows"].push_back(std::move(row));
  }
  write_file(fs, request.out / "centroid_distances.csv", csv);
  if (chosen.empty()) return;
  json["note"] =
      cat("Mistakes of ", runs.front().name,
          ". Euclidean distances of the features to the mean features of the training "
          "split: of the true class, and of the one that this network predicts; NA where "
          "the network is right.");
  for (const auto& name : classes) page["classes"].push_back({{"name", name}});
  page["distances"] = std::move(json);
}

}  // namespace carica::analysis
