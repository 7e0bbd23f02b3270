#include "config/inherit.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "config/environment.h"
#include "config/yaml_tree.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"

namespace carica::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBase = "_base_";
constexpr int kMaxFiles = 64;

class FileReader {
 public:
  explicit FileReader(Problems& problems) : problems_(problems) {}

  /// `reference`: where `_base_` names the file; null for the first one.
  Node read(const fs::path& file, const Position* reference) {
    const std::string where =
        reference ? cat(reference->text(), ": _base_ = ", shown(file.string())) : file.string();
    check_can_open(file, where);
    const fs::path identity = fs::weakly_canonical(file);
    if (std::find(chain_.begin(), chain_.end(), identity) != chain_.end()) {
      fail(where, "includes itself; a file must not be its own base");
    }
    if (++files_ > kMaxFiles)
      fail(where, cat("more than ", kMaxFiles, " files; at most that many"));
    chain_.push_back(identity);
    Node tree = parse_yaml(content(file, where),
                           std::make_shared<const Source>(Source{file.string()}), problems_);
    Node merged = with_bases(std::move(tree), file);
    chain_.pop_back();
    return merged;
  }

 private:
  [[noreturn]] static void fail(const std::string& where, const std::string& reason) {
    throw Error(ErrorCode::kConfig, cat(where, ": ", reason));
  }

  // The folder of a run holds the config that it was trained with.
  [[noreturn]] static void refuse_folder(const fs::path& folder, const std::string& where) {
    const auto own = folder / "config.resolved.yaml";
    std::error_code ignored;
    if (!fs::exists(own, ignored)) fail(where, "is a folder; must be a YAML file");
    throw Error(ErrorCode::kConfig, cat(where, ": is the folder of a run; must be a YAML file"),
                cat("its config is ", own.string(), "; carica train --resume ", folder.string(),
                    " goes on with the run"));
  }

  static void check_can_open(const fs::path& file, const std::string& where) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::none) {  // it may be there
      const Error failure = io_error(file, "open", error.value());
      throw Error(ErrorCode::kConfig, failure.what(), failure.hint());
    }
    if (!fs::exists(status)) fail(where, "no such file; must be a YAML file");
    if (fs::is_directory(status)) refuse_folder(file, where);
  }

  static std::string content(const fs::path& file, const std::string& where) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (!error && size > kMaxBytes) {
      fail(where, cat("has ", size, " bytes; must be at most ", kMaxBytes, " (256 KiB)"));
    }
    try {
      return FileSystem::real().read(file, kMaxBytes);
    } catch (const Error& failure) {
      throw Error(ErrorCode::kConfig, failure.what(), failure.hint());
    }
  }

  Node with_bases(Node tree, const fs::path& file) {
    const Node* base = tree.find(kBase);
    if (base == nullptr) return tree;
    Node merged;
    for (const Node& name : names_in(*base)) {
      const fs::path path = (file.parent_path() / name.text).lexically_normal();
      Node read_base = read(path, &name.position);
      if (merged.position.source == nullptr) {
        merged = std::move(read_base);
      } else {
        merge(merged, std::move(read_base));
      }
    }
    std::erase_if(tree.children, [](const Node& child) { return child.key == kBase; });
    if (merged.position.source == nullptr) return tree;
    merge(merged, std::move(tree));
    return merged;
  }

  /// None where one of them is a problem.
  std::vector<Node> names_in(Node base) {
    const auto is_name = [](const Node& node) {
      return node.kind == Node::Kind::kScalar && !node.text.empty();
    };
    const bool list = base.kind == Node::Kind::kList &&
                      std::all_of(base.children.begin(), base.children.end(), is_name);
    if (!list && !is_name(base)) {
      problems_.add(base.position, std::string(kBase),
                    cat(" = ", shown(base), ": must be a path or a list of paths"));
      return {};
    }
    expand_environment(base, problems_, kBase);
    if (problems_.touch(kBase)) return {};
    return list ? base.children : std::vector{base};
  }

  Problems& problems_;
  std::vector<fs::path> chain_;  // from the first file to the one being read
  int files_ = 0;
};

void merge_map(Node& base, Node over, bool top);

void merge_value(Node& base, Node over) {
  const bool base_is_map = base.kind == Node::Kind::kMap;
  if (base_is_map && over.kind == Node::Kind::kNull) return;
  if (base_is_map && over.kind == Node::Kind::kMap) {
    merge_map(base, std::move(over), false);
  } else {
    base = std::move(over);
  }
}

void merge_map(Node& base, Node over, bool top) {
  base.position = over.position;
  base.key_position = over.key_position;
  for (Node& child : over.children) {
    Node* old = base.find(child.key);
    if (old == nullptr) {
      base.children.push_back(std::move(child));
    } else if (top && child.key == "loss") {
      *old = std::move(child);  // its map says which loss: two of them cannot be mixed
    } else {
      merge_value(*old, std::move(child));
    }
  }
}

}  // namespace

Node read_with_bases(const fs::path& file, Problems& problems) {
  return FileReader(problems).read(file, nullptr);
}

void merge(Node& base, Node over) {
  const bool both_maps = base.kind == Node::Kind::kMap && over.kind == Node::Kind::kMap;
  if (both_maps) {
    merge_map(base, std::move(over), true);
  } else {
    merge_value(base, std::move(over));
  }
}

}  // namespace carica::config
