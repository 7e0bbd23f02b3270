#include "config/problems.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/error.h"
#include "core/text.h"

namespace carica::config {
namespace {

constexpr std::size_t kMostLines = 50;

/// True for "a" and "a", "a" and "a.b", "a" and "a[0]".
bool is_within(std::string_view outer, std::string_view inner) {
  if (!inner.starts_with(outer)) return false;
  return outer.empty() || inner.size() == outer.size() || inner[outer.size()] == '.' ||
         inner[outer.size()] == '[';
}

}  // namespace

std::string Position::text() const {
  if (line == 0 || !source->has_lines) return source->name;
  return cat(source->name, ':', line, ':', column);
}

void Problems::add(Position position, std::string path, std::string finding) {
  problems_.push_back({std::move(position), std::move(path), std::move(finding)});
}

bool Problems::touch(std::string_view path) const {
  return std::any_of(problems_.begin(), problems_.end(), [&](const Problem& problem) {
    return is_within(path, problem.path) || is_within(problem.path, path);
  });
}

void Problems::throw_if_any() const {
  if (problems_.empty()) return;
  std::map<const Source*, std::size_t> order;
  for (const Problem& problem : problems_) {
    order.emplace(problem.position.source.get(), order.size());
  }
  std::vector<const Problem*> sorted;
  for (const Problem& problem : problems_) sorted.push_back(&problem);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Problem* a, const Problem* b) {
    const auto key = [&](const Problem* p) {
      return std::tuple(order.at(p->position.source.get()), p->position.line, p->position.column);
    };
    return key(a) < key(b);
  });
  std::vector<std::string> lines;
  for (const Problem* problem : sorted) {
    if (lines.size() == kMostLines) {
      lines.push_back(cat("... and ", sorted.size() - kMostLines, " more"));
      break;
    }
    lines.push_back(cat(problem->position.text(), ": ", problem->path, problem->finding));
  }
  throw Error(ErrorCode::kConfig, join(lines, "\n"), "docs/config.md describes every key");
}

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : cat(path, '.', key);
}

std::string item_path(std::string_view path, std::size_t index) {
  return cat(path, '[', index, ']');
}

}  // namespace carica::config
