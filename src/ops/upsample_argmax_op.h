// What registration.cpp hangs into torch's dispatcher under carica::upsample_argmax.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace carica::ops {

at::Tensor upsample_argmax_forward(const at::Tensor& logits, std::int64_t height,
                                   std::int64_t width, bool align_corners);
at::Tensor upsample_argmax_meta(const at::Tensor& logits, std::int64_t height, std::int64_t width,
                                bool align_corners);

}  // namespace carica::ops
