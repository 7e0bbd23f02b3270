#include "models/unet.h"

#include "models/plain_encoder.h"

namespace carica::models {

std::shared_ptr<Network> make_unet(EncoderDecoderOptions options, const DecoderShape& shape) {
  options.decoder = std::make_shared<UNetDecoder>(UNetDecoderOptions{
      .encoder = options.encoder->channels(), .out = shape.widths, .center = shape.center});
  return std::make_shared<EncoderDecoder>(options);
}

std::shared_ptr<Network> make_plain_unet(EncoderDecoderOptions options,
                                         const std::vector<std::int64_t>& widths) {
  options.encoder = std::make_shared<PlainEncoder>(options.in_channels, widths);
  options.decoder = std::make_shared<UNetDecoder>(UNetDecoderOptions{
      .encoder = widths, .out = {widths.rbegin() + 1, widths.rend()}, .reduce = true});
  options.head_kernel = 1;
  return std::make_shared<EncoderDecoder>(options);
}

}  // namespace carica::models
