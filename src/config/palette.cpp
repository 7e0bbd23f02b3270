#include "config/palette.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "config/slot_reader.h"
#include "config/yaml_tree.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"

namespace carica::config {
namespace {

const Field kName = {.help = "class name"};
const Field kColor = {.range = closed(0, 255), .length = {.low = 3, .high = 3}};
const Field kValues = {.range = closed(0, 65535)};

class PaletteReader {
 public:
  explicit PaletteReader(Problems& problems) : problems_(problems) {}

  Palette read(const Node& root) {
    Palette palette;
    if (root.kind != Node::Kind::kMap) {
      problems_.add(root.position, "", cat(shown(root), ": must be a map with the key classes"));
      return palette;
    }
    known_keys(root, "", {"classes", "ignored_values", "ignored_colors"});
    const Node* classes = root.find("classes");
    if (classes == nullptr || classes->kind != Node::Kind::kList || classes->children.empty()) {
      problems_.add(classes != nullptr ? classes->position : root.position, "classes",
                    ": must be a list of classes with at least one");
      return palette;
    }
    for (std::size_t i = 0; i < classes->children.size(); ++i) {
      palette.classes.push_back(read_class(classes->children[i], item_path("classes", i)));
    }
    if (const Node* values = root.find("ignored_values")) {
      read_slot(*values, "ignored_values", &palette.ignored_values, kValues, problems_);
    }
    if (const Node* colors = root.find("ignored_colors")) {
      palette.ignored_colors = read_colors(*colors, "ignored_colors");
    }
    settle_values(palette, *classes);
    require_distinct(palette, *classes);
    return palette;
  }

 private:
  void known_keys(const Node& map, const std::string& path, const std::vector<std::string>& known) {
    for (const Node& child : map.children) {
      if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
      problems_.add(child.key_position, join_path(path, child.key),
                    cat(": unknown key; known are ", join(known)));
    }
  }

  PaletteClass read_class(const Node& node, const std::string& path) {
    PaletteClass entry;
    if (node.kind != Node::Kind::kMap) {
      problems_.add(node.position, path, cat(" = ", shown(node), ": must be a map with name"));
      return entry;
    }
    known_keys(node, path, {"name", "color", "colors", "values"});
    if (const Node* name = node.find("name")) {
      read_slot(*name, join_path(path, "name"), &entry.name, kName, problems_);
    } else {
      problems_.add(node.position, path, ": has no name");
    }
    if (const Node* color = node.find("color")) {
      entry.colors = {read_color(*color, join_path(path, "color"))};
    }
    if (const Node* colors = node.find("colors")) {
      for (const Color& color : read_colors(*colors, join_path(path, "colors"))) {
        entry.colors.push_back(color);
      }
    }
    if (const Node* values = node.find("values")) {
      read_slot(*values, join_path(path, "values"), &entry.values, kValues, problems_);
    }
    return entry;
  }

  Color read_color(const Node& node, const std::string& path) {
    std::vector<int> channels;
    read_slot(node, path, &channels, kColor, problems_);
    if (channels.size() != 3) return {};  // told already
    return {channels[0], channels[1], channels[2]};
  }

  std::vector<Color> read_colors(const Node& node, const std::string& path) {
    std::vector<Color> colors;
    if (node.kind != Node::Kind::kList) {
      problems_.add(node.position, path, cat(" = ", shown(node), ": must be a list of colours"));
      return colors;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      colors.push_back(read_color(node.children[i], item_path(path, i)));
    }
    return colors;
  }

  void settle_values(Palette& palette, const Node& classes) {
    const auto has_values = [](const PaletteClass& entry) { return !entry.values.empty(); };
    if (std::all_of(palette.classes.begin(), palette.classes.end(), has_values)) return;
    if (std::any_of(palette.classes.begin(), palette.classes.end(), has_values)) {
      problems_.add(classes.position, "classes",
                    ": some have values and some have none; all or none must have them");
      return;
    }
    for (std::size_t i = 0; i < palette.classes.size(); ++i) {
      palette.classes[i].values = {static_cast<int>(i)};
    }
  }

  void require_distinct(const Palette& palette, const Node& classes) {
    std::set<std::string> names;
    std::map<int, std::string> owners;
    for (const int value : palette.ignored_values) owners[value] = "ignored_values";
    for (std::size_t i = 0; i < palette.classes.size(); ++i) {
      const auto& entry = palette.classes[i];
      const Position& at = classes.children[i].position;
      if (!entry.name.empty() && !names.insert(entry.name).second) {
        problems_.add(at, item_path("classes", i),
                      cat(": the name ", entry.name, " stands twice; names must differ"));
      }
      for (const int value : entry.values) {
        const auto [place, fresh] = owners.emplace(value, entry.name);
        if (fresh) continue;
        problems_.add(at, item_path("classes", i),
                      cat(": value ", value, " stands for ", place->second,
                          " already; a value must have one meaning"));
      }
    }
  }

  Problems& problems_;
};

}  // namespace

std::vector<std::string> Palette::names() const {
  std::vector<std::string> names;
  for (const auto& entry : classes) names.push_back(entry.name);
  return names;
}

Palette parse_palette(std::string_view yaml, std::string_view name) {
  Problems problems;
  const auto source = std::make_shared<const Source>(Source{std::string(name)});
  const Node root = parse_yaml(yaml, source, problems);
  Palette palette = PaletteReader(problems).read(root);
  problems.throw_if_any();
  return palette;
}

Palette load_palette(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    throw Error(
        ErrorCode::kConfig,
        cat("data.mask.palette = ", file.string(), ": no such file; must be a palette file"),
        "paths are relative to where carica is started; known data sets have theirs in "
        "configs/palettes");
  }
  std::string text;
  try {
    text = FileSystem::real().read(file, kMaxBytes);
  } catch (const Error& failure) {
    throw Error(ErrorCode::kConfig, failure.what(), failure.hint());
  }
  return parse_palette(text, file.string());
}

}  // namespace carica::config
