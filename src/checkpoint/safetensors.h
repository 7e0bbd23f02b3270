// checkpoint: tensors and run state in files that survive crashes and refuse damage. May include core.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/atomic_file.h"

namespace carica::checkpoint {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;
using Metadata = std::map<std::string, std::string>;

/// Key of the XXH3-128 over the tensor bytes in the file's metadata.
inline constexpr const char* kChecksumKey = "carica.xxh3_128";

struct TensorFile {
  NamedTensors tensors;  // on the CPU, contiguous, in the order of their bytes
  Metadata metadata;
  const torch::Tensor* find(const std::string& name) const;
};

/// Writes a safetensors file that Python's `safetensors` reads: 8 bytes header length, JSON header, tensor bytes without holes. The checksum is
/// added to the metadata. Tensors may lie on any device and in any layout; float32, float64, bfloat16, float16, (u)int8..64 and bool.
/// Throws Error(kIo). Format: https://github.com/huggingface/safetensors.
void write_safetensors(AtomicFile& file, const NamedTensors& tensors, const Metadata& metadata);

/// Reads and checks all: header at most 16 MiB, no duplicate keys, arithmetic checked, bytes without holes or overlaps to the end of the file,
/// checksum when there is one. Throws Error(kCorrupt) naming file and reason; never a torch error, never a different tensor.
TensorFile read_safetensors(const std::filesystem::path& file);
/// The metadata alone, without reading tensor bytes.
Metadata read_safetensors_metadata(const std::filesystem::path& file);

}  // namespace carica::checkpoint
