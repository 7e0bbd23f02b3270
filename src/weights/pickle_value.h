#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/dtype.h"

namespace carica::weights {

/// Place of a value in PickleTree::values.
using ValueId = std::uint32_t;

/// What a value of a pickle can be.
enum class Kind : std::uint8_t {
  kNone,
  kBool,
  kInteger,
  kLargeInteger,  // more than 64 bits
  kReal,
  kText,
  kBytes,
  kTuple,
  kList,  // sets, too
  kDict,
  kName,     // a function or class of the list in pickle_names.cpp
  kStorage,  // numbers elsewhere in the file
  kTensor,
  kObject,  // an argparse.Namespace (its fields as of a dict), a device
};

/// The word for messages: "a list".
const char* kind_word(Kind kind);

struct Value {
  Kind kind = Kind::kNone;
  std::int64_t integer = 0;         // kBool, kInteger; kName, kStorage, kTensor: index in its table
  double real = 0;                  // kReal
  std::string text = {};            // kText, kBytes; kLargeInteger: its bytes, little-endian
  std::vector<ValueId> items = {};  // kTuple, kList; kDict, kObject: key, value, key, value, ...
};

/// Numbers that a tensor shows, by their key in the file.
struct StorageRef {
  std::string key;
  const checkpoint::Dtype* dtype = nullptr;  // null: bytes without a type
  std::uint64_t elements = 0;                // of the whole storage; bytes when it has no type
  std::uint64_t first = 0;                   // elements in front of this view
  std::uint64_t count = 0;                   // elements of this view
};

/// A tensor as described; nothing of it is checked against its storage yet.
struct TensorRef {
  std::size_t storage = 0;
  const checkpoint::Dtype* dtype = nullptr;
  std::int64_t offset = 0;
  std::vector<std::int64_t> sizes, strides;
};

/// The values of a pickle. They refer to each other by their ids and may form cycles: who walks
/// them needs a bound.
struct PickleTree {
  std::vector<Value> values;
  std::vector<StorageRef> storages;
  std::vector<TensorRef> tensors;
  ValueId root = 0;

  const Value& operator[](ValueId id) const { return values[id]; }
  /// The value of a text key of a dict; null when there is none.
  const Value* find(const Value& dict, const std::string& key) const;
};

}  // namespace carica::weights
