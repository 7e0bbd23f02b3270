#pragma once

namespace carica::ops::cpu {

/// What a pointer to void points to. Kernels compute in float, kDouble in double.
enum class Element { kFloat, kDouble, kBFloat16, kHalf };

}  // namespace carica::ops::cpu
