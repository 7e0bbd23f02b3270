#pragma once

#include <cstdint>
#include <vector>

namespace carica::data {

/// Places [begin, end) of one axis.
struct Span {
  int begin = 0, end = 0;
  int size() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

/// The taps of one axis of a bilinear resize with antialiasing. Weights are round(w * 2^precision);
/// the largest fits 15 bits.
struct AxisWeights {
  int taps = 0;  // per result place, padded with zero weights to a multiple the kernel asks for
  int precision = 0;       // bits after the point
  Span source;             // places of the input that are read
  std::vector<int> first;  // [places], first source place of each, counted from source.begin
  std::vector<std::int16_t> weights;  // [places, taps]
  std::vector<double> exact;          // working memory
  // What is filled in, so that the next picture of the same size finds it done.
  int in = 0, out = 0, multiple = 0;
  Span part;
};

/// Fills `axis` for the places `part` of `in` to `out` places, reusing its memory. `multiple`
/// divides `taps`. The weights do not depend on `part`. first + taps stays within the source
/// wherever in >= taps; else the taps past the end have weight zero, and whoever reads them must
/// clamp.
void compute_axis(int in, int out, Span part, int multiple, AxisWeights& axis);

}  // namespace carica::data
