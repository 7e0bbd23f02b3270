#include "config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace carica::config {
namespace {

[[noreturn]] void refuse(const Position& position, const std::string& reason) {
  throw Error(ErrorCode::kConfig, cat(position.text(), ": ", reason));
}

/// Whether the quote that stands at `begin` is closed in its line.
bool closes(std::string_view line, std::size_t begin) {
  const char quote = line[begin];
  for (std::size_t i = begin + 1; i < line.size(); ++i) {
    const bool doubled = quote == '\'' && line.substr(i, 2) == "''";
    if (doubled || (quote == '"' && line[i] == '\\')) {
      ++i;
    } else if (line[i] == quote) {
      return true;
    }
  }
  return false;
}

/// A string may not go on in the next line: a forgotten quote would take all keys up to the next
/// quote into it.
[[noreturn]] void refuse_open_quote(const Position& position, std::string_view line,
                                    std::size_t begin) {
  refuse(position, cat("the quote of ", readable(line.substr(begin), 60),
                       " is not closed on its line; must end with ", line[begin]));
}

/// Where a value of the line begins with a quote that the line does not close, or npos.
std::size_t open_quote(std::string_view line) {
  char before = ' ', sign = '-';  // the last character, and the last one that is no space
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && before == ' ') break;
    const std::string_view openers = before == ' ' ? "-:,[{" : ",[{";
    const bool begins = openers.find(sign) != std::string_view::npos;
    if ((line[i] == '"' || line[i] == '\'') && begins) {
      if (!closes(line, i)) return i;
      i = line.find(line[i], i + 1);
    }
    before = line[i];
    if (before != ' ') sign = before;
  }
  return std::string_view::npos;
}

/// Builds the tree from the parser's events. Working on events, an alias is refused where it stands
/// and never expanded.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::vector<std::string_view>& lines,
              const std::shared_ptr<const Source>& source, Problems& problems)
      : lines_(lines), source_(source), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(at(mark), "a second document begins; one is allowed");
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse(at(mark), cat("has the anchor ", shown(name), "; anchors and aliases are not allowed"));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(at(mark), "has an alias; anchors and aliases are not allowed");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (wants_key()) refuse(at(mark), "a key is empty or null; must be a word");
    Node node = make(mark, Node::Kind::kNull);
    // The parser notices a missing value only at what follows it, lines below.
    if (!open_.empty() && open_.back().kind == Node::Kind::kMap) node.position = key_position_;
    add(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    refuse_tag(mark, tag);
    if (tag == "!") refuse_open_quotes(mark);
    if (value.find('\0') != std::string::npos) refuse(at(mark), "has a NUL byte; must be text");
    if (wants_key()) {
      key_ = value;
      key_position_ = at(mark);
      has_key_ = true;
      return;
    }
    Node node = make(mark, Node::Kind::kScalar);
    node.text = value;
    node.quoted = tag == "!";
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

  Node take() { return std::move(root_); }

 private:
  Position at(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1}; }

  bool wants_key() const {
    return !open_.empty() && open_.back().kind == Node::Kind::kMap && !has_key_;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    // "?" and "!" are the parser's marks for plain and quoted values without a tag.
    if (!tag.empty() && tag != "?" && tag != "!") {
      refuse(at(mark), cat("has the tag ", shown(tag), "; tags are not allowed"));
    }
  }

  // A block of text after | or > has the tag of a quoted value, too.
  void refuse_open_quotes(const YAML::Mark& mark) const {
    const auto number = static_cast<std::size_t>(mark.line);
    const auto begin = static_cast<std::size_t>(mark.column);
    if (number >= lines_.size() || begin >= lines_[number].size()) return;
    const std::string_view line = lines_[number];
    const bool quote = line[begin] == '"' || line[begin] == '\'';
    if (quote && !closes(line, begin)) refuse_open_quote(at(mark), line, begin);
  }

  Node make(const YAML::Mark& mark, Node::Kind kind) {
    if (++nodes_ > kMaxNodes) {
      refuse(at(mark), cat("has more than ", kMaxNodes, " values; at most that many are allowed"));
    }
    Node node;
    node.kind = kind;
    node.position = at(mark);
    return node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, Node::Kind kind) {
    refuse_tag(mark, tag);
    if (wants_key())
      refuse(at(mark), "a key is a list or a map, or a bracket stays open; must be a word");
    if (open_.size() == kMaxDepth) {
      refuse(at(mark), cat("is nested more than ", kMaxDepth, " levels deep; at most that many",
                           " are allowed"));
    }
    Node node = make(mark, kind);
    take_key(node);
    open_.push_back(std::move(node));
  }

  void close() {
    Node node = std::move(open_.back());
    open_.pop_back();
    attach(std::move(node));
  }

  void add(Node node) {
    take_key(node);
    attach(std::move(node));
  }

  void take_key(Node& node) {
    if (!has_key_) return;
    node.key = std::move(key_);
    node.key_position = key_position_;
    has_key_ = false;
  }

  void attach(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Node& parent = open_.back();
    if (parent.kind == Node::Kind::kMap) {
      if (const Node* first = parent.find(node.key)) {
        problems_.add(
            node.key_position, path_to(node.key),
            cat(": duplicate key; it stands at line ", first->key_position.line, " already"));
        return;
      }
    }
    parent.children.push_back(std::move(node));
  }

  std::string path_to(const std::string& key) const {
    std::string path;
    for (std::size_t i = 1; i < open_.size(); ++i) {
      const Node& parent = open_[i - 1];
      path = parent.kind == Node::Kind::kMap ? join_path(path, open_[i].key)
                                             : item_path(path, parent.children.size());
    }
    return join_path(path, key);
  }

  const std::vector<std::string_view>& lines_;
  const std::shared_ptr<const Source> source_;
  Problems& problems_;
  Node root_;
  std::vector<Node> open_;  // lists and maps from the root to the one being read
  std::string key_;
  Position key_position_;
  bool has_key_ = false;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

