#include "config/node.h"

#include <algorithm>

#include "config/scalar.h"
#include "core/text.h"

namespace carica::config {
namespace {

constexpr std::size_t kLongest = 60;

/// At most `kLongest` bytes, cut between characters.
std::string cut(std::string_view text) {
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = kLongest - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return cat(text.substr(0, end), "...");
}

std::string escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += cat("\\x", kHex[byte >> 4], kHex[byte & 15]);
    } else {
      out += c;
    }
  }
  return out;
}

std::string flow(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kScalar: {
      const bool bare = !node.quoted && (to_number(node.text) || to_flag(node.text));
      return bare ? node.text : cat('"', escaped(node.text), '"');
    }
    case Node::Kind::kList:
    case Node::Kind::kMap:
      break;
  }
  const bool is_map = node.kind == Node::Kind::kMap;
  std::string out(1, is_map ? '{' : '[');
  for (std::size_t i = 0; i < node.children.size() && out.size() <= kLongest; ++i) {
    if (i > 0) out += ", ";
    if (is_map) out += cat(escaped(node.children[i].key), ": ");
    out += flow(node.children[i]);
  }
  return out + (is_map ? '}' : ']');
}

const Node* child(const Node& node, const std::string& part) {
  if (node.kind == Node::Kind::kMap) return node.find(part);
  if (node.kind != Node::Kind::kList) return nullptr;
  const auto index = to_whole_number(part);
  const bool inside =
      index && *index >= 0 && *index < static_cast<std::int64_t>(node.children.size());
  return inside ? &node.children[static_cast<std::size_t>(*index)] : nullptr;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::kMap) return nullptr;
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const Node& node) { return node.key == name; });
  return found == children.end() ? nullptr : &*found;
}

Node* Node::find(std::string_view name) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(name));
}

std::string shown(const Node& node) {
  if (node.kind == Node::Kind::kScalar) {
    const std::string text = flow(node);
    return text.starts_with('"') ? shown(std::string_view(node.text)) : cut(text);
  }
  return cut(flow(node));
}

std::string shown(std::string_view text) { return cat('"', cut(escaped(text)), '"'); }

std::vector<std::string> path_parts(std::string_view path) {
  std::string plain;
  for (const char c : path) {
    if (c == '[') plain += '.';
    if (c != '[' && c != ']') plain += c;
  }
  return split(plain, '.');
}

const Node& deepest(const Node& root, std::string_view path, bool* exact) {
  const Node* node = &root;
  *exact = true;
  for (const std::string& part : path_parts(path)) {
    const Node* next = child(*node, part);
    if (next == nullptr) {
      *exact = false;
      break;
    }
    node = next;
  }
  return *node;
}

}  // namespace carica::config
