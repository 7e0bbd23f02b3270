#include "data/pixels/resize_weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace carica::data {
namespace {

// The largest precision whose greatest weight still fits 15 bits: torch's rule, followed so that
// the bits agree.
int choose_precision(double largest) {
  int precision = 0;
  while (precision < 22 && static_cast<int>(0.5 + largest * (1 << (precision + 1))) < (1 << 15)) {
    ++precision;
  }
  return precision;
}

// Fills axis.exact [out, bound] and axis.first for all of the axis.
void compute_exact(int in, int out, int bound, AxisWeights& axis) {
  const double scale = static_cast<double>(in) / out;
  const double support = std::max(scale, 1.0);
  const double inverse = scale >= 1.0 ? 1.0 / scale : 1.0;
  axis.first.resize(out);
  axis.exact.assign(static_cast<std::size_t>(out) * bound, 0.0);
  int widest = 0;
  double largest = 0;
  for (int i = 0; i < out; ++i) {
    const double center = scale * (i + 0.5);
    const int begin = std::max(static_cast<int>(center - support + 0.5), 0);
    const int end = std::min(static_cast<int>(center + support + 0.5), in);
    const int count = std::clamp(end - begin, 0, bound);
    double* weights = axis.exact.data() + static_cast<std::size_t>(i) * bound;
    double total = 0;
    for (int j = 0; j < count; ++j) {
      weights[j] = std::max(0.0, 1.0 - std::abs((j + begin - center + 0.5) * inverse));
      total += weights[j];
    }
    for (int j = 0; j < count; ++j) {
      if (total != 0) weights[j] /= total;
      largest = std::max(largest, weights[j]);
    }
    axis.first[i] = begin;
    widest = std::max(widest, count);
  }
  axis.taps = (widest + axis.multiple - 1) / axis.multiple * axis.multiple;
  axis.precision = choose_precision(largest);
}

}  // namespace

void compute_axis(int in, int out, Span part, int multiple, AxisWeights& axis) {
  if (axis.in == in && axis.out == out && axis.part == part && axis.multiple == multiple) return;
  axis.in = in;
  axis.out = out;
  axis.part = part;
  axis.multiple = multiple;
  const int bound =
      static_cast<int>(std::ceil(std::max(static_cast<double>(in) / out, 1.0))) * 2 + 1;
  compute_exact(in, out, bound, axis);

  axis.weights.assign(static_cast<std::size_t>(part.size()) * axis.taps, 0);
  for (int place = 0; place < part.size(); ++place) {
    const int i = part.begin + place;
    // A window that would end outside begins earlier, with leading zeros.
    const int shift = std::clamp(axis.first[i] + axis.taps - in, 0, axis.first[i]);
    const double* exact = axis.exact.data() + static_cast<std::size_t>(i) * bound;
    std::int16_t* weights = axis.weights.data() + static_cast<std::size_t>(place) * axis.taps;
    axis.first[place] = axis.first[i] - shift;
    for (int j = 0; j + shift < axis.taps && j < bound; ++j) {
      weights[j + shift] = static_cast<std::int16_t>(0.5 + exact[j] * (1 << axis.precision));
    }
  }
  axis.first.resize(part.size());
  axis.source = {axis.first.front(), std::min(in, axis.first.back() + axis.taps)};
  for (int& first : axis.first) first -= axis.source.begin;
}

}  // namespace carica::data
