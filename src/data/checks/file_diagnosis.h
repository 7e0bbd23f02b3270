#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/error.h"
#include "data/dataset.h"

namespace carica::data {

/// Pixels of masks by the value in the file.
using ValueCounts = std::array<std::int64_t, 256>;

/// Why a sample could not be loaded.
struct FileProblem {
  std::string id;        // of finding_kinds()
  std::string file;      // Item::name, or the mask's path when the mask is at fault
  std::string reason;    // one line, as loading it said
  std::string hint;      // what loading it advised
  ValueCounts values{};  // mask_values, binary_masks: of this mask; else zeros
};

/// Which file of a sample is at fault, whose loading failed with `error`, and in what way: by the
/// file that the message names, its first bytes, and what the message says.
FileProblem diagnose(const Item& item, const Error& error);

}  // namespace carica::data
