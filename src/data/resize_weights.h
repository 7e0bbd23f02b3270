#pragma once

#include <cstdint>
#include <vector>

namespace carica::data {

/// The taps of one axis of a bilinear resize with antialiasing. Weights are round(w * 2^precision);
/// the largest fits 15 bits.
struct AxisWeights {
  int taps = 0;  // per result place, padded with zero weights to a multiple the kernel asks for
  int precision = 0;                  // bits after the point
  std::vector<int> first;             // [out], first source place of each
  std::vector<std::int16_t> weights;  // [out, taps]
  std::vector<double> exact;          // working memory
};

/// Fills `axis` for `in` to `out` places, reusing its memory. `multiple` divides `taps`. first +
/// taps stays within `in` wherever in >= taps; else the taps past the end have weight zero, and
/// whoever reads them must clamp.
void compute_axis(int in, int out, int multiple, AxisWeights& axis);

}  // namespace carica::data
