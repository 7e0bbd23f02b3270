#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace carica::data {

/// Generated data in the layout of data sets that cannot be shipped: file names, folders and odd
/// cases are theirs, the pictures are painted.
struct StandInOptions {
  int count = 0;  // pictures
  int side = 0;   // px, the larger side of the pictures
  std::uint64_t seed = 0;
  /// Called after each picture with how many are done and all, on any thread; may throw to stop.
  std::function<void(std::size_t, std::size_t)> progress = nullptr;
};

struct StandIn {
  std::string name, help;
  StandInOptions usual;
  /// Throws Error(kIo).
  void (*make)(const StandInOptions& options, const std::filesystem::path& folder,
               std::size_t threads);
};

/// The table of `carica data make`, but for papaya: wildlife, idd, idd_archive, cityscapes.
std::span<const StandIn> stand_ins();

}  // namespace carica::data
