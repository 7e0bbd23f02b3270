#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "core/text.h"
#include "selftest/case_inputs.h"
#include "selftest/exact_softmax.h"

namespace carica::selftest {

using ops::CrossEntropyOptions;
using ops::Reduction;

std::vector<OperatorCase> loss_edges(const CaseOptions& options, bool upsample) {
  Draw draw(options);
  std::vector<OperatorCase> all;
  const auto add = [&](const std::string& name, torch::Tensor x, torch::Tensor labels,
                       CrossEntropyOptions call, const torch::Tensor& expected) -> OperatorCase& {
    if (upsample) {
      x = x.unsqueeze(-1).unsqueeze(-1);
      labels = labels.unsqueeze(-1).unsqueeze(-1);
    }
    OperatorCase given{.name = name, .x = draw.given(x), .options = call, .edge = true};
    given.targets = given.labels = labels.to(options.device);
    const bool each = call.reduction == Reduction::kNone;
    given.expected = upsample && each ? expected.unsqueeze(-1).unsqueeze(-1) : expected;
    return all.emplace_back(given);
  };
  const auto zero = torch::zeros({}, torch::kDouble);
  const auto some =
      torch::randn({4, 5}, at::make_generator<at::CPUGeneratorImpl>(1)).to(torch::kDouble);
  const auto none = torch::zeros_like(upsample ? some.unsqueeze(-1).unsqueeze(-1) : some);
  add("all ignored", some, torch::full({4}, 255), {.ignore_index = 255}, zero).expected_gradient =
      none;
  add("all ignored, smoothed", some, torch::full({4}, 255),
      {.ignore_index = 255, .label_smoothing = 0.125}, zero)
      .expected_gradient = none;
  add("weights all zero", some, torch::arange(4),
      {.weight = torch::zeros({5}, torch::kDouble).to(options.device)}, zero)
      .expected_gradient = none;
  add("C = 1", some.narrow(1, 0, 1), torch::zeros({4}, torch::kLong), {}, zero);
  if (!upsample) add("N = 0", some.narrow(0, 0, 0), torch::zeros({0}, torch::kLong), {}, zero);

  // Where bilinear weights are 0, infinite logits are NaN: finite ones only, then.
  const double least = upsample ? -1e4 : -INFINITY;
  const auto special = torch::tensor({{0.0, least, 1.0},
                                      {0.0, least, 1.0},
                                      {least, least, least},
                                      {0.0, std::nan(""), 1.0},
                                      {1e4, -1e4, 0.0}},
                                     torch::kDouble);
  const auto labels = torch::tensor({1, 0, 0, 0, 1});
  const auto log_p = exact_log_softmax(draw.given(special).cpu().to(torch::kDouble), 1);
  add("special values", special, labels, {.reduction = Reduction::kNone},
      -log_p.gather(1, labels.unsqueeze(1)).squeeze(1));

  // The target is far ahead: p - 1 and log p would cancel. Half has no smaller gradients.
  const double gap = options.type == torch::kHalf ? 8 : 17;
  for (const std::int64_t classes : {3, 300}) {
    auto x = torch::full({1, classes}, 3 - gap, torch::kDouble);
    x[0][0] = 3;
    const double rest = static_cast<double>(classes - 1) * std::exp(-gap);
    auto gradient = torch::full_like(x, std::exp(-gap) / (1 + rest));
    gradient[0][0] = -rest / (1 + rest);
    add(cat("target far ahead of ", classes - 1), x, torch::zeros({1}, torch::kLong), {},
        torch::full({}, std::log1p(rest), torch::kDouble))
        .expected_gradient = upsample ? gradient.unsqueeze(-1).unsqueeze(-1) : gradient;
  }
  return all;
}

}  // namespace carica::selftest
