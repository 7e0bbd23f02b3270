#include "data/statistics.h"

#include <algorithm>
#include <mutex>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "core/thread_pool.h"

namespace carica::data {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

std::vector<std::int64_t> count_labels(const Dataset& dataset, std::size_t classes) {
  std::vector<std::int64_t> counts(classes, 0);
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const auto label = dataset.item(i).label;
    if (label >= 0) ++counts.at(static_cast<std::size_t>(label));
  }
  return counts;
}

std::vector<std::int64_t> count_pixels(const Dataset& dataset, std::size_t classes,
                                       int ignore_index, std::size_t threads,
                                       std::vector<std::int64_t>* around) {
  std::vector<std::int64_t> counts(classes, 0), surroundings(classes, 0);
  std::mutex mutex;
  parallel_for(dataset.size(), threads, [&](std::size_t i) {
    std::vector<std::int64_t> own(classes, 0);
    for (const auto value : dataset.load(i).mask.values) {
      if (value != ignore_index && value < classes) ++own[value];
    }
    const auto labelled = std::accumulate(own.begin(), own.end(), std::int64_t{0});
    const std::lock_guard lock(mutex);
    for (std::size_t c = 0; c < classes; ++c) {
      counts[c] += own[c];
      if (own[c] > 0) surroundings[c] += labelled;
    }
  });
  if (around != nullptr) *around = std::move(surroundings);
  return counts;
}

std::vector<double> class_weights(const std::vector<std::int64_t>& counts, const std::string& rule,
                                  const std::vector<std::int64_t>& around) {
  if (rule != "inverse" && rule != "median_frequency") {
    throw Error(ErrorCode::kConfig,
                cat("class_weights = ", rule, ": must be inverse or median_frequency"));
  }
  const bool local = rule == "median_frequency" && !around.empty();
  std::vector<double> frequencies, occurring;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const auto whole = local ? static_cast<double>(around.at(c)) : 1.0;
    frequencies.push_back(counts[c] > 0 ? static_cast<double>(counts[c]) / whole : 0);
    if (counts[c] > 0) occurring.push_back(frequencies.back());
  }
  if (occurring.empty()) {
    throw Error(ErrorCode::kData, "class weights: the training split has no labelled sample");
  }
  const double middle = median(occurring);
  std::vector<double> weights;
  for (const double f : frequencies) weights.push_back(f > 0 ? middle / f : 0);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (auto& weight : weights) weight *= static_cast<double>(occurring.size()) / sum;
  return weights;
}

}  // namespace carica::data
