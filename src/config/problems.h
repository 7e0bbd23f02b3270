#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carica::config {

/// A text that values were read from: a file, or the words of an override, which have no lines.
struct Source {
  std::string name;
  bool has_lines = true;
};

/// Where something was written; line and column count from 1, line 0 stands for the whole source.
struct Position {
  std::shared_ptr<const Source> source;
  int line = 0, column = 0;

  /// "file:line:col", or the name alone.
  std::string text() const;
};

/// Collects what is wrong with a configuration, so that everything is said at once.
class Problems {
 public:
  /// One line: "position: path finding", e.g. path "optim.lr", finding " = -0.1: must be in (0,
  /// 10]".
  void add(Position position, std::string path, std::string finding);

  /// True when a problem was found at one of the paths, below it or above it: checks that build on
  /// such a value would only repeat it.
  bool touch(std::string_view path) const;

  /// Throws Error(kConfig) with one line per problem, sorted by position within each source, when
  /// there is any.
  void throw_if_any() const;

 private:
  struct Problem {
    Position position;
    std::string path, finding;
  };
  std::vector<Problem> problems_;
};

/// "a.b" for ("a", "b"), "b" for ("", "b").
std::string join_path(std::string_view path, std::string_view key);
/// "a[2]" for ("a", 2).
std::string item_path(std::string_view path, std::size_t index);

}  // namespace carica::config
