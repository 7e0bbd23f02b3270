#pragma once

#include <memory>
#include <string_view>

#include "config/node.h"
#include "config/problems.h"

namespace carica::config {

inline constexpr std::size_t kMaxBytes = 256 * 1024;
inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxNodes = 4096;

/// One YAML document as a tree; an empty text gives a null. Anchors, aliases, tags, a second
/// document, more than kMaxBytes, kMaxDepth or kMaxNodes, bytes that are no text: Error(kConfig) at
/// the first, before anything is built from it. Duplicate keys go to `problems`, and the first one
/// counts.
Node parse_yaml(std::string_view text, const std::shared_ptr<const Source>& source,
                Problems& problems);

}  // namespace carica::config
