#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/encoder_decoder.h"
#include "models/unet_decoder.h"

namespace carica::models {

/// `Unet` of segmentation_models.pytorch (Ronneberger et al. 2015 with another encoder): its names,
/// its initialisation, its function for pictures whose sides are multiples of 32 (others it resizes
/// maps for, where we pad).
std::shared_ptr<Network> make_unet(EncoderDecoderOptions options, const DecoderShape& shape);

/// The classic U-Net: DoubleConv levels of `widths` channels, finest first, and back up through the
/// same widths with a 1x1 convolution before each nearest upsampling, 1x1 head. Names:
/// encoder.levels.N.{conv1,conv2}.{0,1}.*, decoder.blocks.N.reduce.weight,
/// decoder.blocks.N.{conv1,conv2}.{0,1}.*, segmentation_head.0.*.
std::shared_ptr<Network> make_plain_unet(EncoderDecoderOptions options,
                                         const std::vector<std::int64_t>& widths);

}  // namespace carica::models
