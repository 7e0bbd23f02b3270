#include "analysis/centroids.h"

#include <torch/utils.h>

#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

void check_labels(const std::vector<std::int64_t>& labels, std::int64_t classes,
                  const std::string& what) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && labels[i] < classes) continue;
    throw Error(ErrorCode::kData, cat("centroids: ", what, " ", i, " is class ", labels[i],
                                      "; must be in 0..", classes - 1));
  }
}

void check_run(const RunFeatures& run, std::size_t number, std::size_t pictures,
               std::int64_t classes) {
  const bool fits = run.features.dim() == 2 && run.centroids.dim() == 2 &&
                    run.features.size(0) == static_cast<std::int64_t>(pictures) &&
                    run.predicted.size() == pictures &&
                    run.features.size(1) == run.centroids.size(1) &&
                    run.centroids.size(0) == classes;
  if (fits) return;
  throw Error(ErrorCode::kShape,
              cat("centroids: run ", number, " has features ", run.features.sizes(), ", ",
                  run.predicted.size(), " predictions and centroids ", run.centroids.sizes(),
                  "; must be [", pictures, ",F], ", pictures, " and [", classes, ",F]"));
}

// double[M]: of each row to the centroid of its class.
torch::Tensor distances(const torch::Tensor& features, const torch::Tensor& centroids,
                        const std::vector<std::int64_t>& labels) {
  const auto own = centroids.index_select(0, torch::tensor(labels, torch::kLong));
  return (features - own).square().sum(1).sqrt();
}

}  // namespace

torch::Tensor class_centroids(const Collected& training) {
  const auto classes = static_cast<std::int64_t>(training.classes.size());
  check_labels(training.truth, classes, "sample");
  torch::NoGradGuard no_grad;
  const auto labels = torch::tensor(training.truth, torch::kLong);
  auto sums = torch::zeros({classes, training.features.size(1)}, torch::kDouble);
  if (training.size() > 0) sums.index_add_(0, labels, training.features.to(torch::kDouble));
  const auto counts = torch::bincount(labels, {}, classes).to(torch::kDouble).unsqueeze(1);
  return sums / counts;  // 0/0 is NaN
}

std::vector<std::vector<CentroidDistances>> centroid_distances(
    const std::vector<std::int64_t>& truth, const std::vector<RunFeatures>& runs) {
  torch::NoGradGuard no_grad;
  std::vector<std::vector<CentroidDistances>> result;
  for (const auto& run : runs) {
    const auto classes = runs[0].centroids.dim() == 2 ? runs[0].centroids.size(0) : 0;
    check_run(run, result.size(), truth.size(), classes);
    check_labels(truth, classes, "the truth of picture");
    check_labels(run.predicted, classes, "the prediction for picture");
    const auto features = run.features.to(torch::kCPU, torch::kDouble);
    const auto centroids = run.centroids.to(torch::kCPU, torch::kDouble);
    const auto to_true = distances(features, centroids, truth);
    const auto to_predicted = distances(features, centroids, run.predicted);
    auto& rows = result.emplace_back(truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      rows[i].to_true = to_true[at].item<double>();
      if (run.predicted[i] != truth[i]) rows[i].to_predicted = to_predicted[at].item<double>();
    }
  }
  return result;
}

}  // namespace carica::analysis
