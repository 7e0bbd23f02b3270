// The table of operators: ours, torch's and the exact function, bounds and cases.
#include <torch/nn/functional/loss.h>
#include <torch/nn/functional/upsampling.h>

#include <cmath>

#include "ops/softmax.h"
#include "ops/upsample.h"
#include "selftest/exact_softmax.h"
#include "selftest/measure.h"
#include "selftest/operator_cases.h"
#include "selftest/operators.h"

namespace carica::selftest {

namespace {

namespace F = torch::nn::functional;
using torch::Tensor;

bool is_narrow(torch::ScalarType type) { return type == torch::kHalf || type == torch::kBFloat16; }

Tensor wider(const Tensor& x) { return is_narrow(x.scalar_type()) ? x.to(torch::kFloat) : x; }

Tensor upsampled(const Tensor& x, const OperatorCase& given) {
  const std::vector<std::int64_t> size = {
      given.labels.defined() ? given.labels.size(1) : given.height,
      given.labels.defined() ? given.labels.size(2) : given.width};
  return F::interpolate(x, F::InterpolateFuncOptions()
                               .size(size)
                               .mode(torch::kBilinear)
                               .align_corners(given.align_corners));
}

Tensor torchs_cross_entropy(const Tensor& x, const OperatorCase& given) {
  F::CrossEntropyFuncOptions options;
  const auto& o = given.options;
  if (o.weight) options.weight(o.weight->to(x.options()));
  options.ignore_index(o.ignore_index).label_smoothing(o.label_smoothing);
  if (o.reduction == ops::Reduction::kNone) options.reduction(torch::kNone);
  if (o.reduction == ops::Reduction::kSum) options.reduction(torch::kSum);
  return F::cross_entropy(x, given.labels.to(x.device()), options);
}

// By the definition in ops/kernels.h.
Tensor exact_cross_entropy(const Tensor& x, const OperatorCase& given) {
  const auto& o = given.options;
  const auto labels = given.labels.cpu();
  const auto classes = x.size(1);
  const auto weight = o.weight ? o.weight->cpu() : torch::ones({classes}, torch::kDouble);
  const auto nll = -exact_log_softmax(x, 1);
  const auto counted = labels != o.ignore_index;
  const auto target = labels.masked_fill(~counted, 0);
  std::vector<std::int64_t> along_classes(static_cast<std::size_t>(x.dim()), 1);
  along_classes[1] = classes;
  const auto own_weight = weight.index({target}).masked_fill(~counted, 0);
  auto losses =
      (1 - o.label_smoothing) * own_weight * nll.gather(1, target.unsqueeze(1)).squeeze(1);
  if (o.label_smoothing > 0) {
    const auto all = (weight.view(along_classes) * nll).sum(1).masked_fill(~counted, 0);
    losses = losses + o.label_smoothing / static_cast<double>(classes) * all;
  }
  if (o.reduction == ops::Reduction::kNone) return losses;
  if (o.reduction == ops::Reduction::kSum) return losses.sum();
  return losses.sum() / own_weight.sum();
}

double in_ulps(const Tensor& actual, const Tensor& exact, const OperatorCase&) {
  return ulps(actual, exact);
}

// One unit in the last place of the largest logit, in the type that it is computed in.
double unit_of_logits(const OperatorCase& given) {
  const int digits = given.x.scalar_type() == torch::kDouble ? 53 : 24;
  return std::ldexp(1.0, std::ilogb(given.x.abs().max().item<double>()) - (digits - 1));
}

// Upsampled logits are as exact as the places that they come from, which are computed in the same
// type: errors are in units of the largest logit, or of the loss where that is larger.
double in_units_of_logits(const Tensor& actual, const Tensor& exact, const OperatorCase& given) {
  if (given.edge) return ulps(actual, exact);
  const auto error = (actual.cpu().to(torch::kDouble) - exact).abs();
  const double largest = given.x.abs().max().item<double>();
  const auto scale = (exact.abs() / largest).clamp_min(1);
  const double worst = (error / scale).max().item<double>() / unit_of_logits(given);
  return std::isnan(worst) ? INFINITY : worst;
}

// How far the chosen class's logit is below the largest one, in the same units. exact:
// float64[N,C,H,W]; of edges, labels.
double shortfall(const Tensor& labels, const Tensor& exact, const OperatorCase& given) {
  const auto chosen = labels.cpu().to(torch::kLong);
  if (given.edge) return chosen.equal(exact.to(torch::kLong)) ? 0 : INFINITY;
  const auto value = exact.gather(1, chosen.unsqueeze(1));
  return (exact.amax(1, true) - value).max().item<double>() / unit_of_logits(given);
}

// float32: the bounds that docs/ops.md states. float64: the reference's own errors are part of the
// measured ones. 16 bits: results are rounded once; but for rare ties, to the nearest. Gradients
// of 16 bits are made from rounded results.
Bounds of_rows(torch::ScalarType type) {
  switch (type) {
    case torch::kDouble:
      return {8, 1e-14};
    case torch::kFloat:
      return {4, 1e-6};
    case torch::kBFloat16:
      return {0.6, 0x1p-7};
    default:
      return {0.6, 0x1p-10};
  }
}

// Losses of 16-bit logits are float32. Gradients in bfloat16 are rounded twice: as they are stored,
// and multiplied with the one that comes in; in float16 once.
Bounds of_losses(torch::ScalarType type) {
  switch (type) {
    case torch::kDouble:
      return {8, 1e-14};
    case torch::kFloat:
      return {4, 1e-6};
    case torch::kBFloat16:
      return {4, 0x1p-7};
    default:
      return {4, 6e-4};
  }
}

// A place of 1 to 130 is off by up to 4e-6, and a logit by that times the slope.
constexpr double kUpsampled = 256;

Bounds of_maps(torch::ScalarType type) {
  auto bounds = of_losses(type);
  bounds.forward = kUpsampled;
  if (type == torch::kFloat) bounds.backward = 4e-5;
  if (type == torch::kDouble) bounds.backward = 1e-13;
  return bounds;
}

Bounds of_labels(torch::ScalarType) { return {kUpsampled, 0}; }

}  // namespace

std::vector<Operator> operators() {
  const auto upsample_exact = [](const Tensor& x, const OperatorCase& given) {
    return exact_cross_entropy(upsampled(x, given), given);
  };
  const Operator softmax = {
      .name = "softmax",
      .ours = [](const Tensor& x, const OperatorCase& c) { return ops::softmax(x, c.dim); },
      .torchs = [](const Tensor& x, const OperatorCase& c) { return torch::softmax(x, c.dim); },
      .exact = [](const Tensor& x, const OperatorCase& c) { return exact_softmax(x, c.dim); },
      .error = in_ulps,
      .passes_gradients_on = true,
      .bounds = of_rows,
      .cases = softmax_cases,
      .timed_cases = timed_softmax_cases};
  const Operator log_softmax = {
      .name = "log_softmax",
      .ours = [](const Tensor& x, const OperatorCase& c) { return ops::log_softmax(x, c.dim); },
      .torchs = [](const Tensor& x, const OperatorCase& c) { return torch::log_softmax(x, c.dim); },
      .exact = [](const Tensor& x, const OperatorCase& c) { return exact_log_softmax(x, c.dim); },
      .error = in_ulps,
      .passes_gradients_on = true,
      .bounds = of_rows,
      .cases = log_softmax_cases,
      .timed_cases = timed_softmax_cases};
  const Operator cross_entropy = {
      .name = "cross_entropy",
      .ours = [](const Tensor& x,
                 const OperatorCase& c) { return ops::cross_entropy(x, c.targets, c.options); },
      .torchs = [](const Tensor& x,
                   const OperatorCase& c) { return torchs_cross_entropy(wider(x), c); },
      .exact = exact_cross_entropy,
      .error = in_ulps,
      .bounds = of_losses,
      .cases = cross_entropy_cases,
      .timed_cases = timed_cross_entropy_cases};
  const Operator upsample_cross_entropy = {
      .name = "upsample_cross_entropy",
      .ours =
          [](const Tensor& x, const OperatorCase& c) {
            return ops::upsample_cross_entropy(x, c.targets, c.options, c.align_corners);
          },
      .torchs =
          [](const Tensor& x, const OperatorCase& c) {
            return torchs_cross_entropy(upsampled(wider(x), c), c);
          },
      .exact = upsample_exact,
      .error = in_units_of_logits,
      .bounds = of_maps,
      .cases = upsample_cases,
      .timed_cases = timed_upsample_cases};
  const Operator upsample_argmax = {.name = "upsample_argmax",
                                    .ours =
                                        [](const Tensor& x, const OperatorCase& c) {
                                          return ops::upsample_argmax(x, c.height, c.width,
                                                                      c.align_corners);
                                        },
                                    .torchs =
                                        [](const Tensor& x, const OperatorCase& c) {
                                          return upsampled(wider(x), c).argmax(1).to(torch::kByte);
                                        },
                                    .exact = upsampled,
                                    .error = shortfall,
                                    .has_gradient = false,
                                    .bounds = of_labels,
                                    .cases = argmax_cases,
                                    .timed_cases = timed_upsample_cases};
  return {softmax, log_softmax, cross_entropy, upsample_cross_entropy, upsample_argmax};
}

}  // namespace carica::selftest
