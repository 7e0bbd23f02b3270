#pragma once

namespace carica::models {

/// How a network begins.
enum class Stem {
  kImagenet,  // as published, for pictures of some 224 px
  kCifar,     // for pictures of some 32 px: the first convolution is 3x3 with stride 1, and no pool
              // follows it, so that every map is 2 or 4 times as high and wide
};

}  // namespace carica::models
