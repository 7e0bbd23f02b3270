#include <algorithm>
#include <map>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "data/checks/rules.h"

namespace carica::data {
namespace {

// "FILE: why" without the file, which stands beside it already.
std::string without_path(const FileProblem& problem, const std::string& root) {
  const std::string& reason = problem.reason;
  const auto colon = reason.find(": ");
  const bool is_path = colon != std::string::npos && reason.starts_with(root);
  return is_path ? reason.substr(colon + 2) : reason;
}

// "77 (1.50% of the pixels), 78 (0.20%), and 3 more values", of all mask pixels of the split.
std::string histogram_text(const ValueCounts& values, const std::vector<bool>& allowed,
                           std::int64_t pixels) {
  constexpr std::size_t kShown = 8;
  std::vector<std::size_t> bad;
  for (std::size_t value = 0; value < values.size(); ++value) {
    if (values[value] > 0 && !allowed[value]) bad.push_back(value);
  }
  std::stable_sort(bad.begin(), bad.end(), [&](auto a, auto b) { return values[a] > values[b]; });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(bad.size(), kShown); ++i) {
    const double share = static_cast<double>(values[bad[i]]) / static_cast<double>(pixels);
    parts.push_back(cat(bad[i], " (", values[bad[i]], " pixels, ", fixed(100 * share, 2), "%)"));
  }
  if (bad.size() > kShown) parts.push_back(cat("and ", bad.size() - kShown, " more values"));
  return join(parts);
}

// All values of the split's masks that are of no use, with their shares.
std::string bad_values(const CheckInput& input, const SplitSurvey& split) {
  ValueCounts values{};
  std::int64_t pixels = split.ignored;
  for (const auto count : split.counts) pixels += count;
  for (const auto& problem : split.problems) {
    for (std::size_t v = 0; v < values.size(); ++v) values[v] += problem.values[v];
    pixels += std::accumulate(problem.values.begin(), problem.values.end(), std::int64_t{0});
  }
  return histogram_text(values, input.datasets.mask_values, pixels);
}

}  // namespace

void check_files(const CheckInput& input, std::vector<Finding>& findings) {
  for (const auto& split : input.surveys) {
    std::map<std::string, std::vector<const FileProblem*>> by_id;
    for (const auto& problem : split.problems) by_id[problem.id].push_back(&problem);
    for (const auto& kind : finding_kinds()) {
      const auto found = by_id.find(kind.id);
      if (found == by_id.end()) continue;
      std::vector<Finding::Place> places;
      for (const auto* problem : found->second) {
        places.push_back({problem->file, without_path(*problem, input.config.data.root)});
      }
      auto finding = make_finding(kind.id, split.name, std::move(places), kind.help);
      if (finding.id == "mask_values" || finding.id == "binary_masks") {
        const auto values = bad_values(input, split);  // none are known beyond 255
        if (!values.empty()) finding.message += cat(": ", values, " of the split's mask pixels");
      }
      const bool says_more = finding.id == "mask_values" || finding.id == "mask_unreadable";
      const auto& hint = found->second.front()->hint;
      if (says_more && !hint.empty()) finding.hint = hint;
      findings.push_back(std::move(finding));
    }
  }
}

void check_masks(const CheckInput& input, std::vector<Finding>& findings) {
  if (!input.segments()) return;
  bool other_classes = false;
  for (const auto& split : input.surveys) {
    for (std::size_t c = 1; c < split.counts.size(); ++c) {
      other_classes = other_classes || split.counts[c] > 0;
    }
  }
  for (const auto& split : input.surveys) {
    const Dataset& items = *input.datasets.split(split.name);
    const auto add = [&](const char* id, const std::vector<std::size_t>& which) {
      std::vector<Finding::Place> places;
      for (const auto i : which) places.push_back({items.item(i).mask, ""});
      if (!places.empty()) {
        findings.push_back(make_finding(id, split.name, std::move(places), finding_kind(id).help));
      }
    };
    if (!other_classes) add("binary_masks", split.two_valued);
    add("mask_ignored", split.all_ignored);
  }
}

}  // namespace carica::data
