#include "config/reader.h"

#include <algorithm>
#include <utility>

#include "config/foreign_names.h"
#include "config/key_index.h"
#include "config/slot_reader.h"
#include "core/text.h"

namespace carica::config {
namespace {

std::string known_names(const Alternatives& items, std::string_view word, std::string_view noun) {
  const std::string foreign = foreign_value(word, noun);
  if (!foreign.empty()) return cat("unknown ", noun, "; ", foreign);
  std::vector<std::string> names;
  for (std::size_t tag = 0; tag < items.tags(); ++tag) names.emplace_back(items.name(tag));
  if (const auto near = nearest(word, names)) {
    return cat("unknown ", noun, "; did you mean ", *near, "?");
  }
  return cat("unknown ", noun, "; known are ", join(names));
}

// Sections that choose among several things by a name: model, optim, schedule.
bool has_name(const std::string& section) {
  const auto keys = known_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const KnownKey& known) {
    return known.section == section && known.key == "name";
  });
}

}  // namespace

Reader::Reader(const Node& root, Problems& problems) : problems_(problems) {
  open_.push_back({&root, "", {}});
  const bool fits = root.kind == Node::Kind::kMap || root.kind == Node::Kind::kNull;
  if (!fits) problems_.add(root.position, "", cat(shown(root), ": must be a map of keys"));
}

void Reader::finish() { leave(); }

const Node* Reader::take(std::string_view name) {
  open_.back().known.emplace_back(name);
  return open_.back().node->find(name);
}

void Reader::report(const Node& node, const std::string& path, const std::string& what) {
  problems_.add(node.position, path, cat(" = ", shown(node), ": ", what));
}

void Reader::visit(std::string_view name, Slot slot, const Field& about) {
  const Node* node = take(name);
  const std::string path = join_path(open_.back().path, name);
  if (node != nullptr) {
    read_slot(*node, path, slot, about, problems_);
  } else if (about.required) {
    problems_.add(open_.back().node->position, path, ": is missing; must be given");
  }
}

bool Reader::enter(std::string_view name, std::string_view) {
  const Node* node = take(name);
  return node != nullptr && open(*node, join_path(open_.back().path, name));
}

bool Reader::open(const Node& node, std::string path) {
  if (node.kind != Node::Kind::kMap && node.kind != Node::Kind::kNull) {
    const bool named = node.kind == Node::Kind::kScalar && has_name(path);
    const std::string meant = cat("; did you mean ", path, ".name = ", node.text, "?");
    report(node, path, cat("must be a map of keys", named ? meant : ""));
    return false;
  }
  open_.push_back({&node, std::move(path), {}});
  return true;
}

void Reader::leave() {
  const Section section = std::move(open_.back());
  open_.pop_back();
  for (const Node& child : section.node->children) {
    const auto& known = section.known;
    if (section.node->kind == Node::Kind::kMap &&
        std::find(known.begin(), known.end(), child.key) == known.end()) {
      report_unknown(section, child);
    }
  }
}

void Reader::report_unknown(const Section& section, const Node& child) {
  problems_.add(child.key_position, join_path(section.path, child.key),
                cat(": unknown key; ", advice(child.key, section.path, section.known)));
}

void Reader::visit(std::string_view name, Alternatives& items, const AlternativesField& about) {
  const Node* node = take(name);
  if (node == nullptr) return;
  const std::string path = join_path(open_.back().path, name);
  items.clear();
  const bool alone = about.one_without_list &&
                     (node->kind == Node::Kind::kMap || node->kind == Node::Kind::kScalar);
  if (alone) {
    read_alternative(*node, path, items, about);
  } else if (node->kind == Node::Kind::kList && node->children.size() >= about.min_items) {
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      read_alternative(node->children[i], item_path(path, i), items, about);
    }
  } else if (node->kind != Node::Kind::kNull || about.min_items > 0) {
    report(*node, path,
           cat("must be ", about.one_without_list ? cat("a ", about.noun, " or ") : "",
               about.min_items > 0 ? "a list of at least one" : cat("a list of ", about.plural)));
  }
}

void Reader::read_alternative(const Node& node, const std::string& path, Alternatives& items,
                              const AlternativesField& about) {
  const bool one_key = node.kind == Node::Kind::kMap && node.children.size() == 1;
  if (!one_key && (node.kind != Node::Kind::kScalar || node.text.empty())) {
    const bool several = node.kind == Node::Kind::kMap && node.children.size() > 1;
    report(
        node, path,
        cat("must be one name with its options, as {NAME: {key: value}}",
            several ? cat("; several ", about.plural, " are a list: [NAME, {NAME: {key: value}}]")
                    : ""));
    return;
  }
  const Node none{.kind = Node::Kind::kNull, .position = node.position};
  const Node& options = one_key ? node.children[0] : none;
  const std::string& name = one_key ? options.key : node.text;
  std::size_t tag = 0;
  while (tag < items.tags() && items.name(tag) != name) ++tag;
  if (tag == items.tags()) {
    problems_.add(
        one_key ? options.key_position : node.position, path,
        cat(" = ", shown(std::string_view(name)), ": ", known_names(items, name, about.noun)));
    return;
  }
  items.append(tag);
  if (!open(options, join_path(path, name))) return;
  items.describe_item(*this, items.size() - 1);
  leave();
}

}  // namespace carica::config
