// Tensors in all the layouts that operators meet, and errors in units of the last place.
#pragma once

#include <torch/cuda.h>
#include <torch/types.h>

#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace carica::test {

/// Where tests of the CUDA kernels run: on the GPU, or with CARICA_EMULATED_GPU on the CPU, which
/// the program of tests/cuda_on_cpu sends there.
inline std::optional<torch::Device> gpu() {
  if (std::getenv("CARICA_EMULATED_GPU") != nullptr) return torch::kCPU;
  if (torch::cuda::is_available()) return torch::kCUDA;
  return std::nullopt;
}

/// A view of `values` that holds the same numbers in another layout.
inline std::vector<std::pair<std::string, torch::Tensor>> layouts_of(const torch::Tensor& values) {
  std::vector<std::pair<std::string, torch::Tensor>> all = {{"contiguous", values.contiguous()}};
  if (values.dim() >= 2) {
    const auto last = values.dim() - 1;
    all.emplace_back("transposed", values.transpose(0, last).contiguous().transpose(0, last));
    all.emplace_back("every other", torch::stack({values, values}, -1).select(-1, 1));
  }
  if (values.dim() == 4) {
    all.emplace_back("channels_last", values.contiguous(torch::MemoryFormat::ChannelsLast));
  }
  return all;
}

/// The largest error of `actual` in units of the last place of its type, over results that are
/// normal numbers of it; infinity where one is NaN or infinite and the other is not the same.
inline double ulps(const torch::Tensor& actual, const torch::Tensor& exact) {
  if (actual.numel() == 0) return 0;
  const auto type = actual.scalar_type();
  const int digits = type == torch::kFloat      ? 24
                     : type == torch::kBFloat16 ? 8
                     : type == torch::kHalf     ? 11
                                                : 53;
  const double least = type == torch::kHalf ? 6.2e-5 : type == torch::kDouble ? 2.3e-308 : 1.2e-38;
  const auto e = exact.to(torch::kDouble), a = actual.to(e.device(), torch::kDouble);
  const auto same = (a == e) | (a.isnan() & e.isnan());
  const auto finite = a.isfinite() & e.isfinite();
  if (!(same | finite).all().item<bool>()) return INFINITY;
  const auto exponent = e.abs().clamp_min(least).log2().floor();
  const auto unit = torch::exp2(exponent - (digits - 1));
  const auto error = ((a - e).abs() / unit).masked_fill(same | (e.abs() < least), 0);
  return error.max().item<double>();
}

/// softmax or log_softmax by torch in double, with our answer for a row of all -inf; on the device
/// of x. log_softmax of values near 0 is better than torch's own: the largest value stays out of
/// the sum.
inline torch::Tensor exact_softmax_there(const torch::Tensor& x, std::int64_t dim, bool log) {
  const auto wide = x.to(torch::kDouble);
  if (wide.dim() == 0) return exact_softmax_there(x.view(1), 0, log).squeeze(0);
  if (wide.numel() == 0) return wide;
  const auto empty = (wide == -INFINITY).all(dim, true);
  if (!log) return torch::softmax(wide, dim).masked_fill(empty, 0);
  const auto [max, where] = wide.max(dim, /*keepdim=*/true);
  const auto others = (wide - max).exp().scatter(dim, where, 0).sum(dim, true);
  return ((wide - max) - others.log1p()).masked_fill(empty, -INFINITY);
}

/// The same on the CPU.
inline torch::Tensor exact_softmax(const torch::Tensor& x, std::int64_t dim, bool log) {
  return exact_softmax_there(x.cpu(), dim, log);
}

}  // namespace carica::test
