// checkpoint: tensors and run state in files that survive crashes and refuse damage. May include
// core. docs/formats.md describes the bytes.
#pragma once

#include <torch/types.h>

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
/// Key of the XXH3-128 over the header, taken with its own 32 digits set to '0'. A file has both
/// checksums or none.
inline constexpr const char* kHeaderChecksumKey = "carica.header_xxh3_128";

struct TensorFile {
  NamedTensors tensors;  // on the CPU, contiguous, in the order of their bytes
  Metadata metadata;     // all of it, checksums included
  const torch::Tensor* find(const std::string& name) const;
};

/// Writes a safetensors file that Python's `safetensors` reads: 8 bytes header length, JSON header,
/// tensor bytes without holes. Types of many bytes come first, so that each tensor is aligned;
/// those of equal size keep their order. The checksums are added to the metadata. Tensors may lie
/// on any device and in any layout; float32, float64, bfloat16, float16, (u)int8..64 and bool.
/// Throws Error(kShape) for another type, an undefined tensor, and a name that occurs twice or is
/// not UTF-8; Error(kData) for metadata that is not UTF-8; Error(kIo).
/// Format: https://github.com/huggingface/safetensors.
void write_safetensors(AtomicFile& file, const NamedTensors& tensors, const Metadata& metadata);

/// The tensors as they will be written: in main memory, contiguous, without copying those that are
/// so already. Throws Error(kShape) as write_safetensors does.
NamedTensors on_host(const NamedTensors& tensors);

/// Reads and checks all: header at most 16 MiB, no duplicate keys, arithmetic checked, bytes
/// without holes or overlaps to the end of the file, checksums when there are any. Tensors lie on
/// the mapped file, which must not be cut short while they live; what is written to them does not
/// reach it. Throws Error(kCorrupt) naming file and reason; never a torch error, never a different
/// tensor.
TensorFile read_safetensors(const std::filesystem::path& file);
/// The metadata alone, without reading tensor bytes.
Metadata read_safetensors_metadata(const std::filesystem::path& file);

}  // namespace carica::checkpoint
