#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/resampling.h"

namespace carica::metrics {

/// What a run predicted: one entry for each sample in all three.
struct RunPredictions {
  std::vector<std::string> ids;  // of the samples, each once
  std::vector<int> truth, prediction;
};

/// For each sample of the first run its place in the second. Throws Error(kUsage), naming a sample,
/// when the two are not over the same samples or an id stands twice.
std::vector<std::size_t> match_samples(std::span<const std::string> first,
                                       std::span<const std::string> second);

/// Predictions of two runs for the same samples, in the order of the first run.
struct PairedPredictions {
  std::vector<int> truth, first, second;  // int[N]
};

/// Matches samples by id, whatever their order. Throws as match_samples(), and Error(kUsage) for
/// another label; Error(kShape) when the vectors of a run differ in length.
PairedPredictions pair_up(const RunPredictions& first, const RunPredictions& second);

/// Whether two classifiers err at the same rate, from the samples on which one of them is right.
/// Below 25 such samples exact: two-sided binomial, statistic = the smaller count; else chi-square
/// with one degree of freedom and continuity correction, max(0, |b-c|-1)^2 / (b+c). 0 samples: p 1.
/// Source: McNemar 1947; Edwards 1948 (correction).
struct McNemar {
  std::int64_t first_only = 0, second_only = 0;  // samples that only this run has right
  bool exact = true;
  double statistic = 0, p = 1;
};
McNemar mcnemar(std::int64_t first_only, std::int64_t second_only);
McNemar mcnemar(const PairedPredictions& runs);

/// second - first, with a two-sided p: twice the smaller share of resamples at or beyond 0, itself
/// counted among them (Davison & Hinkley 1997, section 4.2), at most 1. It is at least 2 / 2^m of m
/// samples on which the runs differ: of the 2^m ways to exchange the runs on them, which are
/// equally likely where neither is better, two at least differ as much as what was found (Fisher
/// 1935, "The design of experiments", section 21). Where that exceeds 1 - level there is no
/// interval: NaN.
struct PairedDifference {
  Interval difference;
  double p = 1;
};
/// Of the difference of all samples and those of the resamples; resamples where it is not defined
/// are left out, and p is NaN where none is left. differing: samples on which the runs differ.
PairedDifference paired_difference(double value, std::vector<double> resampled, double level,
                                   std::size_t differing);

/// Difference of the means of a per-sample value (a hit of top-1 or top-k as 0 and 1, a loss).
/// first, second: double[N] of the same samples in the same order. Which order does not matter.
/// Throws Error(kShape), also for no sample; Error(kNumeric) for a value that is not finite.
PairedDifference bootstrap_mean_difference(std::span<const double> first,
                                           std::span<const double> second,
                                           const BootstrapOptions& options = {});

/// Difference of macro F1 as Summary has it. Throws as label_pairs(), and Error(kShape) for no
/// sample.
PairedDifference bootstrap_f1_difference(int classes, const PairedPredictions& runs,
                                         const BootstrapOptions& options = {});

}  // namespace carica::metrics
