#include <cmath>

#include "core/text.h"
#include "selftest/case_inputs.h"
#include "selftest/operator_cases.h"

namespace carica::selftest {

namespace {

struct MapShape {
  Shape logits;
  std::int64_t height, width;
};
const MapShape kMaps[] = {
    {{2, 5, 4, 6}, 32, 48},   {{1, 21, 8, 8}, 64, 64}, {{2, 3, 5, 7}, 13, 19},
    {{1, 2, 1, 1}, 9, 70},    {{2, 4, 8, 8}, 8, 8},    {{1, 6, 20, 30}, 7, 11},
    {{1, 150, 4, 4}, 16, 30}, {{1, 3, 6, 5}, 1, 1},    {{3, 7, 9, 17}, 33, 65},
    {{1, 19, 2, 66}, 3, 257}, {{1, 9, 5, 5}, 40, 40},  {{2, 2, 3, 4}, 5, 9}};
const MapShape kMoreMaps[] = {{{2, 19, 33, 33}, 129, 129},
                              {{1, 21, 32, 32}, 256, 256},
                              {{1, 150, 16, 16}, 65, 128},
                              {{1, 19, 2, 130}, 3, 517}};

std::vector<OperatorCase> map_cases(const CaseOptions& options, double scale) {
  Draw draw(options);
  std::vector<OperatorCase> all;
  const auto add = [&](const MapShape& map, std::size_t k, bool align_corners) {
    const auto classes = map.logits[1];
    const auto x = draw.values(map.logits, scale);
    const auto labels = draw.labels({map.logits[0], map.height, map.width}, classes);
    const auto weight = draw.weights(classes);
    for (int layout = 0; layout < kLayouts; ++layout) {
      const auto [view, name] = laid_out(x, layout);
      if (options.quick && layout > 1) continue;
      OperatorCase given{.x = view, .labels = labels, .height = map.height, .width = map.width};
      given.targets = typed(labels, k, classes);
      given.options = call(k, weight);
      given.align_corners = align_corners;
      given.name = cat(text(x), " to ", map.height, "x", map.width, name, text(given.options),
                       align_corners ? " align_corners" : "");
      all.push_back(given);
      ++k;
    }
  };
  std::size_t k = 0;
  for (const auto& map : kMaps) {
    for (const bool align_corners : {false, true}) add(map, k++, align_corners);
  }
  if (!options.quick) {
    for (const auto& map : kMoreMaps) {
      for (const bool align_corners : {false, true}) add(map, k++, align_corners);
    }
  }
  return all;
}

}  // namespace

std::vector<OperatorCase> upsample_cases(const CaseOptions& options) {
  auto all = map_cases(options, 4);
  for (auto& edge : loss_edges(options, true)) all.push_back(std::move(edge));
  return all;
}

std::vector<OperatorCase> argmax_cases(const CaseOptions& options) {
  auto all = map_cases(options, 1);
  const Draw draw(options);
  const auto add = [&](const std::string& name, const std::vector<double>& logits, int expected) {
    const auto x = torch::tensor(logits, torch::kDouble).view({1, -1, 1, 1});
    OperatorCase given{.name = name, .x = draw.given(x), .height = 3, .width = 2, .edge = true};
    given.expected = torch::full({1, 3, 2}, expected, torch::kDouble);
    all.push_back(given);
  };
  add("the first of equals", {0, 0, 1, 1}, 2);
  add("NaN before all", {0, std::nan(""), 1, std::nan("")}, 1);
  add("all -inf", {-INFINITY, -INFINITY, -INFINITY}, 0);
  add("C = 1", {2}, 0);
  return all;
}

std::vector<OperatorCase> timed_upsample_cases(const CaseOptions& options) {
  Draw draw(options);
  std::vector<MapShape> maps = {{{1, 21, 16, 16}, 128, 128}};
  if (!options.quick) maps = {{{2, 21, 32, 32}, 256, 256}, {{1, 19, 65, 65}, 257, 257}};
  std::vector<OperatorCase> all;
  for (const auto& map : maps) {
    const auto x = draw.values(map.logits, 4);
    OperatorCase given{.x = x, .height = map.height, .width = map.width};
    given.labels = draw.labels({map.logits[0], map.height, map.width}, map.logits[1]);
    given.targets = given.labels.to(torch::kByte);
    given.name = cat(text(x), " to ", map.height, "x", map.width);
    all.push_back(given);
  }
  return all;
}

}  // namespace carica::selftest
