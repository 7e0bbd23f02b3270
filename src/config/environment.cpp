#include "config/environment.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/text.h"

namespace carica::config {
namespace {

bool is_name(std::string_view text) {
  const auto ok = [](char c) {
    return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), ok);
}

/// What the inside of `${...}` stands for, or nothing and the reason in `finding`.
std::optional<std::string> value_of(std::string_view reference, std::string& finding) {
  const std::size_t mark = reference.find(":-");
  const std::string name(reference.substr(0, mark));
  if (!is_name(name)) {
    finding = cat(": ${", reference, "} is no variable; must be ${NAME} or ${NAME:-default}");
    return std::nullopt;
  }
  const char* value = std::getenv(name.c_str());
  if (value != nullptr && *value != '\0') {
    if (is_utf8(value)) return value;
    finding = cat(": the variable ", name, " is not valid UTF-8; must be text");
    return std::nullopt;
  }
  if (mark != std::string_view::npos) return std::string(reference.substr(mark + 2));
  if (value != nullptr) return "";
  finding = cat(": the variable ", name, " is not set; set it or write ${", name, ":-default}");
  return std::nullopt;
}

void expand_scalar(Node& node, const std::string& path, Problems& problems) {
  std::string out;
  std::string_view rest = node.text;
  for (std::size_t at = rest.find("${"); at != std::string_view::npos; at = rest.find("${")) {
    if (at > 0 && rest[at - 1] == '$') {
      out.append(rest.substr(0, at - 1)).append("${");
      rest.remove_prefix(at + 2);
      continue;
    }
    out.append(rest.substr(0, at));
    rest.remove_prefix(at + 2);
    const std::size_t end = rest.find('}');
    std::string finding = ": ${ without }; must be ${NAME} or ${NAME:-default}";
    std::optional<std::string> value;
    if (end != std::string_view::npos) value = value_of(rest.substr(0, end), finding);
    if (!value) {
      problems.add(node.position, path, cat(" = ", shown(node), finding));
      return;
    }
    out += *value;
    rest.remove_prefix(end + 1);
  }
  node.text = out.append(rest);
}

/// Keys whose value is a path of its own, with the items of their list.
bool is_path(std::string_view key) {
  static constexpr std::array<std::string_view, 7> kKeys = {
      "_base_",  "data.root",    "data.shards", "data.split.file", "data.mask.palette",
      "run_dir", "model.weights"};
  return std::find(kKeys.begin(), kKeys.end(), key.substr(0, key.find('['))) != kKeys.end();
}

/// ~/pets as the shell would have it; it leaves the one in data.root=~/pets alone.
void expand_home(Node& node, const std::string& path) {
  const char* home = std::getenv("HOME");
  const bool known = home != nullptr && *home != '\0' && is_utf8(home);
  if (known && node.text.starts_with("~/") && is_path(path)) node.text.replace(0, 1, home);
}

void expand(Node& node, const std::string& path, Problems& problems) {
  if (node.kind == Node::Kind::kScalar) {
    if (node.text.find("${") != std::string::npos) expand_scalar(node, path, problems);
    expand_home(node, path);
    return;
  }
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Node& child = node.children[i];
    const bool in_map = node.kind == Node::Kind::kMap;
    expand(child, in_map ? join_path(path, child.key) : item_path(path, i), problems);
  }
}

}  // namespace

void expand_environment(Node& node, Problems& problems, std::string_view path) {
  expand(node, std::string(path), problems);
}

}  // namespace carica::config
