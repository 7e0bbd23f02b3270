#include "selftest/measure.h"

#include <torch/cuda.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace carica::selftest {

namespace {

// Binary digits of a type's numbers, and its least normal one.
struct Precision {
  int digits;
  double least;
};

Precision precision_of(torch::ScalarType type) {
  switch (type) {
    case torch::kHalf:
      return {11, 0x1p-14};
    case torch::kBFloat16:
      return {8, 0x1p-126};
    case torch::kFloat:
      return {24, 0x1p-126};
    default:
      return {53, 0x1p-1022};
  }
}

torch::Tensor wide(const torch::Tensor& x) { return x.detach().cpu().to(torch::kDouble); }

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double seconds_of(const std::function<void()>& run, torch::Device device) {
  const auto start = std::chrono::steady_clock::now();
  run();
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double ulps(const torch::Tensor& actual, const torch::Tensor& exact) {
  if (actual.sizes() != exact.sizes()) return INFINITY;
  if (actual.numel() == 0) return 0;
  const auto [digits, least] = precision_of(actual.scalar_type());
  const auto a = wide(actual);
  auto e = wide(exact);
  const auto rounded = wide(exact.to(actual.scalar_type()));
  e = torch::where(rounded.isinf(), rounded, e);
  const auto same = (a == e) | (a.isnan() & e.isnan());
  if (!(same | (a.isfinite() & e.isfinite())).all().item<bool>()) return INFINITY;
  const auto unit = torch::exp2(e.abs().clamp_min(least).log2().floor() - (digits - 1));
  return ((a - e).abs() / unit).masked_fill(same | (e.abs() < least), 0).max().item<double>();
}

double relative_error(const torch::Tensor& actual, const torch::Tensor& exact, double unit) {
  if (actual.sizes() != exact.sizes()) return INFINITY;
  if (actual.numel() == 0) return 0;
  const auto e = wide(exact);
  const auto [digits, least] = precision_of(actual.scalar_type());
  const double smallest = std::ldexp(least, 1 - digits);
  const double error = (wide(actual) - e).abs().max().item<double>() - smallest / 2;
  if (error <= 0) return 0;
  const double relative = error / std::max(unit, e.abs().max().item<double>());
  return std::isfinite(relative) ? relative : INFINITY;
}

double time_ratio(const std::function<void()>& ours, const std::function<void()>& theirs,
                  torch::Device device, double seconds) {
  constexpr std::size_t kLeast = 5, kMost = 1000;
  seconds_of(ours, device);
  seconds_of(theirs, device);
  std::vector<double> our_times, their_times;
  double spent = 0;
  while ((spent < seconds || our_times.size() < kLeast) && our_times.size() < kMost) {
    our_times.push_back(seconds_of(ours, device));
    their_times.push_back(seconds_of(theirs, device));
    spent += our_times.back() + their_times.back();
  }
  return median(their_times) / median(our_times);
}

}  // namespace carica::selftest
