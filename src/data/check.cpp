#include "data/check.h"

#include <atomic>
#include <mutex>

#include "core/error.h"
#include "core/thread_pool.h"

namespace carica::data {

namespace {

std::int64_t area(Size size) { return static_cast<std::int64_t>(size.height) * size.width; }

// What one thread saw of one sample.
struct Seen {
  Size size;
  std::vector<std::int64_t> counts;
  std::string problem;
};

Seen look(const config::Config& config, const Dataset& dataset, std::size_t index,
          std::size_t classes) {
  Seen seen;
  seen.counts.assign(classes, 0);
  try {
    const auto sample = dataset.load(index);
    seen.size = sample.picture.size;
    if (sample.label >= 0) ++seen.counts.at(static_cast<std::size_t>(sample.label));
    for (const auto value : sample.mask.values) {
      if (value != config.data.mask.ignore_index && value < classes) ++seen.counts[value];
    }
  } catch (const Error& error) {
    seen.problem = error.what();
  }
  return seen;
}

}  // namespace

std::vector<SplitCheck> check(const config::Config& config, const Datasets& datasets,
                              std::size_t threads,
                              const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::size_t all = datasets.train->size() + datasets.val->size() + datasets.test->size();
  std::atomic<std::size_t> done = 0;
  std::vector<SplitCheck> result;
  for (const char* name : {"train", "val", "test"}) {
    const auto& split = *datasets.split(name);
    std::vector<Seen> seen(split.size());
    parallel_for(split.size(), threads, [&](std::size_t i) {
      seen[i] = look(config, split, i, datasets.classes.size());
      progress(++done, all);
    });
    SplitCheck summary;
    summary.name = name;
    summary.samples = split.size();
    summary.counts.assign(datasets.classes.size(), 0);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (!seen[i].problem.empty()) {
        summary.problems.push_back({split.item(i).name, seen[i].problem});
        continue;
      }
      for (std::size_t c = 0; c < summary.counts.size(); ++c)
        summary.counts[c] += seen[i].counts[c];
      const bool first = area(summary.largest) == 0;
      if (first || area(seen[i].size) < area(summary.smallest)) summary.smallest = seen[i].size;
      if (first || area(seen[i].size) > area(summary.largest)) summary.largest = seen[i].size;
    }
    result.push_back(std::move(summary));
  }
  return result;
}

}  // namespace carica::data
