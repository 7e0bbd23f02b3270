#pragma once

namespace carica::ops {

/// value * scale[c] + shift[c]: the affine form in which kernels normalise channel c.
struct ChannelAffine {
  float scale[3], shift[3];
};

}  // namespace carica::ops
