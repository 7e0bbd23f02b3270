#include "models/activation.h"

namespace carica::models {

torch::Tensor activate(Activation activation, torch::Tensor x) {
  // The backward passes of all but ReLU need their input: in place, torch would copy it first.
  const bool in_place = !x.requires_grad();
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return x.relu_();
    case Activation::kRelu6:
      return in_place ? torch::hardtanh_(x, 0, 6) : torch::hardtanh(x, 0, 6);
    case Activation::kHardswish:
      return in_place ? torch::hardswish_(x) : torch::hardswish(x);
    case Activation::kSilu:
      return in_place ? torch::silu_(x) : torch::silu(x);
    case Activation::kSigmoid:
      return in_place ? torch::sigmoid_(x) : torch::sigmoid(x);
    case Activation::kHardsigmoid:
      return in_place ? torch::hardsigmoid_(x) : torch::hardsigmoid(x);
  }
  return x;
}

}  // namespace carica::models
