#include "data/statistics.h"

#include <algorithm>
#include <mutex>

#include "core/error.h"
#include "core/text.h"
#include "core/thread_pool.h"

namespace carica::data {

std::vector<std::int64_t> count_labels(const Dataset& dataset, std::size_t classes) {
  std::vector<std::int64_t> counts(classes, 0);
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const auto label = dataset.item(i).label;
    if (label >= 0) ++counts.at(static_cast<std::size_t>(label));
  }
  return counts;
}

std::vector<std::int64_t> count_pixels(const Dataset& dataset, std::size_t classes, int ignore_index, std::size_t threads) {
  std::vector<std::int64_t> counts(classes, 0);
  std::mutex mutex;
  parallel_for(dataset.size(), threads, [&](std::size_t i) {
    const auto sample = dataset.load(i);
    std::vector<std::int64_t> own(classes, 0);
    for (const auto value : sample.mask.values) {
      if (value != ignore_index && value < classes) ++own[value];
    }
    std::lock_guard lock(mutex);
    for (std::size_t c = 0; c < classes; ++c) counts[c] += own[c];
  });
  return counts;
}

std::vector<double> class_weights(const std::vector<std::int64_t>& counts, const std::string& rule) {
  std::vector<double> present;
  for (const auto count : counts) {
    if (count > 0) present.push_back(static_cast<double>(count));
  }
  if (present.empty()) throw Error(ErrorCode::kData, "class weights: the training split has no labelled sample");
  double numerator = 1;
  if (rule == "median_frequency") {
    std::sort(present.begin(), present.end());
    const auto middle = present.size() / 2;
    numerator = present.size() % 2 == 1 ? present[middle] : (present[middle - 1] + present[middle]) / 2;
  } else if (rule != "inverse") {
    throw Error(ErrorCode::kConfig, cat("class_weights = ", rule, ": must be inverse or median_frequency"));
  }
  std::vector<double> weights;
  double sum = 0;
  for (const auto count : counts) {
    weights.push_back(count > 0 ? numerator / static_cast<double>(count) : 0);
    sum += weights.back();
  }
  for (auto& weight : weights) weight *= static_cast<double>(present.size()) / sum;
  return weights;
}

}  // namespace carica::data
