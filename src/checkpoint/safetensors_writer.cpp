#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <span>

#include "checkpoint/dtype.h"
#include "checkpoint/header.h"
#include "checkpoint/safetensors.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/text.h"

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace carica::checkpoint {
namespace {

void check_metadata(const Metadata& metadata) {
  for (const auto& [key, value] : metadata) {
    if (is_utf8(key) && is_utf8(value)) continue;
    throw Error(ErrorCode::kData,
                cat("checkpoint: metadata ", quoted_name(key), " is not valid UTF-8"),
                "rename the class, folder or file whose name is in another encoding");
  }
}

std::span<const std::byte> bytes_of(const torch::Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

std::string little_endian(std::uint64_t value) {
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &value, kLengthBytes);
  return bytes;
}

}  // namespace

NamedTensors on_host(const NamedTensors& tensors) {
  NamedTensors result;
  std::set<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    const auto require = [&, &name = name](bool condition, const std::string& message) {
      if (condition) return;
      throw Error(ErrorCode::kShape, cat("checkpoint: tensor ", quoted_name(name), ": ", message));
    };
    require(is_utf8(name) && name != kMetadataKey, "not a name that safetensors allows");
    require(names.insert(name).second, "occurs twice; each name may occur once");
    require(tensor.defined(), "undefined");
    require(tensor.layout() == torch::kStrided && find_dtype(tensor.scalar_type()) != nullptr,
            cat("type ", tensor.scalar_type(), ", layout ", tensor.layout(), "; dense tensors of ",
                dtype_names(), " are allowed"));
    result.emplace_back(name, tensor.detach().to(torch::kCPU).contiguous());
  }
  return result;
}

void write_safetensors(AtomicFile& file, const NamedTensors& tensors, const Metadata& metadata) {
  check_metadata(metadata);
  NamedTensors host = on_host(tensors);
  std::stable_sort(host.begin(), host.end(), [](const auto& a, const auto& b) {
    return a.second.element_size() > b.second.element_size();
  });
  Header header;
  header.metadata = metadata;
  Checksum checksum;
  std::uint64_t position = 0;
  for (const auto& [name, tensor] : host) {
    const std::uint64_t end = position + tensor.nbytes();
    header.tensors.push_back(
        {name, find_dtype(tensor.scalar_type()), tensor.sizes().vec(), position, end});
    checksum.update(bytes_of(tensor));
    position = end;
  }
  header.metadata[kChecksumKey] = checksum.hex();
  const std::string text = header_text(std::move(header));
  if (text.size() > kMaxHeaderBytes) {
    throw Error(ErrorCode::kShape, cat("checkpoint: a header of ", byte_size(text.size()),
                                       "; at most ", byte_size(kMaxHeaderBytes)));
  }
  file.append(little_endian(text.size()) + text);
  for (const auto& [name, tensor] : host) file.append(bytes_of(tensor));
}

}  // namespace carica::checkpoint
