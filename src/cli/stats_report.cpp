#include "cli/stats_report.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "cli/shown_classes.h"
#include "core/text.h"
#include "data/checks/finding.h"

namespace carica::cli {
namespace {

using Json = nlohmann::ordered_json;

// A table with the first column to the left, the others to the right.
std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], columns_of(row[c]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t c = 0; c < row.size(); ++c) line += " " + padded(row[c], widths[c], c > 0);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

// What shares are of: pixels, or pictures, of which one may count for several classes.
std::int64_t whole(const DataStatistics& statistics, const data::SplitSurvey& split) {
  if (statistics.several_labels) {
    return std::ssize(split.records) - std::ssize(split.problems);
  }
  return std::accumulate(split.counts.begin(), split.counts.end(), std::int64_t{0});
}

std::string split_text(const DataStatistics& statistics, const data::SplitSurvey& split) {
  std::vector<std::vector<std::string>> rows = {
      {"class", statistics.segments ? "pixels" : "pictures", "share"}};
  if (statistics.segments) rows[0].emplace_back("in masks");
  const bool weighted = &split == statistics.train();
  if (weighted) {
    for (const auto& weights : statistics.weights) rows[0].push_back(weights.kind);
  }
  const auto all = whole(statistics, split);
  for (const auto c : shown_classes(split.counts)) {
    const double share =
        all > 0 ? static_cast<double>(split.counts[c]) / static_cast<double>(all) : 0;
    auto& row = rows.emplace_back(
        std::vector<std::string>{data::printable(statistics.classes[c]), cat(split.counts[c]),
                                 cat(fixed(100 * share, share < 0.001 ? 4 : 2), "%")});
    if (statistics.segments) row.push_back(cat(split.pictures[c]));
    if (!weighted) continue;
    for (const auto& weights : statistics.weights) row.push_back(fixed(weights.weights[c], 3));
  }
  std::string text = table_text(rows);
  text += left_out_note(split.counts.size());
  if (split.ignored > 0) text += cat("  ignored: ", split.ignored, " pixels\n");
  if (!split.problems.empty()) {
    text += cat("  left out: ", split.problems.size(),
                " that cannot be read (carica data check names them)\n");
  }
  return text;
}

std::string spread(const data::Distribution& values, int digits) {
  return cat(fixed(values.min, digits), " / ", fixed(values.median, digits), " / ",
             fixed(values.max, digits));
}

Json distribution_json(const data::Distribution& values) {
  Json histogram = Json::array();
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    histogram.push_back(
        {{"from", values.edges[i]}, {"to", values.edges[i + 1]}, {"count", values.counts[i]}});
  }
  Json json;
  json["min"] = values.min;
  json["median"] = values.median;
  json["max"] = values.max;
  json["mean"] = values.mean;
  json["histogram"] = std::move(histogram);
  return json;
}

}  // namespace

const data::SplitSurvey* DataStatistics::train() const {
  return !splits.empty() && splits.front().name == "train" ? &splits.front() : nullptr;
}

std::string normalize_line(const DataStatistics& statistics) {
  const auto* train = statistics.train();
  if (train == nullptr || train->sums.pixels == 0) return "";
  const auto list = [](const std::array<double, 3>& values) {
    return cat("[", fixed(values[0], 4), ", ", fixed(values[1], 4), ", ", fixed(values[2], 4), "]");
  };
  return cat("Normalize: {mean: ", list(train->sums.mean()),
             ", std: ", list(train->sums.deviation()), "}");
}

std::string stats_text(const DataStatistics& statistics) {
  std::string text;
  for (std::size_t s = 0; s < statistics.splits.size(); ++s) {
    const auto& split = statistics.splits[s];
    const auto& sizes = statistics.sizes[s];
    text += cat(split.name, ": ", split.records.size(),
                split.records.size() == 1 ? " picture\n" : " pictures\n",
                split_text(statistics, split));
    if (!sizes.width.counts.empty()) {
      text += cat("  least / median / greatest: width ", spread(sizes.width, 0), ", height ",
                  spread(sizes.height, 0), ", width by height ", spread(sizes.aspect, 2), "\n");
    }
    text += "\n";
  }
  if (!statistics.weights.empty()) {
    text += "the columns ";
    for (std::size_t i = 0; i < statistics.weights.size(); ++i) {
      text += cat(i > 0 ? " and " : "", statistics.weights[i].kind);
    }
    text += " are the weights of loss: {cross_entropy: {class_weights: ...}}\n";
  }
  const auto line = normalize_line(statistics);
  if (!line.empty()) {
    text += cat("from the pixels of train, for transforms.train and transforms.eval:\n  - ", line,
                "\n(with pretrained weights keep the numbers that those were trained with)\n");
  }
  return text;
}

nlohmann::ordered_json stats_json(const DataStatistics& statistics) {
  Json json;
  Json names = Json::array();
  for (const auto& name : statistics.classes) names.push_back(data::printable(name));
  json["root"] = data::printable(statistics.root);
  json["classes"] = names;
  json["splits"] = Json::object();
  for (std::size_t s = 0; s < statistics.splits.size(); ++s) {
    const auto& split = statistics.splits[s];
    auto& out = json["splits"][split.name];
    out["samples"] = split.records.size();
    out["unreadable"] = split.problems.size();
    out["counts"] = split.counts;
    if (statistics.segments) {
      out["pictures"] = split.pictures;
      out["ignored"] = split.ignored;
    }
    out["width"] = distribution_json(statistics.sizes[s].width);
    out["height"] = distribution_json(statistics.sizes[s].height);
    out["aspect"] = distribution_json(statistics.sizes[s].aspect);
  }
  if (const auto* train = statistics.train(); train != nullptr && train->sums.pixels > 0) {
    json["mean"] = train->sums.mean();
    json["std"] = train->sums.deviation();
    json["pixels"] = train->sums.pixels;
    json["normalize"] = normalize_line(statistics);
  }
  json["class_weights"] = Json::object();
  for (const auto& weights : statistics.weights) {
    json["class_weights"][weights.kind] = weights.weights;
  }
  return json;
}

}  // namespace carica::cli
