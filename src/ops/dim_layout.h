#pragma once

#include <cstdint>

namespace carica::ops {

/// A dense tensor seen along one dim: element (o, c, i) lies at data[(o * size + c) * inner + i].
/// inner = 1: rows of contiguous values; else columns. float[N,C,H,W] along dim 1 is {N, C, H * W};
/// the same in channels_last is {N * H * W, C, 1}.
struct DimLayout {
  std::int64_t outer = 0, size = 0, inner = 0;
};

}  // namespace carica::ops
