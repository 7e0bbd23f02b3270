#include "selftest/operator_cases.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "core/text.h"

namespace carica::selftest {

namespace {

using Shape = std::vector<std::int64_t>;
using ops::CrossEntropyOptions;
using ops::Reduction;

constexpr double kInf = INFINITY;

/// Random numbers, of a type and on a device.
class Draw {
 public:
  explicit Draw(const CaseOptions& options)
      : options_(options), generator_(at::make_generator<at::CPUGeneratorImpl>(2026)) {}

  torch::Tensor values(const Shape& shape, double scale) {
    return given(torch::randn(shape, generator_, torch::kDouble) * scale);
  }
  torch::Tensor given(const torch::Tensor& wide) const {
    return wide.to(options_.type).to(options_.device);
  }
  torch::Tensor labels(const Shape& shape, std::int64_t classes) {
    return torch::randint(classes, shape, generator_, torch::kLong).to(options_.device);
  }
  /// Numbers that every type has, so that their rounding is no error.
  torch::Tensor weights(std::int64_t classes) {
    return (torch::randint(1, 9, {classes}, generator_, torch::kLong).to(torch::kDouble) / 4)
        .to(options_.device);
  }

 private:
  CaseOptions options_;
  at::Generator generator_;
};

/// What the exact softmax and its logarithm of float64 rows share.
struct ExactRows {
  ExactRows(const torch::Tensor& x, std::int64_t dim) {
    const auto place = x.argmax(dim, /*keepdim=*/true);
    const auto largest = x.gather(dim, place), given = x.detach();
    empty = largest.detach() == -kInf;
    spoilt = ((given == kInf) | given.isnan()).any(dim, true);
    const auto shift = largest.masked_fill(empty, 0);
    difference = x - shift;
    // What the subtraction rounded off (Knuth's TwoDiff).
    const auto d = difference.detach(), s = shift.detach(), back = d - given;
    low = torch::nan_to_num((given - (d - back)) - (s + back), 0, 0, 0);
    const auto e = difference.exp();
    exponentials = e + e * low;
    const auto is_largest = torch::zeros_like(given, torch::kBool).scatter(dim, place, true);
    rest = exponentials.masked_fill(is_largest, 0).sum(dim, true);
  }

