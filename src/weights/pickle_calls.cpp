// What the names on the list mean when a pickle calls them.
#include "weights/pickle_machine.h"

namespace carica::weights {

const char* kind_word(Kind kind) {
  switch (kind) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return "a boolean";
    case Kind::kInteger:
    case Kind::kLargeInteger:
      return "a whole number";
    case Kind::kReal:
      return "a number";
    case Kind::kText:
      return "a text";
    case Kind::kBytes:
      return "bytes";
    case Kind::kTuple:
      return "a tuple";
    case Kind::kList:
      return "a list";
    case Kind::kDict:
      return "a dict";
    case Kind::kName:
      return "a function or class";
    case Kind::kStorage:
      return "a storage";
    case Kind::kTensor:
      return "a tensor";
    case Kind::kObject:
      return "an object";
  }
  return "a value";
}

const Value* PickleTree::find(const Value& dict, const std::string& key) const {
  const Value* found = nullptr;  // the last one counts, as in Python
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const Value& name = values[dict.items[i]];
    if (name.kind == Kind::kText && name.text == key) found = &values[dict.items[i + 1]];
  }
  return found;
}

void PickleMachine::call(ValueId function, ValueId arguments_id) {
  if (at(function).kind != Kind::kName) fail(cat("calls ", kind_word(at(function).kind)));
  if (at(arguments_id).kind != Kind::kTuple) fail("calls with arguments that are no tuple");
  const PickleName& name = pickle_name(static_cast<std::size_t>(at(function).integer));
  charge(at(arguments_id).items.size());
  const std::vector<ValueId> arguments = at(arguments_id).items;
  const auto require = [&](bool holds) {
    if (!holds) fail(cat(name.module, ".", name.name, " called with other arguments than torch's"));
  };
  switch (name.role) {
    case Role::kDict:
      push(make_dict(arguments));
      return;
    case Role::kSet:
      require(arguments.size() == 1 && at(arguments[0]).kind == Kind::kList);
      stack_.push_back(arguments[0]);
      return;
    case Role::kEncode:
      push(encode(arguments));
      return;
    case Role::kNamespace:
    case Role::kDevice:
      push({.kind = Kind::kObject});
      return;
    case Role::kSize:
      require(arguments.size() == 1 && at(arguments[0]).kind == Kind::kTuple);
      stack_.push_back(arguments[0]);
      return;
    case Role::kParameter:
      require(!arguments.empty() && at(arguments[0]).kind == Kind::kTensor);
      stack_.push_back(arguments[0]);
      return;
    case Role::kTensor:
    case Role::kTensorV2:
    case Role::kTensorV3:
      push(make_tensor(arguments, name.role));
      return;
    case Role::kDtype:
    case Role::kStorage:
      fail(cat("calls ", name.module, ".", name.name));
  }
}

Value PickleMachine::make_dict(const std::vector<ValueId>& arguments) {
  Value dict{.kind = Kind::kDict};
  if (arguments.empty()) return dict;
  const Value& given = at(arguments[0]);
  if (arguments.size() != 1 || (given.kind != Kind::kDict && given.kind != Kind::kList)) {
    fail("a dict made of something else than pairs");
  }
  charge(given.items.size());
  if (given.kind == Kind::kDict) {
    dict.items = given.items;
    return dict;
  }
  for (const ValueId id : given.items) {
    const Value& pair = at(id);
    if ((pair.kind != Kind::kTuple && pair.kind != Kind::kList) || pair.items.size() != 2) {
      fail("a dict made of something else than pairs");
    }
    dict.items.insert(dict.items.end(), pair.items.begin(), pair.items.end());
  }
  return dict;
}

Value PickleMachine::encode(const std::vector<ValueId>& arguments) {
  if (arguments.size() != 2 || at(arguments[0]).kind != Kind::kText ||
      at(arguments[1]).text != "latin1") {
    fail("_codecs.encode called with something else than a text and latin1");
  }
  const std::string& text = at(arguments[0]).text;
  charge(text.size() / 64);  // the same text may be encoded again and again
  Value bytes{.kind = Kind::kBytes};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      bytes.text += text[i];
    } else if ((byte == 0xc2 || byte == 0xc3) && i + 1 < text.size()) {
      const unsigned low = static_cast<unsigned char>(text[++i]) & 0x3fu;
      bytes.text += static_cast<char>((byte & 3u) << 6 | low);
    } else {
      fail("a text that is not latin1");
    }
  }
  return bytes;
}

std::int64_t PickleMachine::integer(ValueId id, const char* what) const {
  if (at(id).kind != Kind::kInteger) {
    fail(cat(what, " of a tensor: ", kind_word(at(id).kind), "; a whole number is expected"));
  }
  return at(id).integer;
}

