#include "models/backbone_segmenter.h"

namespace carica::models {

BackboneSegmenter::BackboneSegmenter(const BackboneSegmenterOptions& options)
    : rule_(options.rule),
      heads_(options.heads),
      backbone_(register_module("backbone", options.backbone)),
      classifier_(register_module("classifier", options.classifier)),
      aux_(options.aux) {
  if (aux_) register_module("aux_classifier", aux_);
}

void BackboneSegmenter::check(at::IntArrayRef pictures) const { rule_.check(pictures, *this); }

std::vector<torch::Tensor> BackboneSegmenter::pyramid(const torch::Tensor& pictures) {
  check(pictures.sizes());
  return backbone_->pyramid(pictures);
}

torch::Tensor BackboneSegmenter::features(const torch::Tensor& pictures) {
  return pyramid(pictures).back();
}

Output BackboneSegmenter::forward(const torch::Tensor& pictures) {
  const auto maps = pyramid(pictures);
  Output output = {.logits = classifier_->forward(maps)};
  if (aux_ && is_training()) output.aux = aux_->forward(maps);
  return output;
}

}  // namespace carica::models
