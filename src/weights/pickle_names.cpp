#include "weights/pickle_names.h"

#include <span>
#include <vector>

namespace carica::weights {
namespace {

using c10::ScalarType;

const checkpoint::Dtype* of(ScalarType type) { return checkpoint::find_dtype(type); }

/// THE list. torch's names are those of torch/_utils.py, torch/serialization.py and
/// torch/_weights_only_unpickler.py (2.11).
std::span<const PickleName> table() {
  static const std::vector<PickleName> kNames = {
      {"collections", "OrderedDict", Role::kDict},
      {"collections", "Counter", Role::kDict},
      {"builtins", "dict", Role::kDict},
      {"__builtin__", "dict", Role::kDict},
      {"builtins", "set", Role::kSet},
      {"__builtin__", "set", Role::kSet},
      {"_codecs", "encode", Role::kEncode},
      {"argparse", "Namespace", Role::kNamespace},
      {"torch._utils", "_rebuild_tensor", Role::kTensor},
      {"torch._utils", "_rebuild_tensor_v2", Role::kTensorV2},
      {"torch._utils", "_rebuild_tensor_v3", Role::kTensorV3},
      {"torch._utils", "_rebuild_parameter", Role::kParameter},
      {"torch._utils", "_rebuild_parameter_with_state", Role::kParameter},
      {"torch", "Size", Role::kSize},
      {"torch", "device", Role::kDevice},
      {"torch", "DoubleStorage", Role::kStorage, of(ScalarType::Double)},
      {"torch", "FloatStorage", Role::kStorage, of(ScalarType::Float)},
      {"torch", "HalfStorage", Role::kStorage, of(ScalarType::Half)},
      {"torch", "BFloat16Storage", Role::kStorage, of(ScalarType::BFloat16)},
      {"torch", "LongStorage", Role::kStorage, of(ScalarType::Long)},
      {"torch", "IntStorage", Role::kStorage, of(ScalarType::Int)},
      {"torch", "ShortStorage", Role::kStorage, of(ScalarType::Short)},
      {"torch", "CharStorage", Role::kStorage, of(ScalarType::Char)},
      {"torch", "ByteStorage", Role::kStorage, of(ScalarType::Byte)},
      {"torch", "BoolStorage", Role::kStorage, of(ScalarType::Bool)},
      {"torch", "UntypedStorage", Role::kStorage},
      {"torch.storage", "UntypedStorage", Role::kStorage},
      {"torch", "float64", Role::kDtype, of(ScalarType::Double)},
      {"torch", "float32", Role::kDtype, of(ScalarType::Float)},
      {"torch", "float16", Role::kDtype, of(ScalarType::Half)},
      {"torch", "bfloat16", Role::kDtype, of(ScalarType::BFloat16)},
      {"torch", "int64", Role::kDtype, of(ScalarType::Long)},
      {"torch", "int32", Role::kDtype, of(ScalarType::Int)},
      {"torch", "int16", Role::kDtype, of(ScalarType::Short)},
      {"torch", "int8", Role::kDtype, of(ScalarType::Char)},
      {"torch", "uint64", Role::kDtype, of(ScalarType::UInt64)},
      {"torch", "uint32", Role::kDtype, of(ScalarType::UInt32)},
      {"torch", "uint16", Role::kDtype, of(ScalarType::UInt16)},
      {"torch", "uint8", Role::kDtype, of(ScalarType::Byte)},
      {"torch", "bool", Role::kDtype, of(ScalarType::Bool)},
  };
  return kNames;
}

}  // namespace

std::optional<std::size_t> find_pickle_name(std::string_view module, std::string_view name) {
  const auto names = table();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].module == module && names[i].name == name) return i;
  }
  return std::nullopt;
}

const PickleName& pickle_name(std::size_t index) { return table()[index]; }

}  // namespace carica::weights