std::vector<std::int64_t> PickleMachine::integers(ValueId tuple, const char* what) const {
  if (at(tuple).kind != Kind::kTuple && at(tuple).kind != Kind::kList) {
    fail(cat(what, " of a tensor: ", kind_word(at(tuple).kind), "; a tuple is expected"));
  }
  std::vector<std::int64_t> numbers;
  for (const ValueId id : at(tuple).items) numbers.push_back(integer(id, what));
  return numbers;
}

// (storage, offset, sizes, strides), then in v2 requires_grad, hooks[, metadata], in v3
// requires_grad, hooks, dtype[, metadata].
Value PickleMachine::make_tensor(const std::vector<ValueId>& arguments, Role role) {
  const std::size_t least = role == Role::kTensor ? 4 : role == Role::kTensorV2 ? 6 : 7;
  if (arguments.size() < least || arguments.size() > least + (role == Role::kTensor ? 0 : 1)) {
    fail(cat("a tensor of ", arguments.size(), " arguments; ", least, " are expected"));
  }
  // Views that torch has not carried out yet: negative, conjugate.
  if (arguments.size() > least && !at(arguments.back()).items.empty()) {
    fail("a tensor with a negative or conjugate bit; write it anew after .resolve_neg()");
  }
  if (at(arguments[0]).kind != Kind::kStorage) {
    fail(cat("a tensor on ", kind_word(at(arguments[0]).kind), "; a storage is expected"));
  }
  TensorRef tensor;
  tensor.storage = static_cast<std::size_t>(at(arguments[0]).integer);
  tensor.dtype = tree_.storages[tensor.storage].dtype;
  if (role == Role::kTensorV3) {
    const Value& dtype = at(arguments[6]);
    if (dtype.kind != Kind::kName ||
        pickle_name(static_cast<std::size_t>(dtype.integer)).role != Role::kDtype) {
      fail(cat("type of a tensor: ", kind_word(dtype.kind), "; a type of torch is expected"));
    }
    tensor.dtype = pickle_name(static_cast<std::size_t>(dtype.integer)).dtype;
  }
  if (tensor.dtype == nullptr) tensor.dtype = checkpoint::find_dtype(c10::ScalarType::Byte);
  tensor.offset = integer(arguments[1], "offset");
  charge(at(arguments[2]).items.size() + at(arguments[3]).items.size());
  tensor.sizes = integers(arguments[2], "sizes");
  tensor.strides = integers(arguments[3], "strides");
  tree_.tensors.push_back(std::move(tensor));
  return {.kind = Kind::kTensor, .integer = static_cast<std::int64_t>(tree_.tensors.size() - 1)};
}

void PickleMachine::build(ValueId object, ValueId state) {
  const Kind kind = at(object).kind;
  // Attributes of a dict (the versions of modules), of a parameter: of no meaning here.
  if (kind == Kind::kDict || kind == Kind::kTensor) return;
  if (kind != Kind::kObject || at(state).kind != Kind::kDict) {
    fail(cat("sets the state of ", kind_word(kind)));
  }
  charge(at(state).items.size());
  const auto fields = at(state).items;
  auto& items = tree_.values[object].items;
  items.insert(items.end(), fields.begin(), fields.end());
}

// ('storage', class, key, location, elements) and in old files (key, first, count) or None.
void PickleMachine::load_storage(ValueId id) {
  const Value& given = at(id);
  const bool is_storage = given.kind == Kind::kTuple && !given.items.empty() &&
                          at(given.items[0]).kind == Kind::kText &&
                          at(given.items[0]).text == "storage";
  if (!is_storage || given.items.size() < 5 || given.items.size() > 6) {
    fail("a persistent id that is not a storage");
  }
  const Value& type = at(given.items[1]);
  const Value& key = at(given.items[2]);
  if (type.kind != Kind::kName ||
      pickle_name(static_cast<std::size_t>(type.integer)).role != Role::kStorage) {
    fail("a storage without a class of torch's storages");
  }
  if (key.kind != Kind::kText) fail("a storage whose key is no text");
  const auto count_of = [&](ValueId value) {
    const std::int64_t count = integer(value, "storage");
    if (count < 0) fail("a storage of less than nothing");
    return static_cast<std::uint64_t>(count);
  };
  StorageRef storage{.key = key.text,
                     .dtype = pickle_name(static_cast<std::size_t>(type.integer)).dtype,
                     .elements = count_of(given.items[4])};
  storage.count = storage.elements;
  if (given.items.size() == 6 && at(given.items[5]).kind != Kind::kNone) {
    const Value& view = at(given.items[5]);
    if (view.kind != Kind::kTuple || view.items.size() != 3) fail("a storage with a strange view");
    storage.first = count_of(view.items[1]);
    storage.count = count_of(view.items[2]);
    if (storage.first > storage.elements || storage.count > storage.elements - storage.first) {
      fail("a view that reaches beyond its storage");
    }
  }
  charge(1);
  tree_.storages.push_back(std::move(storage));
  push({.kind = Kind::kStorage, .integer = static_cast<std::int64_t>(tree_.storages.size() - 1)});
}

}  // namespace carica::weights
