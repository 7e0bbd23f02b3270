#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "models/registry.h"

namespace carica::models {

// What the builders of the tables say about keys of the section `model`.

Error config_error(const std::string& message, std::string hint = "");

/// "model.stem = cifr: unknown; nearest: cifar; known: imagenet, cifar".
Error unknown(const std::string& key, const std::string& value,
              const std::vector<std::string>& known);

/// What only segmenters have, and only some of them.
struct SegmenterKeys {
  bool aux = false;  // aux and aux_weight
  bool output_stride = false;
};

/// Throws Error(kConfig) where such a key is set and the network does not have it.
void refuse_segmenter_keys(const BuildOptions& options, const SegmenterKeys& has = {});

/// Throws Error(kConfig) where a key is set that has no meaning for the network: nothing explicit
/// is dropped in silence. `who_has_one`: "unet has one".
void refuse(bool is_set, const BuildOptions& options, const std::string& key,
            const std::string& who_has_one);

}  // namespace carica::models
