#include "weights/pickle_machine.h"

#include <algorithm>

#include "weights/pickle_opcodes.h"

namespace carica::weights {
namespace {

Value integer_value(std::int64_t integer) { return {.kind = Kind::kInteger, .integer = integer}; }

}  // namespace

PickleMachine::PickleMachine(std::span<const std::uint8_t> bytes, std::uint64_t position,
                             const std::string& where)
    : cursor_(bytes, position, where),
      where_(where),
      most_(std::min<std::uint64_t>(4 * cursor_.left(), kMostValues)) {}

void PickleMachine::fail(const std::string& reason, std::string hint) const {
  refuse(where_, cat("pickle, byte ", opcode_at_, ": ", reason), std::move(hint));
}

PickleTree PickleMachine::run() {
  opcode_at_ = cursor_.position();
  if (cursor_.number<std::uint8_t>() != kProto) fail("a pickle of protocol 2 to 5 is expected");
  const int protocol = cursor_.number<std::uint8_t>();
  if (protocol < 2 || protocol > 5) fail(cat("protocol ", protocol, "; 2 to 5 are supported"));
  while (step()) {
  }
  tree_.root = pop();
  if (!stack_.empty() || !marks_.empty()) fail("values are left over at its end");
  return std::move(tree_);
}

bool PickleMachine::step() {
  opcode_at_ = cursor_.position();
  const auto opcode = cursor_.number<std::uint8_t>();
  if (push_constant(opcode) || build_container(opcode)) return true;
  switch (opcode) {
    case kStop:
      return false;
    case kFrame:
      cursor_.take(8);  // lengths of reads, of no meaning in memory
      return true;
    case kMark:
      charge(1);
      marks_.push_back(stack_.size());
      return true;
    case kPop:
      pop();
      return true;
    case kPopMark:
      pop_to_mark();
      return true;
    case kDup:
      stack_.push_back(pop());
      stack_.push_back(stack_.back());
      return true;
    case kBinPut:
      remember(cursor_.number<std::uint8_t>());
      return true;
    case kLongBinPut:
      remember(cursor_.number<std::uint32_t>());
      return true;
    case kMemoize:
      remember(static_cast<std::uint32_t>(memo_.size()));
      return true;
    case kBinGet:
      recall(cursor_.number<std::uint8_t>());
      return true;
    case kLongBinGet:
      recall(cursor_.number<std::uint32_t>());
      return true;
    case kGlobal: {
      const auto module = cursor_.line();
      read_global(module, cursor_.line());
      return true;
    }
    case kStackGlobal: {
      const ValueId name = pop(), module = pop();
      if (at(name).kind != Kind::kText || at(module).kind != Kind::kText) {
        fail("a name that is no text");
      }
      read_global(std::string(at(module).text), std::string(at(name).text));
      return true;
    }
    case kReduce:
    case kNewObj: {
      const ValueId arguments = pop(), function = pop();
      call(function, arguments);
      return true;
    }
    case kBuild: {
      const ValueId state = pop();
      if (stack_.empty()) fail("a state for nothing");
      build(stack_.back(), state);
      return true;
    }
    case kBinPersid:
      load_storage(pop());
      return true;
    default:
      fail(
          cat("opcode ", static_cast<int>(opcode), ": not one that torch.save writes for weights"));
  }
}

bool PickleMachine::push_constant(std::uint8_t opcode) {
  switch (opcode) {
    case kNone:
      push({});
      return true;
    case kNewTrue:
    case kNewFalse:
      push({.kind = Kind::kBool, .integer = opcode == kNewTrue});
      return true;
    case kBinInt:
      push(integer_value(cursor_.number<std::int32_t>()));
      return true;
    case kBinInt1:
      push(integer_value(cursor_.number<std::uint8_t>()));
      return true;
    case kBinInt2:
      push(integer_value(cursor_.number<std::uint16_t>()));
      return true;
    case kLong1:
      push_large_integer(cursor_.number<std::uint8_t>());
      return true;
    case kLong4:
      push_large_integer(cursor_.number<std::uint32_t>());
      return true;
    case kBinFloat: {  // the one big-endian number
      std::uint64_t bits = 0;
      for (const std::uint8_t byte : cursor_.take(8)) bits = bits << 8 | byte;
      push({.kind = Kind::kReal, .real = std::bit_cast<double>(bits)});
      return true;
    }
    case kShortBinString:
    case kShortBinUnicode:
      push_text(Kind::kText, cursor_.number<std::uint8_t>());
      return true;
    case kBinString:
    case kBinUnicode:
      push_text(Kind::kText, cursor_.number<std::uint32_t>());
      return true;
    case kBinUnicode8:
      push_text(Kind::kText, cursor_.number<std::uint64_t>());
      return true;
    case kShortBinBytes:
      push_text(Kind::kBytes, cursor_.number<std::uint8_t>());
      return true;
    case kBinBytes:
      push_text(Kind::kBytes, cursor_.number<std::uint32_t>());
      return true;
    case kBinBytes8:
    case kByteArray8:
      push_text(Kind::kBytes, cursor_.number<std::uint64_t>());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::build_container(std::uint8_t opcode) {
  switch (opcode) {
    case kEmptyTuple:
      push({.kind = Kind::kTuple});
      return true;
    case kEmptyList:
    case kEmptySet:
      push({.kind = Kind::kList});
      return true;
    case kEmptyDict:
      push({.kind = Kind::kDict});
      return true;
    case kTuple1:
    case kTuple2:
    case kTuple3:
      push_tuple(1u + opcode - kTuple1);
      return true;
    case kTuple:
    case kFrozenSet: {
      auto items = pop_to_mark();
      push({.kind = opcode == kTuple ? Kind::kTuple : Kind::kList, .items = std::move(items)});
      return true;
    }
    case kAppend: {
      const ValueId item[] = {pop()};
      if (stack_.empty()) fail("an item for nothing");
      append(stack_.back(), item);
      return true;
    }
    case kAppends:
    case kAddItems: {
      const auto items = pop_to_mark();
      if (stack_.empty()) fail("items for nothing");
      append(stack_.back(), items);
      return true;
    }
    case kSetItem: {
      const ValueId value = pop(), key = pop();
      if (stack_.empty()) fail("an item for nothing");
      const ValueId items[] = {key, value};
      set_items(stack_.back(), items);
      return true;
    }
    case kSetItems: {
      const auto items = pop_to_mark();
      if (stack_.empty()) fail("items for nothing");
      set_items(stack_.back(), items);
      return true;
    }
    default:
      return false;
  }
}

void PickleMachine::read_global(std::string_view module, std::string_view name) {
  const auto found = find_pickle_name(module, name);
  if (!found) {
    fail(cat("refers to ", readable(module, 80), ".", readable(name, 80),
             ", which is not on the list of what a weights file may name"),
         "nothing of a file is run: save the state_dict alone, torch.save(model.state_dict(), "
         "file), "
         "or write .safetensors");
  }
  push({.kind = Kind::kName, .integer = static_cast<std::int64_t>(*found)});
}

void PickleMachine::charge(std::size_t items) {
  if (items > most_ - charged_) fail(cat("more than ", most_, " values; too many for its size"));
  charged_ += items;
}

ValueId PickleMachine::add(Value value) {
  charge(1);
  tree_.values.push_back(std::move(value));
  return static_cast<ValueId>(tree_.values.size() - 1);
}

void PickleMachine::push_text(Kind kind, std::uint64_t bytes) {
  push({.kind = kind, .text = std::string(cursor_.take_text(bytes))});
}

void PickleMachine::push_large_integer(std::uint64_t bytes) {
  const auto digits = cursor_.take(bytes);
  if (bytes > 8) {
    push({.kind = Kind::kLargeInteger, .text = std::string(digits.begin(), digits.end())});
    return;
  }
  const bool negative = bytes > 0 && digits.back() >= 0x80;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) value = value << 8 | *digit;
  push(integer_value(static_cast<std::int64_t>(value)));
}

ValueId PickleMachine::pop() {
  if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back())) {
    fail("takes a value where there is none");
  }
  const ValueId top = stack_.back();
  stack_.pop_back();
  return top;
}

