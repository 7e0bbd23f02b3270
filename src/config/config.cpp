#include "config/config.h"

#include <memory>
#include <utility>

#include "config/check.h"
#include "config/describe.h"
#include "config/environment.h"
#include "config/inherit.h"
#include "config/override.h"
#include "config/reader.h"
#include "config/yaml_tree.h"

namespace carica::config {
namespace {

Config read(Node root, std::span<const std::string> overrides, Problems& problems) {
  for (const std::string& assignment : overrides) apply_override(root, assignment, problems);
  expand_environment(root, problems);
  Config config;
  Reader reader(root, problems);
  describe(reader, config);
  reader.finish();
  check_together(config, root, problems);
  problems.throw_if_any();
  return config;
}

}  // namespace

Config load(const std::filesystem::path& file, std::span<const std::string> overrides) {
  Problems problems;
  Node root = read_with_bases(file, problems);
  return read(std::move(root), overrides, problems);
}

Config parse(std::string_view yaml, std::string_view name, std::span<const std::string> overrides) {
  Problems problems;
  const auto source = std::make_shared<const Source>(Source{std::string(name)});
  Node root = parse_yaml(yaml, source, problems);
  return read(std::move(root), overrides, problems);
}

std::string_view task_name(Task task) { return task == Task::kSegment ? "segment" : "classify"; }

}  // namespace carica::config
