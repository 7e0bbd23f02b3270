#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "checkpoint/header.h"

namespace carica::checkpoint {

/// Takes the events of a JSON parser and accepts nothing but the shape of a safetensors header:
///
///     {"__metadata__": {text: text, ...}, name: {"dtype": text, "shape": [n, ...],
///      "data_offsets": [n, n]}, ...}
///
/// each key once. A tree of values could not show duplicate keys, and could be made deep.
/// A function returns false to stop the parser; reason() then says why.
class HeaderSax final : public nlohmann::json_sax<nlohmann::json> {
 public:
  const std::string& reason() const { return reason_; }
  /// In the order of the text; offsets and sizes are not checked yet.
  Header take() { return std::move(header_); }

  bool start_object(std::size_t size) override;
  bool key(string_t& name) override;
  bool end_object() override;
  bool start_array(std::size_t size) override;
  bool end_array() override;
  bool string(string_t& text) override;
  bool number_unsigned(number_unsigned_t value) override;
  bool number_integer(number_integer_t value) override;
  bool number_float(number_float_t value, const string_t& text) override;
  bool boolean(bool value) override;
  bool null() override;
  bool binary(binary_t& value) override;
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override;

 private:
  enum class At { kStart, kTop, kMetadata, kTensor, kShape, kOffsets };

  bool refuse(std::string reason);
  bool misplaced(const std::string& found);
  TensorEntry& entry() { return header_.tensors.back(); }

  At at_ = At::kStart;
  Header header_;
  std::set<std::string> names_;   // keys of the top level
  std::set<std::string> fields_;  // keys of the tensor at hand
  std::string key_;
  int offsets_ = 0;
  std::string reason_;
};

}  // namespace carica::checkpoint
