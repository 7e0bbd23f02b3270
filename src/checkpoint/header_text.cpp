#include <nlohmann/json.hpp>

#include "checkpoint/header.h"
#include "checkpoint/safetensors.h"

namespace carica::checkpoint {
namespace {

// nlohmann's own object would sort the tensors by name, and its ordered one is slow for many.
void append_entry(std::string& text, const TensorEntry& entry) {
  text += nlohmann::json(entry.name).dump();
  text += ":{\"dtype\":\"";
  text += entry.dtype->name;
  text += "\",\"shape\":";
  text += nlohmann::json(entry.shape).dump();
  text += ",\"data_offsets\":[";
  text += std::to_string(entry.begin) + "," + std::to_string(entry.end);
  text += "]}";
}

}  // namespace

std::string header_text(Header header) {
  header.metadata[kHeaderChecksumKey] = std::string(32, '0');
  std::string text = "{";
  text += nlohmann::json(kMetadataKey).dump() + ":" + nlohmann::json(header.metadata).dump();
  for (const TensorEntry& entry : header.tensors) {
    text += ',';
    append_entry(text, entry);
  }
  text += '}';
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::size_t position = header_checksum_position(text);
  const std::string checksum = header_checksum(text, position);
  text.replace(position, checksum.size(), checksum);
  return text;
}

std::string quoted_name(std::string_view text) {
  constexpr std::size_t kMost = 120;
  using nlohmann::json;
  const bool cut = text.size() > kMost;
  // A cut may fall inside a character: replaced, not refused.
  const std::string name =
      json(text.substr(0, kMost)).dump(-1, ' ', false, json::error_handler_t::replace);
  return cut ? name + "..." : name;
}

}  // namespace carica::checkpoint
