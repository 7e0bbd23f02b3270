#pragma once

#include <torch/types.h>

#include <functional>

namespace carica::selftest {

/// The largest error of `actual` in units of the last place of its type, over results that are
/// normal numbers of it; infinity where one is NaN or infinite and the other is not the same.
/// What is too large for the type must be infinite. exact: float64, of the same shape.
double ulps(const torch::Tensor& actual, const torch::Tensor& exact);

/// The largest error in parts of `unit` or the largest exact value, whichever is larger; infinity
/// for what is not finite. Half a unit of the type's smallest numbers is no error: of float16,
/// whose gradients reach down there.
double relative_error(const torch::Tensor& actual, const torch::Tensor& exact, double unit);

/// How many times as long `theirs` takes as `ours`: the quotient of the medians of runs in turn,
/// for about `seconds` in all and at least 5 of each, after one of each to warm up. Waits for the
/// device.
double time_ratio(const std::function<void()>& ours, const std::function<void()>& theirs,
                  torch::Device device, double seconds);

}  // namespace carica::selftest
