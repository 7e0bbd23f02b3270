#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/dataset.h"

namespace carica::data {

/// What a look at every file of a split found.
struct SplitCheck {
  std::string name;  // train, val, test
  std::size_t samples = 0;
  std::vector<std::int64_t> counts;  // samples per class, or pixels per class
  Size smallest, largest;            // by area
  struct Problem {
    std::string file, reason;
  };
  std::vector<Problem> problems;  // in the order of the files
};

/// Decodes every picture and mask on `threads` threads. `progress(done, all)` may be called from
/// any of them and may throw to stop.
std::vector<SplitCheck> check(const config::Config& config, const Datasets& datasets,
                              std::size_t threads,
                              const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace carica::data
