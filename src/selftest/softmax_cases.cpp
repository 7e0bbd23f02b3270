#include <cmath>

#include "core/text.h"
#include "selftest/case_inputs.h"
#include "selftest/exact_softmax.h"
#include "selftest/operator_cases.h"

namespace carica::selftest {

namespace {

constexpr double kInf = INFINITY;

struct RowShape {
  Shape shape;
  std::int64_t dim;
};
const RowShape kRows[] = {{{64, 10}, 1},   {{130, 21}, 1},        {{300, 2}, 1},
                          {{33, 3}, 1},    {{4, 127}, 1},         {{3, 129}, 1},
                          {{5, 1000}, 1},  {{2, 4096}, 1},        {{2, 21, 7, 9}, 1},
                          {{65, 4}, 0},    {{1, 150, 13, 10}, 1}, {{513, 17}, 0},
                          {{5, 3, 64}, 1}, {{2, 3, 4, 5, 6}, 2},  {{1, 70, 2, 33}, 3},
                          {{7, 1}, 1},     {{2, 19, 16, 16}, 1},  {{9, 16}, 1}};
const RowShape kMoreRows[] = {{{2, 65537}, 1},      {{1, 1 << 20}, 1},     {{40, 257}, 1},
                              {{4097, 3}, 1},       {{2, 150, 33, 31}, 1}, {{1000, 40}, 0},
                              {{2, 21, 65, 67}, 1}, {{3, 17, 1, 1}, 1}};

std::vector<OperatorCase> row_cases(const CaseOptions& options) {
  Draw draw(options);
  std::vector<OperatorCase> all;
  const auto add = [&](const RowShape& row, double scale, double shift) {
    const auto x = draw.values(row.shape, scale) + shift;
    // Quick: one layout besides the plain one.
    for (int k = 0; k < kLayouts; ++k) {
      const auto [view, layout] = laid_out(x, k);
      if (k > 0 && *layout == '\0') continue;
      if (options.quick && k == 3) continue;
      all.push_back({.name = cat(text(x), layout, " dim ", row.dim), .x = view, .dim = row.dim});
    }
  };
  for (const auto& row : kRows) add(row, 8, 0);
  add({{40, 33}, 1}, 1e-3, 0);
  add({{40, 33}, 1}, 60, 0);
  add({{40, 33}, 1}, 3, 1000);
  if (!options.quick) {
    for (const auto& row : kMoreRows) add(row, 5, 0);
  }
  return all;
}

// Rows with special values: as they are, as columns, and behind long ones.
std::vector<OperatorCase> row_edges(const CaseOptions& options, bool log) {
  const double nan = std::nan("");
  const auto rows = torch::tensor({{-kInf, -kInf, -kInf, -kInf},
                                   {1.0, -kInf, 2.0, -kInf},
                                   {1.0, kInf, 2.0, 0.0},
                                   {nan, 0.0, 1.0, -kInf},
                                   {kInf, kInf, -kInf, 3.0},
                                   {1e4, -1e4, 0.0, 1.0},
                                   {3e38, -3e38, 3e38, 0.0}},
                                  torch::kDouble);
  const auto after_nothing = torch::cat({torch::full({7, 500}, -kInf, torch::kDouble), rows}, 1);
  const Draw draw(options);
  std::vector<OperatorCase> all;
  const auto add = [&](const std::string& name, const torch::Tensor& x, std::int64_t dim) {
    OperatorCase given{.name = name, .x = x, .dim = dim, .edge = true};
    const auto wide = x.cpu().to(torch::kDouble);
    given.expected = log ? exact_log_softmax(wide, dim) : exact_softmax(wide, dim);
    all.push_back(given);
  };
  add("special values in rows", draw.given(rows), 1);
  add("special values in columns", draw.given(rows.t().contiguous()), 0);
  add("special values at the end of rows", draw.given(after_nothing), 1);
  add("C = 1", draw.given(torch::full({5, 1}, 3.0, torch::kDouble)), 1);
  add("N = 0", draw.given(torch::zeros({0, 4}, torch::kDouble)), 1);
  add("C = 0", draw.given(torch::zeros({4, 0}, torch::kDouble)), 1);
  all.back().expected = torch::zeros({4, 0}, torch::kDouble);
  if (!log) {
    add("gradient of a row of -inf", draw.given(rows.narrow(0, 0, 1)), 1);
    all.back().expected_gradient = torch::zeros({1, 4}, torch::kDouble);
  }
  return all;
}

std::vector<OperatorCase> with_edges(const CaseOptions& options, bool log) {
  auto all = row_cases(options);
  for (auto& edge : row_edges(options, log)) all.push_back(std::move(edge));
  return all;
}

}  // namespace

std::vector<OperatorCase> softmax_cases(const CaseOptions& options) {
  return with_edges(options, false);
}
std::vector<OperatorCase> log_softmax_cases(const CaseOptions& options) {
  return with_edges(options, true);
}

std::vector<OperatorCase> timed_softmax_cases(const CaseOptions& options) {
  Draw draw(options);
  std::vector<RowShape> rows = {{{2, 21, 128, 128}, 1}};
  if (!options.quick) rows = {{{2, 21, 256, 256}, 1}, {{100000, 10}, 1}, {{1024, 1000}, 1}};
  std::vector<OperatorCase> all;
  for (const auto& row : rows) {
    const auto x = draw.values(row.shape, 4);
    all.push_back({.name = cat(text(x), " dim ", row.dim), .x = x, .dim = row.dim});
  }
  return all;
}

}  // namespace carica::selftest
