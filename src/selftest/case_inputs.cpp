#include "selftest/case_inputs.h"

#include <ATen/CPUGeneratorImpl.h>

#include "core/text.h"

namespace carica::selftest {

using ops::CrossEntropyOptions;

Draw::Draw(const CaseOptions& options)
    : options_(options), generator_(at::make_generator<at::CPUGeneratorImpl>(2026)) {}

std::pair<torch::Tensor, const char*> laid_out(const torch::Tensor& x, int k) {
  if (k == 1 && x.dim() == 4) {
    return {x.contiguous(torch::MemoryFormat::ChannelsLast), " channels_last"};
  }
  if (k == 2 && x.dim() >= 2) {
    return {torch::stack({x, x}, -1).select(-1, 1), " every other"};
  }
  if (k == 3 && x.dim() >= 2) {
    const auto last = x.dim() - 1;
    return {x.transpose(0, last).contiguous().transpose(0, last), " transposed"};
  }
  return {x.contiguous(), ""};
}

torch::Tensor typed(const torch::Tensor& labels, std::size_t k, std::int64_t classes) {
  const torch::ScalarType types[] = {torch::kLong, torch::kInt, torch::kByte};
  return labels.to(types[k % (classes <= 256 ? 3 : 2)]);
}

CrossEntropyOptions call(std::size_t k, const torch::Tensor& weight) {
  const auto reduction = static_cast<ops::Reduction>((k + 1) % 3);
  switch (k % 5) {
    case 0:
      return {.reduction = reduction};
    case 1:
      return {.ignore_index = 1, .reduction = reduction};
    case 2:
      return {.weight = weight, .reduction = reduction};
    case 3:
      return {.label_smoothing = 0.125, .reduction = reduction};
    default:
      return {
          .weight = weight, .ignore_index = 1, .label_smoothing = 0.125, .reduction = reduction};
  }
}

std::string text(const torch::Tensor& x) { return cat(x.sizes()); }

std::string text(const CrossEntropyOptions& options) {
  const char* names[] = {" none", " mean", " sum"};
  return cat(names[static_cast<int>(options.reduction)], options.weight ? " weights" : "",
             options.ignore_index >= 0 ? " ignored" : "",
             options.label_smoothing > 0 ? " smoothed" : "");
}

}  // namespace carica::selftest
