#include "cli/check_report.h"

#include <algorithm>
#include <numeric>

#include "core/text.h"

namespace carica::cli {
namespace {

using data::Finding;
using data::Severity;
using Json = nlohmann::ordered_json;

std::string plural(std::size_t count, const char* one, const char* many) {
  return cat(count, " ", count == 1 ? one : many);
}

// Smallest and largest by area, and the bad ones aside.
std::string sizes_text(const data::SplitSurvey& split) {
  const auto area = [](const data::SampleRecord* record) {
    return static_cast<std::int64_t>(record->size.height) * record->size.width;
  };
  std::vector<const data::SampleRecord*> good;
  for (const auto& record : split.records) {
    if (!record.bad) good.push_back(&record);
  }
  if (good.empty()) return "none of them can be read";
  const auto [low, high] = std::minmax_element(
      good.begin(), good.end(), [&](const auto* a, const auto* b) { return area(a) < area(b); });
  const auto text = [](data::Size size) { return cat(size.width, "x", size.height); };
  return (*low)->size == (*high)->size ? text((*low)->size)
                                       : cat(text((*low)->size), " to ", text((*high)->size));
}

std::string counts_text(const std::vector<std::string>& classes, const data::SplitSurvey& split,
                        bool segments) {
  constexpr std::size_t kAtEnds = 10;  // with more classes, the most and least frequent ones
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool all = classes.size() <= 3 * kAtEnds;
  if (!all) {
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return split.counts[a] > split.counts[b]; });
  }
  const auto sum = std::accumulate(split.counts.begin(), split.counts.end(), std::int64_t{0});
  std::string text;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!all && i == kAtEnds) {
      text += cat("  ... ", order.size() - 2 * kAtEnds, " more classes ...\n");
      i = order.size() - kAtEnds;
    }
    const auto c = order[i];
    const double share =
        sum > 0 ? static_cast<double>(split.counts[c]) / static_cast<double>(sum) : 0;
    text += cat("  ", data::printable(classes[c]), ": ", split.counts[c], " ",
                segments ? "pixels" : "pictures", " (", fixed(100 * share, 1), "%)");
    text += segments ? cat(" in ",
                           plural(static_cast<std::size_t>(split.pictures[c]), "mask\n", "masks\n"))
                     : "\n";
  }
  if (split.ignored > 0) text += cat("  ignored: ", split.ignored, " pixels\n");
  return text;
}

std::string finding_text(const Finding& finding, std::size_t examples) {
  const std::string where = finding.split.empty() ? "" : finding.split + ", ";
  std::string text = cat(data::severity_name(finding.severity), " ", finding.id, " (", where,
                         finding.places.size(), "): ", data::printable(finding.message), "\n");
  const std::size_t shown = std::min(examples, finding.places.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& place = finding.places[i];
    text += cat("    ", data::printable(place.file), place.detail.empty() ? "" : ": ",
                data::printable(place.detail), "\n");
  }
  if (shown < finding.places.size()) {
    text += cat("    and ", finding.places.size() - shown, " more\n");
  }
  if (!finding.hint.empty()) text += cat("  hint: ", data::printable(finding.hint), "\n");
  return text;
}

Json split_json(const std::vector<std::string>& classes, const data::SplitSurvey& split) {
  Json json;
  json["samples"] = split.records.size();
  json["counts"] = Json::object();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    json["counts"][data::printable(classes[c])] = split.counts[c];
  }
  json["problems"] = Json::array();
  for (const auto& problem : split.problems) {
    json["problems"].push_back(
        {{"file", data::printable(problem.file)}, {"reason", data::printable(problem.reason)}});
  }
  return json;
}

Json finding_json(const Finding& finding) {
  Json files = Json::array(), details = Json::array();
  for (const auto& place : finding.places) {
    files.push_back(data::printable(place.file));
    details.push_back(data::printable(place.detail));
  }
  return {{"id", finding.id},
          {"severity", data::severity_name(finding.severity)},
          {"split", finding.split},
          {"count", finding.places.size()},
          {"files", std::move(files)},
          {"details", std::move(details)},
          {"message", data::printable(finding.message)},
          {"hint", data::printable(finding.hint)}};
}

}  // namespace

std::string check_text(const std::vector<std::string>& classes, const data::CheckResult& result,
                       bool segments, std::size_t examples) {
  std::string text;
  for (const auto& split : result.splits) {
    if (split.records.empty()) continue;
    text += cat(split.name, ": ", plural(split.records.size(), "picture, ", "pictures, "),
                sizes_text(split), "\n", counts_text(classes, split, segments));
  }
  for (const auto& finding : result.findings) text += cat("\n", finding_text(finding, examples));
  const auto count = [&](Severity severity) {
    return std::count_if(result.findings.begin(), result.findings.end(),
                         [&](const auto& finding) { return finding.severity == severity; });
  };
  const auto errors = static_cast<std::size_t>(count(Severity::kError)),
             warnings = static_cast<std::size_t>(count(Severity::kWarning));
  text += result.findings.empty() ? "\nnothing is wrong\n"
                                  : cat("\n", plural(errors, "error, ", "errors, "),
                                        plural(warnings, "warning\n", "warnings\n"));
  return text;
}

Json check_json(const std::vector<std::string>& classes, const data::CheckResult& result) {
  Json json, splits = Json::object();
  for (const auto& split : result.splits) {
    if (!split.records.empty()) splits[split.name] = split_json(classes, split);
  }
  json.update(splits);  // as the earliest versions had them
  json["problems"] = result.concerned(Severity::kError);
  json["warnings"] = result.concerned(Severity::kWarning);
  json["findings"] = Json::array();
  for (const auto& finding : result.findings) json["findings"].push_back(finding_json(finding));
  json["splits"] = std::move(splits);
  return json;
}

data::CheckResult layout_result(const Error& error) {
  data::CheckResult result;
  result.findings.push_back(
      data::make_finding("layout", "", {{error.what(), ""}}, data::finding_kind("layout").help));
  result.findings.back().hint = error.hint();
  return result;
}

std::string check_verdict(const data::CheckResult& result) {
  std::size_t bad = 0;
  for (const auto& split : result.splits) bad += split.problems.size();
  std::vector<std::string> parts;
  if (bad > 0) parts.push_back(plural(bad, "bad file", "bad files"));
  // Summed over the splits, in the order of the report.
  std::vector<std::pair<std::string, std::size_t>> others;
  for (const auto& finding : result.findings) {
    const bool told = std::any_of(
        result.splits.begin(), result.splits.end(), [&](const data::SplitSurvey& split) {
          return std::any_of(split.problems.begin(), split.problems.end(),
                             [&](const auto& problem) { return problem.id == finding.id; });
        });
    if (finding.severity != Severity::kError || told) continue;
    const auto same = std::find_if(others.begin(), others.end(),
                                   [&](const auto& other) { return other.first == finding.id; });
    if (same == others.end()) {
      others.emplace_back(finding.id, finding.places.size());
    } else {
      same->second += finding.places.size();
    }
  }
  for (const auto& [id, count] : others) parts.push_back(cat(count, " ", id));
  return join(parts);
}

}  // namespace carica::cli
