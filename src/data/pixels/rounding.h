#pragma once

#include <cstdint>

namespace carica::data {

// Rounding as torch and the hardware do it, halves to even, without a call of the C library: adding
// 1.5 times the value of the lowest bit's overflow leaves no bits for a fraction.

/// |value| < 2^51.
inline double round_even(double value) {
  constexpr double kWhole = 6755399441055744.0;  // 1.5 * 2^52
  return (value + kWhole) - kWhole;
}

/// |value| < 2^22.
inline float round_even(float value) {
  constexpr float kWhole = 12582912.0f;  // 1.5 * 2^23
  return (value + kWhole) - kWhole;
}

/// The nearest byte of a value in -0.5..255.5.
inline std::uint8_t nearest_byte(float value) {
  return static_cast<std::uint8_t>(static_cast<int>(round_even(value)));
}

}  // namespace carica::data
