#include "ops/kernels.h"

namespace carica::ops::cpu {

void scale(const at::Tensor& values, const at::Tensor& factor) {
  // A number instead of the tensor would be rounded to the type of the values first.
  if (factor.item<double>() != 1) values.mul_(factor);
}

}  // namespace carica::ops::cpu
