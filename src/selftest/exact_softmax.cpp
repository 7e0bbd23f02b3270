#include "selftest/exact_softmax.h"

#include <cmath>

namespace carica::selftest {

namespace {

/// What the exact softmax and its logarithm of float64 rows share.
struct ExactRows {
  ExactRows(const torch::Tensor& x, std::int64_t dim) {
    const auto place = x.argmax(dim, /*keepdim=*/true);
    const auto largest = x.gather(dim, place), given = x.detach();
    empty = largest.detach() == -INFINITY;
    spoilt = ((given == INFINITY) | given.isnan()).any(dim, true);
    const auto shift = largest.masked_fill(empty, 0);
    difference = x - shift;
    // What the subtraction rounded off (Knuth's TwoDiff).
    const auto d = difference.detach(), s = shift.detach(), back = d - given;
    low = torch::nan_to_num((given - (d - back)) - (s + back), 0, 0, 0);
    const auto e = difference.exp();
    exponentials = e + e * low;
    const auto is_largest = torch::zeros_like(given, torch::kBool).scatter(dim, place, true);
    rest = exponentials.masked_fill(is_largest, 0).sum(dim, true);
  }

  torch::Tensor difference, low;  // x - max, and its rounding error
  torch::Tensor exponentials;
  torch::Tensor rest;           // their sum without one of the largest, which is 1
  torch::Tensor empty, spoilt;  // rows of all -inf; with +inf or NaN
};

}  // namespace

torch::Tensor exact_softmax(const torch::Tensor& x, std::int64_t dim) {
  if (x.numel() == 0) return x;
  const ExactRows rows(x, dim);
  const auto sum = 1 + rows.rest;
  return (rows.exponentials / sum).masked_fill(rows.empty, 0).masked_fill(rows.spoilt, NAN);
}

torch::Tensor exact_log_softmax(const torch::Tensor& x, std::int64_t dim) {
  if (x.numel() == 0) return x;
  const ExactRows rows(x, dim);
  return (rows.difference + (rows.low - rows.rest.log1p())).masked_fill(rows.spoilt, NAN);
}

}  // namespace carica::selftest
