#include "core/text.h"
#include "selftest/case_inputs.h"
#include "selftest/operator_cases.h"

namespace carica::selftest {

namespace {

Shape shape_of_targets(Shape logits) {
  logits.erase(logits.begin() + 1);
  return logits;
}

const Shape kLogits[] = {{64, 10},       {5, 2},          {67, 3},         {3, 129},
                         {2, 1000},      {4, 128},        {2, 5, 3},       {2, 21, 7, 9},
                         {2, 19, 33, 2}, {2, 3, 4, 5, 6}, {1, 150, 9, 17}, {2, 21, 16, 16},
                         {3, 2, 5, 13},  {9, 257}};
const Shape kMoreLogits[] = {{1, 150, 33, 70}, {2, 19, 65, 67}, {1000, 10}, {7, 4099}, {300, 21}};

}  // namespace

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

}  // namespace carica::selftest
