// weights: reads, checks and converts weights that other programs wrote. May include core and
// checkpoint. No code of a file is ever run.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/text.h"

static_assert(std::endian::native == std::endian::little, "the files read here are little-endian");

namespace carica::weights {

/// Throws Error(kCorrupt), "where: reason".
[[noreturn]] inline void refuse(const std::string& where, const std::string& reason,
                                std::string hint = "") {
  throw Error(ErrorCode::kCorrupt, cat(where, ": ", reason), std::move(hint));
}

/// Reads bytes one after the other and never beyond their end. `where` must outlive it.
class ByteCursor {
 public:
  ByteCursor(std::span<const std::uint8_t> bytes, std::uint64_t position, const std::string& where)
      : bytes_(bytes), position_(position), where_(where) {
    if (position > bytes.size()) refuse(where_, "ends too early");
  }

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return bytes_.size() - position_; }

  /// Throws Error(kCorrupt) when fewer are left.
  std::span<const std::uint8_t> take(std::uint64_t count) {
    if (count > left()) {
      refuse(where_, cat("ends too early: ", count, " bytes are expected at ", position_, ", ",
                         left(), " are left"));
    }
    const auto taken = bytes_.subspan(position_, count);
    position_ += count;
    return taken;
  }
  std::string_view take_text(std::uint64_t count) {
    const auto taken = take(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  /// A little-endian number.
  template <typename Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof(value)).data(), sizeof(value));
    return value;
  }
  /// The text up to the next line feed, which is taken, too.
  std::string_view line() {
    const auto rest = bytes_.subspan(position_);
    const void* end = rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
    if (end == nullptr) refuse(where_, "ends too early: a line has no end");
    const auto text =
        take_text(static_cast<std::uint64_t>(static_cast<const std::uint8_t*>(end) - rest.data()));
    take(1);
    return text;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::uint64_t position_;
  const std::string& where_;
};

}  // namespace carica::weights
