#include "checkpoint/dtype.h"

#include <vector>

#include "core/text.h"

namespace carica::checkpoint {
namespace {

constexpr Dtype kDtypes[] = {
    {"F64", c10::ScalarType::Double, 8}, {"I64", c10::ScalarType::Long, 8},
    {"U64", c10::ScalarType::UInt64, 8}, {"F32", c10::ScalarType::Float, 4},
    {"I32", c10::ScalarType::Int, 4},    {"U32", c10::ScalarType::UInt32, 4},
    {"F16", c10::ScalarType::Half, 2},   {"BF16", c10::ScalarType::BFloat16, 2},
    {"I16", c10::ScalarType::Short, 2},  {"U16", c10::ScalarType::UInt16, 2},
    {"I8", c10::ScalarType::Char, 1},    {"U8", c10::ScalarType::Byte, 1},
    {"BOOL", c10::ScalarType::Bool, 1},
};

}  // namespace

const Dtype* find_dtype(std::string_view name) {
  for (const Dtype& dtype : kDtypes) {
    if (dtype.name == name) return &dtype;
  }
  return nullptr;
}

const Dtype* find_dtype(c10::ScalarType type) {
  for (const Dtype& dtype : kDtypes) {
    if (dtype.type == type) return &dtype;
  }
  return nullptr;
}

std::string dtype_names() {
  std::vector<std::string> names;
  for (const Dtype& dtype : kDtypes) names.emplace_back(dtype.name);
  return join(names);
}

}  // namespace carica::checkpoint
