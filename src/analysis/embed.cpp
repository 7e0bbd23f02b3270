#include "analysis/embed.h"

#include <algorithm>
#include <numeric>

#include "analysis/embedding/pca.h"
#include "analysis/embedding/trustworthiness.h"
#include "analysis/embedding/tsne.h"
#include "core/random.h"
#include "core/text.h"
#include "report/scatter.h"

namespace carica::analysis {
namespace {

constexpr std::uint32_t kPurpose = 41;  // of the random numbers that choose
constexpr int kThumbnail = 56;          // px

torch::Tensor features_of(const CollectedPictures& collected,
                          const std::vector<std::size_t>& rows) {
  std::vector<std::int64_t> index(rows.begin(), rows.end());
  return collected.features.index_select(0, torch::tensor(index, torch::kLong));
}

std::vector<std::vector<double>> as_points(const torch::Tensor& positions) {
  const auto host = positions.to(torch::kCPU, torch::kDouble).contiguous();
  const auto* value = host.const_data_ptr<double>();
  std::vector<std::vector<double>> points;
  for (std::int64_t i = 0; i < host.size(0); ++i, value += host.size(1)) {
    points.emplace_back(value, value + host.size(1));
  }
  return points;
}

}  // namespace

std::string file_stem(const EmbeddedSplit& embedded) {
  const auto dims = embedded.points.empty() ? 2 : embedded.points[0].size();
  return cat(embedded.method == "PCA" ? "pca" : "tsne", "_", embedded.split, "_", dims, "d");
}

std::vector<std::size_t> rows_to_embed(const CollectedPictures& collected, std::size_t most,
                                       std::uint64_t seed) {
  std::vector<std::size_t> rows(collected.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (rows.size() <= most) return rows;
  std::ranges::sort(rows, {}, [&](std::size_t row) { return collected.names[row]; });
  RandomStream random(seed, 0, 0, kPurpose);
  const auto order = permutation(static_cast<std::int64_t>(rows.size()), random);
  std::vector<std::size_t> drawn;
  for (std::size_t i = 0; i < most; ++i) drawn.push_back(rows[static_cast<std::size_t>(order[i])]);
  std::ranges::sort(drawn);
  return drawn;
}

EmbeddedSplit embed_tsne(const CollectedPictures& collected, const Request& request, int dims) {
  EmbeddedSplit embedded{.split = collected.split,
                         .method = "t-SNE",
                         .rows = rows_to_embed(collected, request.most_points, request.seed),
                         .points = {},
                         .note = {}};
  const auto features = features_of(collected, embedded.rows);
  TsneOptions options;
  options.dims = dims;
  options.seed = request.seed;
  options.report = [&](const TsneProgress& at) {
    request.progress(
        cat("t-SNE of ", collected.split, " in ", dims, "-D  ", at.iteration, "/", at.iterations));
    return true;
  };
  const auto result = tsne(features.to(request.tsne_device), options);
  embedded.points = as_points(result.positions);
  embedded.note = cat("perplexity ", fixed(result.perplexity, 1), ", KL ", fixed(result.kl, 3));
  constexpr std::int64_t kNeighbors = 5;
  if (features.size(0) > 2 * kNeighbors) {
    const double trust = trustworthiness(features, result.positions, kNeighbors);
    embedded.note += cat(", trustworthiness ", fixed(trust, 3));
  }
  return embedded;
}

EmbeddedSplit embed_pca(const CollectedPictures& collected, const Request& request) {
  EmbeddedSplit embedded{.split = collected.split,
                         .method = "PCA",
                         .rows = rows_to_embed(collected, request.most_points, request.seed),
                         .points = {},
                         .note = {}};
  const auto features = features_of(collected, embedded.rows);
  if (std::min(features.size(0), features.size(1)) < 2) return embedded;
  const auto result = pca(features, 2);
  embedded.points = as_points(result.scores);
  embedded.note =
      cat(fixed(100 * result.variance_ratio.sum().item<double>(), 1), " % of the variance");
  return embedded;
}

void write_embedding(FileSystem& fs, const std::filesystem::path& folder,
                     const Collected& collected, const EmbeddedSplit& embedded) {
  if (embedded.points.empty()) return;
  const auto stem = folder / file_stem(embedded);
  const auto dims = embedded.points[0].size();
  std::string csv = dims == 3 ? "path,class,predicted,x,y,z\n" : "path,class,predicted,x,y\n";
  report::Scatter scatter{.title = cat(embedded.method, " of the features, ", embedded.split),
                          .subtitle = cat("n = ", embedded.rows.size(), ", ", embedded.note),
                          .classes = collected.classes,
                          .labels = {},
                          .points = embedded.points};
  for (std::size_t i = 0; i < embedded.rows.size(); ++i) {
    const auto row = embedded.rows[i];
    const auto truth = static_cast<std::size_t>(collected.truth[row]);
    const auto predicted = static_cast<std::size_t>(collected.predicted[row]);
    scatter.labels.push_back(collected.truth[row]);
    csv += cat(csv_field(collected.names[row]), ",", csv_field(collected.classes[truth]), ",",
               csv_field(collected.classes[predicted]));
    for (const double value : embedded.points[i]) csv += cat(",", number(value));
    csv += "\n";
  }
  write_file(fs, stem.string() + ".csv", csv);
  for (const char* ending : {".png", ".svg"}) report::draw(scatter, stem.string() + ending, fs);
}

Page::Json points_json(const CollectedPictures& collected, const EmbeddedSplit& embedded,
                       Page& page, std::size_t most_pictures) {
  Page::Json json{{"title", cat("Features of ", embedded.split)},
                  {"method", cat(embedded.method, ", ", embedded.note)},
                  {"split", embedded.split}};
  auto points = Page::Json::array(), pictures = points;
  const auto most = std::max<std::size_t>(most_pictures, 1);
  const auto step = std::max<std::size_t>(1, (embedded.rows.size() + most - 1) / most);
  for (std::size_t i = 0; i < embedded.rows.size(); ++i) {
    const auto row = embedded.rows[i];
    auto point = Page::Json::array();
    for (const double value : embedded.points[i]) point.push_back(std::stod(fixed(value, 3)));
    points.push_back(std::move(point));
    std::int64_t picture = page.find(collected.names[row]);
    if (picture < 0 && i % step == 0 && collected.dataset != nullptr && most_pictures > 0) {
      picture = page.add(collected.picture(row), kThumbnail, collected.names[row]);
    }
    pictures.push_back(picture < 0 ? Page::Json(nullptr) : Page::Json(picture));
  }
  json["points"] = std::move(points);
  json["pictures"] = std::move(pictures);
  return json;
}

Page::Json embedding_json(const Collected& collected, const EmbeddedSplit& embedded, Page& page,
                          std::size_t most_pictures) {
  auto json = points_json(collected, embedded, page, most_pictures);
  auto labels = Page::Json::array(), predicted = labels;
  for (const auto row : embedded.rows) {
    labels.push_back(collected.truth[row]);
    predicted.push_back(collected.predicted[row]);
  }
  json["labels"] = std::move(labels);
  json["predicted"] = std::move(predicted);
  return json;
}

}  // namespace carica::analysis
