#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "checkpoint/dtype.h"

namespace carica::weights {

/// What a name in a pickle stands for here.
enum class Role {
  kDict,       // called without arguments, with pairs, or with a dict
  kSet,        // called with a list
  kTensor,     // torch's functions that make a tensor of a storage, ...
  kTensorV2,   // ... with gradient flags, ...
  kTensorV3,   // ... with a type
  kParameter,  // a tensor that is trained
  kSize,       // a tuple
  kDevice,     // a place, of no meaning here
  kDtype,      // a value, not called
  kStorage,    // a class, named only
  kNamespace,  // an object with fields
  kEncode,     // bytes as text, in protocol 2
};

struct PickleName {
  std::string_view module, name;
  Role role;
  const checkpoint::Dtype* dtype = nullptr;  // kDtype, kStorage; null: bytes without a type
};

/// The names that a file may refer to, and nothing else.
std::optional<std::size_t> find_pickle_name(std::string_view module, std::string_view name);
const PickleName& pickle_name(std::size_t index);

}  // namespace carica::weights
