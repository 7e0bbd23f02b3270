#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace carica::metrics {

/// The same options give the same numbers on every machine.
struct BootstrapOptions {
  int resamples = 2000;
  double level = 0.95;  // share of the resamples within an interval
  std::uint64_t seed = 0;
};

/// A metric of all samples, and between which values it lies for `level` of the resamples.
/// Resamples for which the metric is not defined are left out; NaN when it is for none, and when
/// all have the same: an interval of no width would claim that nothing is uncertain.
struct Interval {
  double value = 0, low = 0, high = 0;
};

/// Calls `take` for each resample in turn with `size` sample numbers, drawn with replacement from
/// 0..size-1: the stream of resample r depends on (seed, r) alone. Throws Error(kUsage) for less
/// than one resample or a level outside (0,1).
void resample(std::size_t size, const BootstrapOptions& options,
              const std::function<void(std::span<const std::uint32_t>)>& take);

/// Percentile interval around `value`: quantiles (1-level)/2 and (1+level)/2, interpolated linearly
/// (numpy's default). Source: Efron & Tibshirani 1993, "An introduction to the bootstrap", ch. 13.
Interval percentile_interval(double value, std::vector<double> resampled, double level);

/// The same of the share hits / count. Where it is 0 or 1, and so in each resample, the exact
/// interval of Clopper & Pearson 1934, "The use of confidence or fiducial limits illustrated in the
/// case of the binomial"; NaN of a count of 0.
Interval share_interval(std::int64_t hits, std::int64_t count, double value,
                        std::vector<double> resampled, double level);

/// The same of F1; either: samples that are of the class or taken for it.
Interval f1_interval(std::int64_t hits, std::int64_t either, double value,
                     std::vector<double> resampled, double level);

}  // namespace carica::metrics
