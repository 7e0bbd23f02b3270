#include "config/override.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "config/scalar.h"
#include "config/yaml_tree.h"
#include "core/text.h"

namespace carica::config {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

/// The same value with `position` everywhere: columns in an override would help nobody.
void place(Node& node, const Position& position) {
  node.position = position;
  node.key_position = position;
  for (Node& child : node.children) place(child, position);
}

/// The child to go to, made when a map lacks it; null when the path cannot be followed.
Node* step(Node& node, const std::string& part, const Position& position) {
  if (node.kind == Node::Kind::kList) {
    const auto index = to_whole_number(part);
    const auto size = static_cast<std::int64_t>(node.children.size());
    return index && *index >= 0 && *index < size ? &node.children[static_cast<std::size_t>(*index)]
                                                 : nullptr;
  }
  if (node.kind == Node::Kind::kNull) node.kind = Node::Kind::kMap;
  if (node.kind != Node::Kind::kMap) return nullptr;
  if (Node* found = node.find(part)) return found;
  Node child;
  child.key = part;
  child.position = position;
  child.key_position = position;
  node.children.push_back(std::move(child));
  return &node.children.back();
}

}  // namespace

void apply_override(Node& root, const std::string& assignment, Problems& problems) {
  // The label is the argument as the user typed it, made safe to print.
  const std::string label = shown(std::string_view(assignment));
  const Source source{cat("override '", label.substr(1, label.size() - 2), "'"), false};
  const Position position{std::make_shared<const Source>(source), 0, 0};
  const std::size_t equals = assignment.find('=');
  const std::string path =
      trimmed(std::string_view(assignment).substr(0, std::min(equals, assignment.size())));
  if (equals == std::string::npos || path.empty()) {
    const bool file = assignment.ends_with(".yaml") || assignment.ends_with(".yml");
    problems.add(position, "",
                 file ? "is a second config; only one is taken, _base_ in it names others"
                      : "has no key and value; must be key.path=value");
    return;
  }
  Node value =
      parse_yaml(std::string_view(assignment).substr(equals + 1), position.source, problems);
  place(value, position);

  Node* node = &root;
  std::string walked;
  for (const std::string& part : path_parts(path)) {
    Node* next = step(*node, part, position);
    if (next == nullptr) {
      const bool is_list = node->kind == Node::Kind::kList;
      problems.add(
          position, walked,
          is_list ? cat(" has ", node->children.size(), " items; there is no item ", part)
                  : cat(" = ", shown(*node), ": is no section; ", part, " cannot be set in it"));
      return;
    }
    walked = join_path(walked, part);
    node = next;
  }
  value.key = node->key;
  *node = std::move(value);
}

}  // namespace carica::config
