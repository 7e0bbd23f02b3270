#include "metrics/label_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "metrics/bootstrap.h"
#include "metrics/shares.h"
#include "metrics/weighted_labels.h"

namespace carica::metrics {
namespace {

// -1, 0 or 1; NaN is below all numbers.
int compare(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(b) - std::isnan(a);
  return a < b ? -1 : a > b;
}

// The samples in an order that depends on their values alone: a resample draws places.
std::vector<std::size_t> sorted_samples(int classes, std::span<const std::uint8_t> truth,
                                        std::initializer_list<std::span<const float>> scores) {
  const auto width = static_cast<std::size_t>(classes);
  std::vector<std::size_t> order(truth.size() / width);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    for (std::size_t c = 0; c < width; ++c) {
      const bool of_a = truth[a * width + c] != 0, of_b = truth[b * width + c] != 0;
      if (of_a != of_b) return of_b;
    }
    for (const auto& one : scores) {
      for (std::size_t c = 0; c < width; ++c) {
        const int found = compare(one[a * width + c], one[b * width + c]);
        if (found != 0) return found < 0;
      }
    }
    return false;
  });
  return order;
}

// How often each sample is in a resample that drew these places.
void count_drawn(const std::vector<std::size_t>& order, std::span<const std::uint32_t> places,
                 std::vector<std::uint32_t>& weights) {
  std::ranges::fill(weights, 0U);
  for (const auto place : places) ++weights[order[place]];
}

// Values of all samples first, then of the resamples.
struct Drawn {
  std::vector<double> values;

  double value() const { return values.front(); }
  std::vector<double> rest() const { return {values.begin() + 1, values.end()}; }
};

}  // namespace

LabelSetIntervals bootstrap_label_sets(const ScoredLabels& samples, double threshold,
                                       const BootstrapOptions& options) {
  const WeightedLabels labels(samples, threshold);
  const auto count = static_cast<std::int64_t>(samples.size());
  struct OfLabel {
    Drawn precision, recall, f1, average_precision;
  };
  Drawn exact, micro, macro, map;
  std::vector<OfLabel> each(static_cast<std::size_t>(samples.classes));
  std::vector<std::uint32_t> weights(samples.size(), 1);
  const auto take = [&] {
    const auto tallies = labels.tally(weights);
    exact.values.push_back(share(labels.exact_matches(weights), count, kNaN));
    micro.values.push_back(f1_micro(tallies));
    macro.values.push_back(f1_macro(tallies));
    map.values.push_back(mean_average_precision(tallies));
    for (std::size_t k = 0; k < each.size(); ++k) {
      const auto& [hits, predicted, support, average_precision] = tallies[k];
      each[k].precision.values.push_back(share(hits, predicted, kNaN));
      each[k].recall.values.push_back(share(hits, support, kNaN));
      each[k].f1.values.push_back(share(2 * hits, predicted + support, kNaN));
      each[k].average_precision.values.push_back(average_precision);
    }
    return tallies;
  };
  const auto all = take();
  const auto all_exact = labels.exact_matches(weights);
  const auto order = sorted_samples(samples.classes, samples.truth, {samples.probabilities});
  if (count > 0) {
    resample(samples.size(), options, [&](std::span<const std::uint32_t> places) {
      count_drawn(order, places, weights);
      take();
    });
  }
  const auto percentiles = [&](const Drawn& drawn) {
    return percentile_interval(drawn.value(), drawn.rest(), options.level);
  };
  const auto of_share = [&](std::int64_t hits, std::int64_t whole, const Drawn& drawn) {
    return share_interval(hits, whole, drawn.value(), drawn.rest(), options.level);
  };
  LabelSetIntervals result{of_share(all_exact, count, exact),
                           percentiles(micro),
                           percentiles(macro),
                           percentiles(map),
                           {}};
  for (std::size_t k = 0; k < each.size(); ++k) {
    const auto& [hits, predicted, support, average_precision] = all[k];
    result.classes.push_back({of_share(hits, predicted, each[k].precision),
                              of_share(hits, support, each[k].recall),
                              f1_interval(hits, predicted + support - hits, each[k].f1.value(),
                                          each[k].f1.rest(), options.level),
                              percentiles(each[k].average_precision)});
  }
  return result;
}

LabelSetDifferences bootstrap_label_differences(int classes, std::span<const std::uint8_t> truth,
                                                const LabelRun& first, const LabelRun& second,
                                                const BootstrapOptions& options) {
  const ScoredLabels of_first{classes, truth, first.probabilities};
  const ScoredLabels of_second{classes, truth, second.probabilities};
  const WeightedLabels labels_first(of_first, first.threshold),
      labels_second(of_second, second.threshold);
  const auto size = of_first.size();
  if (size == 0) {
    throw Error(ErrorCode::kShape, "paired test: no samples; at least 1 is needed");
  }
  Drawn map, macro;
  std::vector<std::uint32_t> weights(size, 1);
  const auto take = [&] {
    const auto a = labels_first.tally(weights), b = labels_second.tally(weights);
    map.values.push_back(mean_average_precision(b) - mean_average_precision(a));
    macro.values.push_back(f1_macro(b) - f1_macro(a));
  };
  take();
  const auto order = sorted_samples(classes, truth, {first.probabilities, second.probabilities});
  resample(size, options, [&](std::span<const std::uint32_t> places) {
    count_drawn(order, places, weights);
    take();
  });
  std::size_t other_scores = 0, other_labels = 0;
  for (std::size_t i = 0; i < size; ++i) {
    bool scores = false, labels = false;
    for (std::size_t k = 0; k < static_cast<std::size_t>(classes); ++k) {
      const float a = of_first.probability(i, k), b = of_second.probability(i, k);
      scores = scores || compare(a, b) != 0;
      labels = labels || (a > first.threshold) != (b > second.threshold);
    }
    other_scores += scores;
    other_labels += labels;
  }
  return {paired_difference(map.value(), map.rest(), options.level, other_scores),
          paired_difference(macro.value(), macro.rest(), options.level, other_labels)};
}

}  // namespace carica::metrics