std::vector<ValueId> PickleMachine::pop_to_mark() {
  if (marks_.empty()) fail("takes values up to a mark that is not there");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<ValueId> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

void PickleMachine::push_tuple(std::size_t count) {
  std::vector<ValueId> items(count);
  for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
  push({.kind = Kind::kTuple, .items = std::move(items)});
}

void PickleMachine::append(ValueId list, std::span<const ValueId> items) {
  Value& value = tree_.values[list];
  if (value.kind != Kind::kList) fail(cat("adds items to ", kind_word(value.kind)));
  value.items.insert(value.items.end(), items.begin(), items.end());
}

void PickleMachine::set_items(ValueId dict, std::span<const ValueId> items) {
  Value& value = tree_.values[dict];
  if (value.kind != Kind::kDict) fail(cat("sets keys of ", kind_word(value.kind)));
  if (items.size() % 2 != 0) fail("a key without a value");
  value.items.insert(value.items.end(), items.begin(), items.end());
}

void PickleMachine::remember(std::uint32_t index) {
  if (stack_.empty()) fail("remembers nothing");
  charge(1);
  memo_[index] = stack_.back();
}

void PickleMachine::recall(std::uint32_t index) {
  const auto found = memo_.find(index);
  if (found == memo_.end()) fail(cat("recalls value ", index, ", which was not remembered"));
  stack_.push_back(found->second);
}

}  // namespace carica::weights
