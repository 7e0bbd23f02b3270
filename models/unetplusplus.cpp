#include "models/unetplusplus.h"

#include "core/text.h"
#include "models/initialize.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

std::array<std::array<DecoderBlock, 4>, 4> no_nodes() {
  const DecoderBlock none = nullptr;
  const std::array<DecoderBlock, 4> row = {none, none, none, none};
  return {row, row, row, row};
}

}  // namespace

UNetPlusPlusDecoder::UNetPlusPlusDecoder(const std::vector<std::int64_t>& encoder,
                                         const DecoderShape& shape)
    : channels_(shape.widths.back()), nodes_(no_nodes()), last_(nullptr) {
  const auto& widths = shape.widths;
  const std::vector<std::int64_t> deep(encoder.rbegin(), encoder.rend());
  if (shape.center) {
    const auto center = make_center(deep[0]);
    register_module("center", nn::ModuleList(center[0], center[1]));
    for (auto& parameter : parameters()) parameter.requires_grad_(false);
  }
  auto blocks = register_module("blocks", std::make_shared<nn::Module>());
  for (std::size_t column = 0; column < kColumns; ++column) {
    const std::int64_t skip = deep[column + 1];
    for (std::size_t row = 0; row <= column; ++row) {
      const bool outermost = row == 0;
      const std::int64_t below = column == 0 ? deep[0] : widths[column - 1];
      nodes_[row][column] =
          blocks->register_module(cat("x_", row, "_", column),
                                  DecoderBlock(DecoderBlockOptions{
                                      .in = outermost ? below : deep[column],
                                      .skip = skip * static_cast<std::int64_t>(column + 1 - row),
                                      .out = outermost ? widths[column] : skip}));
    }
  }
  last_ = blocks->register_module(
      "x_0_4", DecoderBlock(DecoderBlockOptions{.in = widths[kColumns - 1], .out = widths.back()}));
  initialize_decoder(*this);
}

torch::Tensor UNetPlusPlusDecoder::forward(const std::vector<torch::Tensor>& maps) {
  const std::vector<torch::Tensor> deep(maps.rbegin(), maps.rend());
  std::array<std::array<torch::Tensor, kColumns>, kColumns> x;  // [row][column]
  // Diagonal by diagonal, as the reference: gradients of shared maps are summed in this order.
  for (std::size_t step = 0; step < kColumns; ++step) {
    for (std::size_t row = 0; row + step < kColumns; ++row) {
      const std::size_t column = row + step;
      std::vector<torch::Tensor> skips;
      for (std::size_t below = row + 1; below <= column; ++below) skips.push_back(x[below][column]);
      skips.push_back(deep[column + 1]);
      const auto& before = step == 0 ? deep[row] : x[row][column - 1];
      x[row][column] = nodes_[row][column]->forward(before, torch::cat(skips, 1));
    }
  }
  return last_->forward(x[0][kColumns - 1], {});
}

std::shared_ptr<Network> make_unetplusplus(EncoderDecoderOptions options,
                                           const DecoderShape& shape) {
  options.decoder = std::make_shared<UNetPlusPlusDecoder>(options.encoder->channels(), shape);
  return std::make_shared<EncoderDecoder>(options);
}

}  // namespace carica::models
