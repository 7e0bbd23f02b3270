#include "data/checks/statistics.h"

#include <mutex>
#include <numeric>

#include "core/error.h"
#include "core/thread_pool.h"

namespace carica::data {

namespace {

// Empty where it is bad and may be.
Mask load_mask(const Dataset& dataset, std::size_t index, bool skip_bad) {
  try {
    return dataset.load_mask(index);
  } catch (const Error& error) {
    if (!skip_bad || error.code() != ErrorCode::kData) throw;
    return {};
  }
}

}  // namespace

std::vector<std::int64_t> count_labels(const Dataset& dataset, std::size_t classes) {
  std::vector<std::int64_t> counts(classes, 0);
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    for (const auto label : labels_of(dataset.item(i))) {
      ++counts.at(static_cast<std::size_t>(label));
    }
  }
  return counts;
}

std::vector<std::int64_t> count_pixels(const Dataset& dataset, std::size_t classes,
                                       int ignore_index, std::size_t threads,
                                       std::vector<std::int64_t>* around, bool skip_bad) {
  std::vector<std::int64_t> counts(classes, 0), surroundings(classes, 0);
  std::mutex mutex;
  parallel_for(dataset.size(), threads, [&](std::size_t i) {
    std::vector<std::int64_t> own(classes, 0);
    const Mask mask = load_mask(dataset, i, skip_bad);
    for (const auto value : mask.values) {
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

}  // namespace carica::data
