#include "models/pooled_classifier.h"

#include "ops/resize.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

void adopt(nn::Module& parent, const nn::Module& from) {
  for (const auto& child : from.named_children()) {
    parent.register_module(child.key(), child.value());
  }
}

}  // namespace

PooledClassifier::PooledClassifier(ClassifierParts parts) : parts_(std::move(parts)) {
  adopt(*this, *parts_.trunk);
  const auto dot = parts_.head_name.find('.');
  if (dot == std::string::npos) {
    register_module(parts_.head_name, parts_.head);
    return;
  }
  // A module of its own: `hidden` itself must not run the head.
  const auto list = std::make_shared<nn::Module>();
  if (!parts_.hidden.is_empty()) adopt(*list, *parts_.hidden);
  list->register_module(parts_.head_name.substr(dot + 1), parts_.head);
  register_module(parts_.head_name.substr(0, dot), list);
}

void PooledClassifier::check(at::IntArrayRef pictures) const { parts_.rule.check(pictures, *this); }

torch::Tensor PooledClassifier::features(const torch::Tensor& pictures) {
  check(pictures.sizes());
  const auto maps = parts_.trunk->forward(pictures);
  const auto x = ops::adaptive_average(maps, parts_.pool, parts_.pool).flatten(1);
  return parts_.hidden.is_empty() ? x : parts_.hidden->forward(x);
}

Output PooledClassifier::forward(const torch::Tensor& pictures) {
  const auto x = features(pictures);
  return {.logits = parts_.head->forward(torch::dropout(x, parts_.dropout, is_training())),
          .features = x};
}

}  // namespace carica::models
