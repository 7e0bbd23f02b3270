#include "analysis/run_names.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/text.h"

namespace carica::analysis {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 40;  // bytes of a name in tables and legends

// The folders above a run, the nearest first.
std::vector<std::string> parents_of(const NamedFolder& run) {
  auto folder = fs::weakly_canonical(fs::absolute(run.folder));
  if (!folder.has_filename()) folder = folder.parent_path();
  if (folder.filename() == run.name) folder = folder.parent_path();
  std::vector<std::string> parents;
  for (; folder.has_filename(); folder = folder.parent_path()) {
    parents.push_back(folder.filename().string());
  }
  return parents;
}

// Of runs that share a name; empty where their folders do not tell them apart in a short name.
std::vector<std::string> names_by_folders(const std::vector<NamedFolder>& runs) {
  std::vector<std::vector<std::string>> parents;
  for (const auto& run : runs) parents.push_back(parents_of(run));
  std::vector<std::string> names;
  for (const auto& run : runs) names.push_back(run.name);
  for (std::size_t level = 0; std::set(names.begin(), names.end()).size() < names.size(); ++level) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (level >= parents[i].size()) return {};
      names[i] = cat(parents[i][level], "/", names[i]);
      if (names[i].size() > kLongest) return {};
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> distinct_names(std::span<const NamedFolder> runs) {
  std::map<std::string, std::vector<std::size_t>> places;  // by name
  for (std::size_t i = 0; i < runs.size(); ++i) places[runs[i].name].push_back(i);
  std::vector<std::string> names(runs.size());
  for (const auto& [name, those] : places) {
    std::vector<NamedFolder> alike;
    for (const auto i : those) alike.push_back(runs[i]);
    const auto by_folders = names_by_folders(alike);
    for (std::size_t k = 0; k < those.size(); ++k) {
      const std::string numbered = k == 0 ? name : cat(name, " (", k + 1, ")");
      names[those[k]] = by_folders.empty() ? numbered : by_folders[k];
    }
  }
  return names;
}

}  // namespace carica::analysis
