#include "models/aspp.h"

#include "models/blocks.h"
#include "ops/resize.h"

namespace carica::models {
namespace nn = torch::nn;

AsppImpl::AsppImpl(const AsppOptions& options) : project_(nullptr), dropout_(options.dropout) {
  views_.push_back(make_conv_norm({.in = options.in, .out = kOut, .kernel = 1}));
  for (const std::int64_t rate : options.rates) {
    views_.push_back(make_conv_norm({.in = options.in, .out = kOut, .dilation = rate}));
  }
  average_->push_back("1", make_conv({.in = options.in, .out = kOut, .kernel = 1}));
  average_->push_back("2", nn::BatchNorm2d(kOut));

  auto convs = register_module("convs", nn::ModuleList());
  for (const auto& view : views_) convs->push_back(view);
  convs->push_back(average_);
  const auto joined = static_cast<std::int64_t>(convs->size()) * kOut;
  project_ = register_module("project", make_conv_norm({.in = joined, .out = kOut, .kernel = 1}));
  register_module("dropout", dropout_);
}

torch::Tensor AsppImpl::forward(const torch::Tensor& x) {
  std::vector<torch::Tensor> joined;
  for (auto& view : views_) joined.push_back(view->forward(x).relu_());
  const auto average = average_->forward(torch::adaptive_avg_pool2d(x, {1, 1})).relu_();
  // All equal; an expansion would do, but sums its gradient in another order than the references.
  joined.push_back(ops::upsample_bilinear(average, x.size(2), x.size(3), false));
  return dropout_->forward(project_->forward(torch::cat(joined, 1)).relu_());
}

}  // namespace carica::models
