#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "weights/byte_cursor.h"
#include "weights/pickle_names.h"
#include "weights/pickle_value.h"

namespace carica::weights {

/// Reads one pickle (protocols 2 to 5, binary opcodes) into plain values. Nothing is imported or
/// called: a name that is not on the list of pickle_names.cpp is refused, and those on it have a
/// fixed meaning here. The stack, the memo and all values together are bounded by the pickle's
/// bytes, and by kMostValues. One machine reads one pickle.
/// Source: Python's pickletools.py describes the opcodes; torch/_utils.py and
/// torch/serialization.py the names and persistent ids.
class PickleMachine {
 public:
  static constexpr std::size_t kMostValues = 4 << 20;

  /// bytes and where must outlive it; the pickle begins at `position`.
  PickleMachine(std::span<const std::uint8_t> bytes, std::uint64_t position,
                const std::string& where);
  /// Throws Error(kCorrupt), "where: reason".
  PickleTree run();
  /// Behind the pickle, after run().
  std::uint64_t position() const { return cursor_.position(); }

 private:
  [[noreturn]] void fail(const std::string& reason, std::string hint = "") const;

  // pickle_machine.cpp: opcodes.
  bool step();
  bool push_constant(std::uint8_t opcode);
  bool build_container(std::uint8_t opcode);
  void read_global(std::string_view module, std::string_view name);
  void remember(std::uint32_t index);
  void recall(std::uint32_t index);
  ValueId add(Value value);
  void push(Value value) { stack_.push_back(add(std::move(value))); }
  void push_text(Kind kind, std::uint64_t bytes);
  void push_large_integer(std::uint64_t bytes);
  ValueId pop();
  std::vector<ValueId> pop_to_mark();
  void push_tuple(std::size_t count);
  void append(ValueId list, std::span<const ValueId> items);
  void set_items(ValueId dict, std::span<const ValueId> items);
  void charge(std::size_t items);

  // pickle_calls.cpp: what the names mean.
  void call(ValueId function, ValueId arguments);
  void build(ValueId object, ValueId state);
  void load_storage(ValueId id);
  Value make_dict(const std::vector<ValueId>& arguments);
  Value make_tensor(const std::vector<ValueId>& arguments, Role role);
  Value encode(const std::vector<ValueId>& arguments);
  std::vector<std::int64_t> integers(ValueId tuple, const char* what) const;
  std::int64_t integer(ValueId id, const char* what) const;
  const Value& at(ValueId id) const { return tree_.values[id]; }

  ByteCursor cursor_;
  const std::string& where_;
  std::uint64_t opcode_at_ = 0;
  PickleTree tree_;
  std::size_t charged_ = 0, most_ = 0;
  std::vector<ValueId> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, ValueId> memo_;
};

}  // namespace carica::weights
