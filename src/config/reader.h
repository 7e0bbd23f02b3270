#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"
#include "config/problems.h"
#include "config/visitor.h"

namespace carica::config {

/// Fills structs from a tree. What does not fit is added to the problems and keeps its default;
/// reading goes on. Keys that no description names are problems too, once their section has been
/// read.
class Reader : public Visitor {
 public:
  /// Both must outlive the reader. `root` is a map or a null; anything else is a problem.
  Reader(const Node& root, Problems& problems);

  /// Call after describe(): reports the unknown keys of the root.
  void finish();

 protected:
  void visit(std::string_view name, Slot slot, const Field& about) override;
  void visit(std::string_view name, Alternatives& items, const AlternativesField& about) override;
  bool enter(std::string_view name, std::string_view help) override;
  void leave() override;

 private:
  struct Section {
    const Node* node;
    std::string path;
    std::vector<std::string> known;  // keys that the description has named so far
  };

  /// The value of a key of the open section, or null; the key counts as known from now on.
  const Node* take(std::string_view name);
  bool open(const Node& node, std::string path);
  void read_alternative(const Node& node, const std::string& path, Alternatives& items,
                        const AlternativesField& about);
  void report(const Node& node, const std::string& path, const std::string& what);
  void report_unknown(const Section& section, const Node& child);

  Problems& problems_;
  std::vector<Section> open_;
};

}  // namespace carica::config
