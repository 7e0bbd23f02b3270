// Classes and pictures of the usual kind, and those that are not.
#include <algorithm>
#include <numeric>

#include "core/text.h"
#include "data/checks/rules.h"

namespace carica::data {
namespace {

constexpr std::int64_t kFewSamples = 5;
constexpr double kFewPixels = 1e-4;  // share

struct Usual {
  int side = 0;       // median of the shorter sides
  double pixels = 0;  // median
  double aspect = 1;  // median, longer side by shorter
};

double aspect(Size size) {
  const auto [shorter, longer] = std::minmax(size.height, size.width);
  return static_cast<double>(longer) / std::max(shorter, 1);
}

double area(Size size) { return static_cast<double>(size.height) * size.width; }

std::string text(Size size) { return cat(size.width, "x", size.height); }

template <typename T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Usual usual_of(const SplitSurvey& split) {
  std::vector<int> sides;
  std::vector<double> pixels, aspects;
  for (const auto& record : split.records) {
    if (record.bad) continue;
    sides.push_back(std::min(record.size.height, record.size.width));
    pixels.push_back(area(record.size));
    aspects.push_back(aspect(record.size));
  }
  if (sides.empty()) return {};
  return {median(sides), median(pixels), median(aspects)};
}

// Adds the finding when some pictures are like that. `is(record)`; `detail(record)`.
template <typename Is, typename Detail>
void add(const CheckInput& input, const SplitSurvey& split, const char* id, Is is, Detail detail,
         std::vector<Finding>& findings) {
  const Dataset& items = *input.datasets.split(split.name);
  std::vector<Finding::Place> places;
  for (std::size_t i = 0; i < split.records.size(); ++i) {
    const auto& record = split.records[i];
    if (!record.bad && is(record)) places.push_back({items.item(i).name, detail(record)});
  }
  if (places.empty()) return;
  findings.push_back(make_finding(id, split.name, std::move(places), finding_kind(id).help));
}

}  // namespace

void check_classes(const CheckInput& input, std::vector<Finding>& findings) {
  const auto& classes = input.datasets.classes;
  if (classes.size() == 1 && !input.datasets.several_labels) {
    findings.push_back(make_finding("single_class", "", {{classes.front(), ""}},
                                    finding_kind("single_class").help));
  }
  for (const auto& split : input.surveys) {
    const auto all = std::accumulate(split.counts.begin(), split.counts.end(), std::int64_t{0});
    // Where no mask could be read, nothing is known of the classes; that is told already.
    const bool unknown = input.segments() && all == 0 && !split.problems.empty();
    if (split.records.empty() || unknown) continue;
    std::vector<Finding::Place> missing, tiny;
    for (std::size_t c = 0; c < split.counts.size(); ++c) {
      const auto count = split.counts[c];
      const double share =
          static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(all, 1));
      const auto& name = input.datasets.classes[c];
      if (count == 0) {
        missing.push_back({name, ""});
      } else if (input.segments() && share < kFewPixels) {
        tiny.push_back({name, cat(count, " pixels, ", fixed(100 * share, 4), "%, in ",
                                  split.pictures[c], " masks")});
      } else if (!input.segments() && count < kFewSamples) {
        tiny.push_back({name, cat(count, count == 1 ? " picture" : " pictures")});
      }
    }
    for (auto* places : {&missing, &tiny}) {
      const char* id = places == &missing ? "missing_class" : "tiny_class";
      if (places->empty()) continue;
      findings.push_back(make_finding(id, split.name, std::move(*places), finding_kind(id).help));
    }
  }
}

void check_pictures(const CheckInput& input, std::vector<Finding>& findings) {
  constexpr int kSmallestSide = 8, kSmaller = 8;
  constexpr double kLargestArea = 25e6, kLarger = 64, kLong = 5, kUsuallyLong = 3;
  for (const auto& split : input.surveys) {
    const Usual usual = usual_of(split);
    const auto size = [&](const SampleRecord& record) {
      return cat(text(record.size), "; the median of the shorter sides is ", usual.side);
    };
    add(
        input, split, "blank_picture", [](const auto& record) { return record.blank; },
        [](const SampleRecord& record) { return text(record.size); }, findings);
    add(
        input, split, "small_picture",
        [&](const auto& record) {
          const int side = std::min(record.size.height, record.size.width);
          return side < kSmallestSide || side * kSmaller < usual.side;
        },
        size, findings);
    add(
        input, split, "huge_picture",
        [&](const auto& record) {
          return area(record.size) > kLargestArea || area(record.size) > kLarger * usual.pixels;
        },
        size, findings);
    add(
        input, split, "extreme_aspect",
        [&](const auto& record) {
          return usual.aspect < kUsuallyLong && aspect(record.size) >= kLong;
        },
        [](const auto& record) { return text(record.size); }, findings);
    const auto colored = [](const auto& record) { return !record.bad && !record.grey; };
    const auto good = [](const auto& record) { return !record.bad; };
    const auto colors = std::count_if(split.records.begin(), split.records.end(), colored);
    const auto all = std::count_if(split.records.begin(), split.records.end(), good);
    if (2 * colors <= all) continue;  // grey is usual here
    add(
        input, split, "grey_picture",
        [](const auto& record) { return record.grey && !record.blank; },
        [](const auto&) { return ""; }, findings);
  }
}

}  // namespace carica::data
