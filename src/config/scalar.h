#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace carica::config {

// What an unquoted scalar means. Narrower than YAML 1.1 on purpose: `no` and `on` are words, `010`
// is ten, `1e-3` is a number.

/// Decimal, with or without fraction and exponent. Infinities, NaN and hexadecimal are no numbers.
std::optional<double> to_number(std::string_view text);

/// Digits with an optional sign; beyond the range of the type, its nearest value.
std::optional<std::int64_t> to_whole_number(std::string_view text);

/// The same without "-"; nothing where it is beyond the range of the type.
std::optional<std::uint64_t> to_unsigned_number(std::string_view text);

/// `true` or `false`.
std::optional<bool> to_flag(std::string_view text);

}  // namespace carica::config
