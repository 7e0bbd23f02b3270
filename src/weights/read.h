#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "checkpoint/safetensors.h"

namespace carica::weights {

/// Tensors of a file as they stand in it.
struct WeightsFile {
  checkpoint::NamedTensors tensors;  // on the CPU, contiguous
  checkpoint::Metadata metadata;   // of .safetensors; of torch.save what stands beside the weights
  std::string format;              // "safetensors", "zip" or "legacy" (of torch.save)
  std::vector<std::string> notes;  // what was chosen by rule, in sentences
};

/// Reads .safetensors, .pth, .pt and .pth.tar files, whichever their bytes are. `key`: the dict to
/// take where a file of torch.save has several, see state_dict.h. Of a full state of carica's
/// (last.safetensors) the moving averages or else the model's weights are taken, unless `key` is
/// "model" or "ema". Throws Error(kCorrupt), "where: reason", for everything that is not whole and
/// plain; no code of a file is ever run.
WeightsFile read_weights(const std::filesystem::path& file, const std::string& key = "");

}  // namespace carica::weights