  torch::Tensor difference, low;  // x - max, and its rounding error
  torch::Tensor exponentials;
  torch::Tensor rest;           // their sum without one of the largest, which is 1
  torch::Tensor empty, spoilt;  // rows of all -inf; with +inf or NaN
};

std::string text(const torch::Tensor& x) { return cat(x.sizes()); }

// A view of the same numbers in the k-th layout, and its name.
constexpr int kLayouts = 4;
std::pair<torch::Tensor, const char*> laid_out(const torch::Tensor& x, int k) {
  if (k == 1 && x.dim() == 4) {
    return {x.contiguous(torch::MemoryFormat::ChannelsLast), " channels_last"};
  }
  if (k == 2 && x.dim() >= 2) {
    return {torch::stack({x, x}, -1).select(-1, 1), " every other"};
  }
  if (k == 3 && x.dim() >= 2) {
    const auto last = x.dim() - 1;
    return {x.transpose(0, last).contiguous().transpose(0, last), " transposed"};
  }
  return {x.contiguous(), ""};
}

// One target type after the other.
torch::Tensor typed(const torch::Tensor& labels, std::size_t k, std::int64_t classes) {
  const torch::ScalarType types[] = {torch::kLong, torch::kInt, torch::kByte};
  return labels.to(types[k % (classes <= 256 ? 3 : 2)]);
}

// ---- softmax and log_softmax

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

// ---- cross-entropy

// One way to call it after the other.
CrossEntropyOptions call(std::size_t k, const torch::Tensor& weight) {
  const auto reduction = static_cast<Reduction>((k + 1) % 3);
  switch (k % 5) {
    case 0:
      return {.reduction = reduction};
    case 1:
      return {.ignore_index = 1, .reduction = reduction};
    case 2:
      return {.weight = weight, .reduction = reduction};
    case 3:
      return {.label_smoothing = 0.125, .reduction = reduction};
    default:
      return {
          .weight = weight, .ignore_index = 1, .label_smoothing = 0.125, .reduction = reduction};
  }
}

std::string text(const CrossEntropyOptions& options) {
  const char* names[] = {" none", " mean", " sum"};
  return cat(names[static_cast<int>(options.reduction)], options.weight ? " weights" : "",
             options.ignore_index >= 0 ? " ignored" : "",
             options.label_smoothing > 0 ? " smoothed" : "");
}

Shape shape_of_targets(Shape logits) {
  logits.erase(logits.begin() + 1);
  return logits;
}

const Shape kLogits[] = {{64, 10},       {5, 2},          {67, 3},         {3, 129},
                         {2, 1000},      {4, 128},        {2, 5, 3},       {2, 21, 7, 9},
                         {2, 19, 33, 2}, {2, 3, 4, 5, 6}, {1, 150, 9, 17}, {2, 21, 16, 16},
                         {3, 2, 5, 13},  {9, 257}};
const Shape kMoreLogits[] = {{1, 150, 33, 70}, {2, 19, 65, 67}, {1000, 10}, {7, 4099}, {300, 21}};

// The edges of cross-entropy, of rows; upsampled, where `at` puts them on a map of one pixel each.
std::vector<OperatorCase> loss_edges(const CaseOptions& options, bool upsample) {
  Draw draw(options);
  std::vector<OperatorCase> all;
  const auto add = [&](const std::string& name, torch::Tensor x, torch::Tensor labels,
                       CrossEntropyOptions call, const torch::Tensor& expected) -> OperatorCase& {
    if (upsample) {
      x = x.unsqueeze(-1).unsqueeze(-1);
      labels = labels.unsqueeze(-1).unsqueeze(-1);
    }
    OperatorCase given{.name = name, .x = draw.given(x), .options = call, .edge = true};
    given.targets = given.labels = labels.to(options.device);
    const bool each = call.reduction == Reduction::kNone;
    given.expected = upsample && each ? expected.unsqueeze(-1).unsqueeze(-1) : expected;
    return all.emplace_back(given);
  };
  const auto zero = torch::zeros({}, torch::kDouble);
  const auto some =
      torch::randn({4, 5}, at::make_generator<at::CPUGeneratorImpl>(1)).to(torch::kDouble);
  const auto none = torch::zeros_like(upsample ? some.unsqueeze(-1).unsqueeze(-1) : some);
  add("all ignored", some, torch::full({4}, 255), {.ignore_index = 255}, zero).expected_gradient =
      none;
  add("all ignored, smoothed", some, torch::full({4}, 255),
      {.ignore_index = 255, .label_smoothing = 0.125}, zero)
      .expected_gradient = none;
  add("weights all zero", some, torch::arange(4),
      {.weight = torch::zeros({5}, torch::kDouble).to(options.device)}, zero)
      .expected_gradient = none;
  add("C = 1", some.narrow(1, 0, 1), torch::zeros({4}, torch::kLong), {}, zero);
  if (!upsample) add("N = 0", some.narrow(0, 0, 0), torch::zeros({0}, torch::kLong), {}, zero);

  // Where bilinear weights are 0, infinite logits are NaN: finite ones only, then.
  const double least = upsample ? -1e4 : -kInf;
  const auto special = torch::tensor({{0.0, least, 1.0},
                                      {0.0, least, 1.0},
                                      {least, least, least},
                                      {0.0, std::nan(""), 1.0},
                                      {1e4, -1e4, 0.0}},
                                     torch::kDouble);
  const auto labels = torch::tensor({1, 0, 0, 0, 1});
  const auto log_p = exact_log_softmax(draw.given(special).cpu().to(torch::kDouble), 1);
  add("special values", special, labels, {.reduction = Reduction::kNone},
      -log_p.gather(1, labels.unsqueeze(1)).squeeze(1));

  // The target is far ahead: p - 1 and log p would cancel. Half has no smaller gradients.
  const double gap = options.type == torch::kHalf ? 8 : 17;
  for (const std::int64_t classes : {3, 300}) {
    auto x = torch::full({1, classes}, 3 - gap, torch::kDouble);
    x[0][0] = 3;
    const double rest = static_cast<double>(classes - 1) * std::exp(-gap);
    auto gradient = torch::full_like(x, std::exp(-gap) / (1 + rest));
    gradient[0][0] = -rest / (1 + rest);
    add(cat("target far ahead of ", classes - 1), x, torch::zeros({1}, torch::kLong), {},
        torch::full({}, std::log1p(rest), torch::kDouble))
        .expected_gradient = upsample ? gradient.unsqueeze(-1).unsqueeze(-1) : gradient;
  }
  return all;
}

// ---- upsampling

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

torch::Tensor exact_softmax(const torch::Tensor& x, std::int64_t dim) {
  if (x.numel() == 0) return x;
  const ExactRows rows(x, dim);
  const auto sum = 1 + rows.rest;
  return (rows.exponentials / sum).masked_fill(rows.empty, 0).masked_fill(rows.spoilt, NAN);
}

torch::Tensor exact_log_softmax(const torch::Tensor& x, std::int64_t dim) {
  if (x.numel() == 0) return x;
  const ExactRows rows(x, dim);
  return (rows.difference + (rows.low - rows.rest.log1p())).masked_fill(rows.spoilt, NAN);
}

std::vector<OperatorCase> softmax_cases(const CaseOptions& options) {
  return with_edges(options, false);
}
std::vector<OperatorCase> log_softmax_cases(const CaseOptions& options) {
  return with_edges(options, true);
}

std::vector<OperatorCase> cross_entropy_cases(const CaseOptions& options) {
  Draw draw(options);
  std::vector<OperatorCase> all;
  std::size_t k = 0;
  const auto add = [&](const Shape& shape) {
    const auto x = draw.values(shape, 4);
    const auto labels = draw.labels(shape_of_targets(shape), shape[1]);
    const auto weight = draw.weights(shape[1]);
    for (int layout = 0; layout < kLayouts; ++layout) {
      const auto [view, name] = laid_out(x, layout);
      if (layout > 0 && *name == '\0') continue;
      // Quick: the calls go round; else each layout meets them all.
      for (std::size_t turn = 0; turn < (options.quick ? 1 : 15); ++turn, ++k) {
        OperatorCase given{.x = view, .labels = labels};
        given.targets = typed(labels, k, shape[1]);
        given.options = call(k, weight);
        given.name = cat(text(x), name, text(given.options));
        all.push_back(given);
      }
    }
  };
  for (const auto& shape : kLogits) add(shape);
  if (!options.quick) {
    for (const auto& shape : kMoreLogits) add(shape);
  }
  for (auto& edge : loss_edges(options, false)) all.push_back(std::move(edge));
  return all;
}

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
  add("all -inf", {-kInf, -kInf, -kInf}, 0);
  add("C = 1", {2}, 0);
  return all;
}

// ---- timing

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

std::vector<OperatorCase> timed_cross_entropy_cases(const CaseOptions& options) {
  Draw draw(options);
  std::vector<Shape> shapes = {{2, 21, 128, 128}};
  if (!options.quick) shapes = {{2, 21, 256, 256}, {100000, 10}, {1024, 1000}};
  std::vector<OperatorCase> all;
  for (const auto& shape : shapes) {
    const auto x = draw.values(shape, 4);
    OperatorCase given{.name = text(x), .x = x};
    given.labels = draw.labels(shape_of_targets(shape), shape[1]);
    // uint8 is what masks are; torch wants int64.
    given.targets = typed(given.labels, 2, shape[1]);
    all.push_back(given);
  }
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
