#include "metrics/paired_tests.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "core/error.h"
#include "core/text.h"
#include "metrics/label_pairs.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

constexpr std::int64_t kExactBelow = 25;
constexpr double kRounding = 1e-13;  // of sums of shares that cancel: counted as 0

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::kUsage,
              cat("paired test: ", what, "; both runs must be over the same samples"),
              "evaluate both on one split of one data set");
}

using Places = std::unordered_map<std::string, std::size_t>;

Places places(std::span<const std::string> ids) {
  Places result;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!result.emplace(ids[i], i).second) {
      refuse(cat("sample \"", readable(ids[i]), "\" stands twice in a run"));
    }
  }
  return result;
}

void require_as_many(const RunPredictions& run) {
  if (run.ids.size() == run.truth.size() && run.ids.size() == run.prediction.size()) return;
  throw Error(ErrorCode::kShape,
              cat("paired test: ", run.ids.size(), " ids, ", run.truth.size(), " labels and ",
                  run.prediction.size(), " predictions; as many of each are expected"));
}

// 2 * P(X <= fewer) of a fair coin thrown n < 25 times: exact in integers.
double binomial_two_sided(std::int64_t fewer, std::int64_t n) {
  std::int64_t ways = 0, choose = 1;
  for (std::int64_t k = 0; k <= fewer; ++k) {
    ways += choose;
    choose = choose * (n - k) / (k + 1);
  }
  return std::min(1.0, std::ldexp(static_cast<double>(2 * ways), -static_cast<int>(n)));
}

void require_samples(std::size_t count) {
  if (count == 0) {
    throw Error(ErrorCode::kShape, "paired test: no samples; at least 1 is needed");
  }
}

}  // namespace

std::vector<std::size_t> match_samples(std::span<const std::string> first,
                                       std::span<const std::string> second) {
  const auto in_first = places(first), in_second = places(second);
  for (const auto& id : second) {
    if (!in_first.contains(id)) {
      refuse(cat("sample \"", readable(id), "\" is in the second run only"));
    }
  }
  std::vector<std::size_t> matched;
  for (const auto& id : first) {
    const auto found = in_second.find(id);
    if (found == in_second.end()) {
      refuse(cat("sample \"", readable(id), "\" is in the first run only"));
    }
    matched.push_back(found->second);
  }
  return matched;
}

PairedPredictions pair_up(const RunPredictions& first, const RunPredictions& second) {
  require_as_many(first);
  require_as_many(second);
  const auto matched = match_samples(first.ids, second.ids);
  PairedPredictions paired;
  for (std::size_t i = 0; i < matched.size(); ++i) {
    const auto j = matched[i];
    if (first.truth[i] != second.truth[j]) {
      refuse(cat("sample \"", readable(first.ids[i]), "\" has label ", first.truth[i],
                 " in the first run and ", second.truth[j], " in the second"));
    }
    paired.truth.push_back(first.truth[i]);
    paired.first.push_back(first.prediction[i]);
    paired.second.push_back(second.prediction[j]);
  }
  return paired;
}

McNemar mcnemar(std::int64_t first_only, std::int64_t second_only) {
  const std::int64_t n = first_only + second_only;
  McNemar test{first_only, second_only, n < kExactBelow};
  if (test.exact) {
    const auto fewer = std::min(first_only, second_only);
    test.statistic = static_cast<double>(fewer);
    test.p = binomial_two_sided(fewer, n);
    return test;
  }
  const auto gap =
      static_cast<double>(std::max<std::int64_t>(0, std::abs(first_only - second_only) - 1));
  test.statistic = gap * gap / static_cast<double>(n);
  test.p = std::erfc(std::sqrt(test.statistic / 2));
  return test;
}

McNemar mcnemar(const PairedPredictions& runs) {
  std::int64_t first_only = 0, second_only = 0;
  for (std::size_t i = 0; i < runs.truth.size(); ++i) {
    const bool first = runs.first[i] == runs.truth[i], second = runs.second[i] == runs.truth[i];
    first_only += first && !second;
    second_only += second && !first;
  }
  return mcnemar(first_only, second_only);
}

PairedDifference paired_difference(double value, std::vector<double> resampled, double level,
                                   std::size_t differing) {
  std::erase_if(resampled, [](double one) { return std::isnan(one); });
  if (resampled.empty() || std::isnan(value)) return {{value, kNaN, kNaN}, kNaN};
  std::int64_t not_above = 1, not_below = 1;
  for (const double one : resampled) {
    not_above += one <= kRounding;
    not_below += one >= -kRounding;
  }
  const double tail =
      share(std::min(not_above, not_below), static_cast<std::int64_t>(resampled.size()) + 1, 1);
  const double least = std::exp2(1 - static_cast<double>(differing));
  const double p = std::min(1.0, std::max(2 * tail, least));
  if (least > 1 - level) return {{value, kNaN, kNaN}, p};
  return {percentile_interval(value, std::move(resampled), level), p};
}

PairedDifference bootstrap_mean_difference(std::span<const double> first,
                                           std::span<const double> second,
                                           const BootstrapOptions& options) {
  if (first.size() != second.size()) {
    throw Error(ErrorCode::kShape, cat("paired test: ", first.size(), " and ", second.size(),
                                       " values; as many of each are expected"));
  }
  require_samples(first.size());
  std::vector<double> differences(first.size());
  for (std::size_t i = 0; i < differences.size(); ++i) {
    differences[i] = second[i] - first[i];
    if (std::isfinite(differences[i])) continue;
    throw Error(ErrorCode::kNumeric, cat("paired test: values ", first[i], " and ", second[i],
                                         " of sample ", i, "; finite numbers are allowed"));
  }
  std::sort(differences.begin(), differences.end());  // a resample draws places
  const auto count = static_cast<double>(differences.size());
  std::vector<double> resampled;
  resample(differences.size(), options, [&](std::span<const std::uint32_t> drawn) {
    double sum = 0;
    for (const auto i : drawn) sum += differences[i];
    resampled.push_back(sum / count);
  });
  const auto equal = std::ranges::count(differences, 0.0);
  return paired_difference(ordered_mean(differences), std::move(resampled), options.level,
                           differences.size() - static_cast<std::size_t>(equal));
}

PairedDifference bootstrap_f1_difference(int classes, const PairedPredictions& runs,
                                         const BootstrapOptions& options) {
  const auto first = label_pairs(classes, runs.truth, runs.first);
  const auto second = label_pairs(classes, runs.truth, runs.second);
  require_samples(first.size());
  std::vector<std::array<LabelPair, 2>> samples(first.size());
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = {first[i], second[i]};
  std::sort(samples.begin(), samples.end());
  ClassTally tally_first(classes), tally_second(classes);
  const auto add = [&](const std::array<LabelPair, 2>& sample) {
    tally_first.add(sample[0]);
    tally_second.add(sample[1]);
  };
  const auto difference = [&] { return tally_second.f1_macro() - tally_first.f1_macro(); };
  for (const auto& sample : samples) add(sample);
  const double value = difference();
  std::vector<double> resampled;
  resample(samples.size(), options, [&](std::span<const std::uint32_t> drawn) {
    tally_first.reset();
    tally_second.reset();
    for (const auto i : drawn) add(samples[i]);
    resampled.push_back(difference());
  });
  const auto differing = std::ranges::count_if(
      samples, [](const std::array<LabelPair, 2>& sample) { return sample[0] != sample[1]; });
  return paired_difference(value, std::move(resampled), options.level,
                           static_cast<std::size_t>(differing));
}

}  // namespace carica::metrics
