#include "config/slot_reader.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "config/forms.h"
#include "config/scalar.h"
#include "core/text.h"

namespace carica::config {
namespace {

bool is_plain(const Node& node) { return node.kind == Node::Kind::kScalar && !node.quoted; }

/// One call per field; each read() gives nothing and reports when the node does not fit.
class SlotReader {
 public:
  SlotReader(const Field& about, Problems& problems) : about_(about), problems_(problems) {}

  std::optional<bool> read(const Node& node, const std::string& path, bool*) {
    const auto flag = is_plain(node) ? to_flag(node.text) : std::nullopt;
    return flag ? flag : fail<bool>(node, path, "must be true or false");
  }

  std::optional<int> read(const Node& node, const std::string& path, int*) {
    const auto whole = is_plain(node) ? to_whole_number(node.text) : std::nullopt;
    if (!whole) return fail<int>(node, path, "must be a whole number");
    Range range = about_.range;
    range.low = std::max<double>(range.low, std::numeric_limits<int>::min());
    range.high = std::min<double>(range.high, std::numeric_limits<int>::max());
    if (range.contains(static_cast<double>(*whole))) return static_cast<int>(*whole);
    return fail<int>(node, path, cat("must be ", range.text()));
  }

  std::optional<std::uint64_t> read(const Node& node, const std::string& path, std::uint64_t*) {
    const auto value = is_plain(node) ? to_unsigned_number(node.text) : std::nullopt;
    if (value) return value;
    const bool whole = is_plain(node) && to_whole_number(node.text);
    return fail<std::uint64_t>(
        node, path,
        whole ? cat("must be in [0, ", ~std::uint64_t{0}, "]") : "must be a whole number");
  }

  std::optional<double> read(const Node& node, const std::string& path, double*) {
    const auto value = is_plain(node) ? to_number(node.text) : std::nullopt;
    if (!value) return fail<double>(node, path, "must be a number");
    if (about_.range.contains(*value)) return value;
    return fail<double>(node, path, cat("must be ", about_.range.text()));
  }

  std::optional<std::optional<double>> read(const Node& node, const std::string& path,
                                            std::optional<double>*) {
    const bool empty = node.kind == Node::Kind::kScalar && node.text.empty();
    if (node.kind == Node::Kind::kNull || empty) return std::optional<double>();
    const auto value = read(node, path, static_cast<double*>(nullptr));
    return value ? std::optional(value) : std::nullopt;
  }

  std::optional<std::string> read(const Node& node, const std::string& path, std::string*) {
    if (node.kind == Node::Kind::kNull && about_.nullable) return "";
    if (node.kind != Node::Kind::kScalar) return fail<std::string>(node, path, text_wanted());
    if (node.text.empty() && about_.nullable) return "";
    return read_text(node, path);
  }

  std::optional<std::vector<std::string>> read(const Node& node, const std::string& path,
                                               std::vector<std::string>*) {
    const auto item = [&](const Node& child, const std::string& at) {
      if (child.kind == Node::Kind::kScalar) return read_text(child, at);
      return fail<std::string>(child, at, text_wanted());
    };
    if (about_.form != Form::kErasing) return read_list<std::string>(node, path, "strings", item);
    if (node.kind == Node::Kind::kScalar) {
      const auto value = read_text(node, path);
      return value ? std::optional(std::vector<std::string>{*value}) : std::nullopt;
    }
    const auto is_number = [](const Node& child) {
      return child.kind == Node::Kind::kScalar && to_number(child.text);
    };
    const bool colour = node.kind == Node::Kind::kList && node.children.size() == 3 &&
                        std::all_of(node.children.begin(), node.children.end(), is_number);
    if (!colour) return wrong_form<std::vector<std::string>>(node, path);
    return read_list<std::string>(node, path, "numbers", item);
  }

  std::optional<std::vector<int>> read(const Node& node, const std::string& path,
                                       std::vector<int>*) {
    const auto item = [&](const Node& child, const std::string& at) {
      return read(child, at, static_cast<int*>(nullptr));
    };
    if (about_.form == Form::kNumbers) return read_numbers<int>(node, path, "whole numbers", item);
    if (about_.form != Form::kSize) return read_list<int>(node, path, "whole numbers", item);
    const bool pair = node.kind == Node::Kind::kList && node.children.size() == 2;
    if (pair) return read_list<int>(node, path, "whole numbers", item);
    if (!is_plain(node) || !to_whole_number(node.text))
      return wrong_form<std::vector<int>>(node, path);
    const auto side = item(node, path);
    if (!side) return std::nullopt;
    return std::vector<int>{*side};
  }

  std::optional<std::vector<double>> read(const Node& node, const std::string& path,
                                          std::vector<double>*) {
    const bool interval = about_.form == Form::kInterval;
    const bool none = about_.nullable && node.children.empty() &&
                      (node.kind == Node::Kind::kNull || node.kind == Node::Kind::kList);
    if (none) return std::vector<double>{};
    if (interval && (node.kind != Node::Kind::kList || node.children.size() != 2)) {
      return wrong_form<std::vector<double>>(node, path);
    }
    const auto item = [&](const Node& child, const std::string& at) {
      return read(child, at, static_cast<double*>(nullptr));
    };
    if (about_.form == Form::kNumbers) return read_numbers<double>(node, path, "numbers", item);
    auto values = read_list<double>(node, path, "numbers", item);
    if (values && interval && (*values)[0] > (*values)[1]) {
      return wrong_form<std::vector<double>>(node, path);
    }
    return values;
  }

