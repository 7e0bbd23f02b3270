#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"

namespace carica::config {

/// A value as it was written, before it has a type.
struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  std::string text = {};            // of a scalar
  bool quoted = false;              // a quoted scalar is a string, whatever it looks like
  Position position = {};           // of the value
  std::string key = {};             // where this is a child of a map
  Position key_position = {};       // the same
  std::vector<Node> children = {};  // of a list or map, in the order they were written

  /// The child of a map with this key, or null.
  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
};

/// How a value stands in a message: numbers and words that mean something bare (0.1, true, null),
/// strings quoted, lists and maps in flow style; cut after about 60 characters, control characters
/// escaped.
std::string shown(const Node& node);
/// The same for a string: quoted, cut, escaped.
std::string shown(std::string_view text);

/// "transforms.train[1].Resize" -> transforms, train, 1, Resize.
std::vector<std::string> path_parts(std::string_view path);

/// The value at a path, or the deepest one on the way to it; `exact` tells which.
const Node& deepest(const Node& root, std::string_view path, bool* exact);

}  // namespace carica::config
