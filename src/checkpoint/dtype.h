#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace carica::checkpoint {

/// A tensor type that carica's files may hold.
struct Dtype {
  std::string_view name;  // in the file
  c10::ScalarType type;
  std::uint64_t bytes;  // of one element
};

/// Null when the name or type is not in the table.
const Dtype* find_dtype(std::string_view name);
const Dtype* find_dtype(c10::ScalarType type);

/// All names, for messages: "F64, I64, ...".
std::string dtype_names();

}  // namespace carica::checkpoint
