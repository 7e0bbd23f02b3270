#pragma once

#include <filesystem>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// A line of a table or list, for messages.
struct ListedAt {
  const std::string& file;
  std::size_t line = 0;
  std::string text() const;  // "lists/train.txt:7"
};

/// A path below the root without what says nothing: "./a//b.png" is "a/b.png", so that a sample has
/// one name however it is written.
std::string normal_name(std::string_view relative);

/// Turns the names that a table or list gives into files, and never into one outside of the root:
/// see core/path_guard.h. Each folder is resolved once.
class ListedFiles {
 public:
  explicit ListedFiles(std::filesystem::path root) : root_(std::move(root)) {}

  /// root/relative. Throws Error(kData) naming the line for what is missing, is a folder, or would
  /// lead out of the root.
  std::string find(std::string_view relative, const ListedAt& at);
  /// The item of a picture file, with its normal name. Throws as find() does.
  Item item(std::string_view picture, const ListedAt& at);

 private:
  std::filesystem::path root_;
  std::set<std::string, std::less<>> folders_;  // known to be inside
};

/// The text of a table or list of at most 256 MiB, by its path below the root. Throws Error(kData).
std::string read_table(const std::filesystem::path& root, const std::string& relative);

/// Throws Error(kData) when two items of the parts together have one name; `list` stands in the
/// message.
void require_distinct_names(std::initializer_list<std::span<const Item>> parts,
                            const std::string& list);

}  // namespace carica::data
