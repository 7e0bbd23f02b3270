#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/loading/loader.h"

namespace carica::data {

/// What was measured of a loader, and what it ran on.
struct LoaderProfile {
  StageSeconds stages;      // of all worker threads
  double seconds = 0;       // that passed meanwhile
  double copy_seconds = 0;  // per sample, to the device and normalised, on the training thread
  std::size_t workers = 0;
  std::size_t cores = 1;
  std::uint64_t decoded_bytes = 0;  // of the split's pictures, about
  std::uint64_t memory_bytes = 0;   // of the machine
};

/// The stage that most of the time goes to, in one line, then settings that would change it, the
/// most useful first.
struct LoaderAdvice {
  std::string limit;
  std::vector<std::string> settings;
};
LoaderAdvice advise(const LoaderProfile& profile, const config::Config& config);

}  // namespace carica::data
