#include <span>

#include "checkpoint/header.h"
#include "checkpoint/safetensors.h"
#include "core/checksum.h"
#include "core/text.h"

namespace carica::checkpoint {
namespace {

constexpr std::size_t kDigits = 32;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

std::size_t header_checksum_position(std::string_view text) {
  // A quote inside a JSON string is always escaped, so this can be nothing but the key.
  const std::string token = cat('"', kHeaderChecksumKey, "\":\"");
  const std::size_t found = text.find(token);
  if (found == std::string_view::npos) return found;
  const std::size_t position = found + token.size();
  return position + kDigits <= text.size() ? position : std::string_view::npos;
}

std::string header_checksum(std::string_view text, std::size_t position) {
  Checksum checksum;
  checksum.update(bytes_of(text.substr(0, position)));
  checksum.update(bytes_of(std::string(kDigits, '0')));
  checksum.update(bytes_of(text.substr(position + kDigits)));
  return checksum.hex();
}

}  // namespace carica::checkpoint