  std::optional<std::map<int, int>> read(const Node& node, const std::string& path,
                                         std::map<int, int>*) {
    return read_map<int, int>(node, path, "whole numbers to whole numbers", [&](const Node& child) {
      // A key is a number like a value: read it as one that stands where the key does.
      const Node key{
          .kind = Node::Kind::kScalar, .text = child.key, .position = child.key_position};
      return read(key, join_path(path, child.key), static_cast<int*>(nullptr));
    });
  }

  std::optional<std::map<std::string, double>> read(const Node& node, const std::string& path,
                                                    std::map<std::string, double>*) {
    return read_map<std::string, double>(node, path, "patterns to numbers", [&](const Node& child) {
      const Node key{
          .kind = Node::Kind::kScalar, .text = child.key, .position = child.key_position};
      return read_text(key, join_path(path, child.key));
    });
  }

 private:
  template <typename T>
  std::optional<T> fail(const Node& node, const std::string& path, const std::string& what) {
    problems_.add(node.position, path, cat(" = ", shown(node), ": ", what));
    return std::nullopt;
  }

  template <typename T>
  std::optional<T> wrong_form(const Node& node, const std::string& path) {
    return fail<T>(node, path, cat("must be ", form_text(about_.form)));
  }

  std::string text_wanted() const {
    if (about_.choices.empty()) return "must be a string";
    if (about_.choices.size() == 2) return cat("must be ", join(about_.choices, " or "));
    return cat("must be one of ", join(about_.choices));
  }

  std::optional<std::string> read_text(const Node& node, const std::string& path) {
    const std::string& text = node.text;
    const auto& choices = about_.choices;
    if (!choices.empty()) {
      if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
      const auto near = nearest(text, choices);
      return fail<std::string>(node, path,
                               cat(text_wanted(), near ? cat("; did you mean ", *near, "?") : ""));
    }
    if (text.empty()) return fail<std::string>(node, path, "must not be empty");
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    // Names and paths end up on terminals and in tables.
    if (control)
      return fail<std::string>(node, path, "must be one line without control characters");
    if (!has_form(about_.form, text)) return wrong_form<std::string>(node, path);
    return text;
  }

  template <typename T, typename ReadItem>
  std::optional<std::vector<T>> read_list(const Node& node, const std::string& path,
                                          std::string_view items, const ReadItem& read_item) {
    const std::string length = about_.length.text();
    if (node.kind == Node::Kind::kNull && about_.nullable) return std::vector<T>{};
    if (node.kind != Node::Kind::kList) {
      return fail<std::vector<T>>(node, path, cat("must be a list of ", items));
    }
    const bool empty = node.children.empty() && about_.nullable;
    if (!empty && !about_.length.contains(node.children.size())) {
      return fail<std::vector<T>>(node, path, cat("must have ", length));
    }
    std::vector<T> values;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (auto value = read_item(node.children[i], item_path(path, i))) {
        values.push_back(std::move(*value));
      }
    }
    if (values.size() != node.children.size()) return std::nullopt;
    return values;
  }

  // One number may stand without its list.
  template <typename T, typename ReadItem>
  std::optional<std::vector<T>> read_numbers(const Node& node, const std::string& path,
                                             std::string_view items, const ReadItem& read_item) {
    if (node.kind == Node::Kind::kMap) return wrong_form<std::vector<T>>(node, path);
    if (node.kind != Node::Kind::kScalar) return read_list<T>(node, path, items, read_item);
    if (!is_plain(node) || !to_number(node.text)) return wrong_form<std::vector<T>>(node, path);
    const auto value = read_item(node, path);
    return value ? std::optional(std::vector<T>{*value}) : std::nullopt;
  }

  template <typename Key, typename Value, typename ReadKey>
  std::optional<std::map<Key, Value>> read_map(const Node& node, const std::string& path,
                                               std::string_view items, const ReadKey& read_key) {
    if (node.kind == Node::Kind::kNull) return std::map<Key, Value>{};
    if (node.kind != Node::Kind::kMap) {
      return fail<std::map<Key, Value>>(node, path, cat("must be a map of ", items));
    }
    std::map<Key, Value> values;
    bool ok = true;
    for (const Node& child : node.children) {
      const auto key = read_key(child);
      const auto value = read(child, join_path(path, child.key), static_cast<Value*>(nullptr));
      ok = ok && key && value;
      if (!ok) continue;
      if (!values.emplace(*key, *value).second) {
        problems_.add(child.key_position, join_path(path, child.key),
                      ": duplicate key; it stands above in another spelling");
        ok = false;
      }
    }
    if (!ok) return std::nullopt;
    return values;
  }

  const Field& about_;
  Problems& problems_;
};

}  // namespace

void read_slot(const Node& node, const std::string& path, Slot slot, const Field& about,
               Problems& problems) {
  SlotReader reader(about, problems);
  std::visit(
      [&](auto* value) {
        if (auto got = reader.read(node, path, value)) *value = std::move(*got);
      },
      slot);
}

}  // namespace carica::config