/// The first tab in the indentation of a line that says something, or npos. YAML forbids it, and
/// the parser's own messages do not tell.
std::size_t tab_in_indentation(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos || line[begin] == '#') return std::string_view::npos;
  return line.substr(0, begin).find('\t');
}

/// Refuses bytes that are no text: control characters and malformed UTF-8, wherever they stand,
/// comments included.
void check_characters(std::string_view line, Position position) {
  for (std::size_t i = 0; i < line.size(); ++position.column) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte == 0) refuse(position, "has a NUL byte; must be text");
    if ((byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7F) {
      refuse(position, "has a control character; must be text");
    }
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    if (length > 1 && !is_utf8(line.substr(i, length))) {
      refuse(position, "is not valid UTF-8; must be text");
    }
    i += length;
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
  }
  return lines;
}

void check_lines(const std::vector<std::string_view>& lines,
                 const std::shared_ptr<const Source>& source) {
  int number = 0;
  for (const std::string_view line : lines) {
    check_characters(line, {source, ++number, 1});
    const std::size_t tab = tab_in_indentation(line);
    if (tab != std::string_view::npos) {
      refuse({source, number, static_cast<int>(tab) + 1},
             "a tab stands where spaces indent; must be spaces");
    }
  }
}

/// The parser stumbles lines below a quote that is not closed: the first such one up to there is
/// the reason.
void blame_open_quote(const std::vector<std::string_view>& lines, int last,
                      const std::shared_ptr<const Source>& source) {
  for (int i = 0; i <= last && i < static_cast<int>(lines.size()); ++i) {
    const std::string_view line = lines[static_cast<std::size_t>(i)];
    const std::size_t begin = open_quote(line);
    if (begin == std::string_view::npos) continue;
    refuse_open_quote({source, i + 1, static_cast<int>(begin) + 1}, line, begin);
  }
}

std::string reason_of(const YAML::Exception& error) {
  if (error.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR) {
    return "has an alias; anchors and aliases are not allowed";
  }
  return cat("is not YAML: ", error.msg);
}

}  // namespace

Node parse_yaml(std::string_view text, const std::shared_ptr<const Source>& source,
                Problems& problems) {
  const Position whole{source, 0, 0};
  if (text.size() > kMaxBytes) {
    refuse(whole, cat("has ", text.size(), " bytes; must be at most ", kMaxBytes, " (256 KiB)"));
  }
  const auto lines = lines_of(text);
  check_lines(lines, source);
  TreeBuilder builder(lines, source, problems);
  std::istringstream in{std::string(text)};
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    const bool known = !error.mark.is_null();
    if (known) blame_open_quote(lines, error.mark.line, source);
    refuse(known ? Position{source, error.mark.line + 1, error.mark.column + 1} : whole,
           reason_of(error));
  }
  Node root = builder.take();
  if (root.position.source == nullptr) root.position = {source, 1, 1};
  return root;
}

}  // namespace carica::config
