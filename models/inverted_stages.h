#pragma once

#include <array>
#include <cstdint>

namespace carica::models {

/// Inverted residual blocks of one width, the first of them with the stride.
struct InvertedStage {
  std::int64_t expansion;  // of the channels inside a block
  std::int64_t kernel;
  std::int64_t out;  // channels
  std::int64_t blocks;
  std::int64_t stride;
};

/// Sandler et al. 2018, table 2.
inline constexpr std::array<InvertedStage, 7> kMobileNetV2Stages = {{
    {1, 3, 16, 1, 1},
    {6, 3, 24, 2, 2},
    {6, 3, 32, 3, 2},
    {6, 3, 64, 4, 2},
    {6, 3, 96, 3, 1},
    {6, 3, 160, 3, 2},
    {6, 3, 320, 1, 1},
}};

/// EfficientNet-B0: Tan & Le 2019, table 1.
inline constexpr std::array<InvertedStage, 7> kEfficientNetStages = {{
    {1, 3, 16, 1, 1},
    {6, 3, 24, 2, 2},
    {6, 5, 40, 2, 2},
    {6, 3, 80, 3, 2},
    {6, 5, 112, 3, 1},
    {6, 5, 192, 4, 2},
    {6, 3, 320, 1, 1},
}};

}  // namespace carica::models
