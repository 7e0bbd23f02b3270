#include "metrics/resampling.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

constexpr std::uint32_t kResampling = 20;  // RandomStream's purpose

double quantile(const std::vector<double>& ascending, double share) {
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double low = ascending[below];
  const double high = ascending[std::min(below + 1, ascending.size() - 1)];
  return low + (high - low) * (place - static_cast<double>(below));
}

// hits / (samples that are of the class or taken for it), as F1.
double as_f1(double share_of_either) { return 2 * share_of_either / (1 + share_of_either); }

}  // namespace

void resample(std::size_t size, const BootstrapOptions& options,
              const std::function<void(std::span<const std::uint32_t>)>& take) {
  if (options.resamples < 1 || !(options.level > 0 && options.level < 1)) {
    throw Error(ErrorCode::kUsage,
                cat("bootstrap: ", options.resamples, " resamples, level ", options.level,
                    "; at least 1 and a level between 0 and 1 are allowed"));
  }
  std::vector<std::uint32_t> drawn(size);
  for (int r = 0; r < options.resamples; ++r) {
    RandomStream random(options.seed, 0, static_cast<std::uint64_t>(r), kResampling);
    for (auto& one : drawn) one = static_cast<std::uint32_t>(random.below(size));
    take(drawn);
  }
}

Interval percentile_interval(double value, std::vector<double> resampled, double level) {
  std::erase_if(resampled, [](double one) { return std::isnan(one); });
  if (resampled.empty()) return {value, kNaN, kNaN};
  std::sort(resampled.begin(), resampled.end());
  if (resampled.front() == resampled.back()) return {value, kNaN, kNaN};
  return {value, quantile(resampled, (1 - level) / 2), quantile(resampled, (1 + level) / 2)};
}

Interval share_interval(std::int64_t hits, std::int64_t count, double value,
                        std::vector<double> resampled, double level) {
  if (count == 0) return {value, kNaN, kNaN};
  if (hits != 0 && hits != count) return percentile_interval(value, std::move(resampled), level);
  // A share that has the rest of the level's probability of giving no miss (no hit) at all.
  const double bound = std::pow((1 - level) / 2, 1 / static_cast<double>(count));
  return hits == count ? Interval{value, bound, 1} : Interval{value, 0, 1 - bound};
}

Interval f1_interval(std::int64_t hits, std::int64_t either, double value,
                     std::vector<double> resampled, double level) {
  if (hits != 0 && hits != either) return percentile_interval(value, std::move(resampled), level);
  const auto of_either = share_interval(hits, either, value, std::move(resampled), level);
  return {value, as_f1(of_either.low), as_f1(of_either.high)};
}

}  // namespace carica::metrics
