#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/encoder.h"

namespace carica::models {

struct EncoderInfo {
  std::string name;  // segmentation_models.pytorch's
  std::shared_ptr<Encoder> (*build)(const std::string& name, const EncoderOptions& options);
};

/// The encoders that every decoder of segmentation_models.pytorch takes.
std::span<const EncoderInfo> encoders();

/// Throws Error(kConfig) for an unknown name: the nearest and all known ones are listed, those of
/// `of_the_caller` first.
std::shared_ptr<Encoder> make_encoder(const std::string& name, const EncoderOptions& options,
                                      std::vector<std::string> of_the_caller = {});

}  // namespace carica::models
