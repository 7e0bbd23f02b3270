#include "analysis/embedding/affinities.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

struct Entry {
  std::int32_t column;
  float value;
};

// Fills p with the Gaussian over `squares` whose entropy is `target`: Newton's steps on the
// logarithm of its precision, inside a bracket.
void fill_row(const float* squares, std::int64_t k, double target, std::vector<double>& p) {
  constexpr int kSteps = 100;
  constexpr double kTolerance = 1e-7, kWidest = 80;
  const double nearest = *std::min_element(squares, squares + k);
  double mean = 0;
  for (std::int64_t j = 0; j < k; ++j) mean += (squares[j] - nearest) / static_cast<double>(k);
  if (mean == 0) {
    std::fill(p.begin(), p.end(), 1.0 / static_cast<double>(k));
    return;
  }
  double position = 0, low = -kWidest, high = kWidest;  // of log(precision * mean)
  for (int step = 0; step < kSteps; ++step) {
    const double precision = std::exp(position) / mean;
    double sum = 0, first = 0, second = 0;
    for (std::int64_t j = 0; j < k; ++j) {
      const double x = precision * (squares[j] - nearest);
      p[static_cast<std::size_t>(j)] = std::exp(-x);
      sum += p[static_cast<std::size_t>(j)];
      first += p[static_cast<std::size_t>(j)] * x;
      second += p[static_cast<std::size_t>(j)] * x * x;
    }
    for (auto& value : p) value /= sum;
    first /= sum;
    const double slope = second / sum - first * first;
    const double excess = std::log(sum) + first - target;
    if (std::abs(excess) < kTolerance || high - low < 1e-12) return;
    (excess > 0 ? low : high) = position;
    const double next = position + excess / slope;
    // Not finite where the slope is 0: then halve.
    position = next > low && next < high ? next : (low + high) / 2;
  }
}

std::vector<float> conditional(const torch::Tensor& squares, double perplexity) {
  const auto n = squares.size(0), k = squares.size(1);
  std::vector<float> result(static_cast<std::size_t>(n * k));
  const auto* from = squares.const_data_ptr<float>();
  at::parallel_for(0, n, 64, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> p(static_cast<std::size_t>(k));
    for (auto i = begin; i < end; ++i) {
      fill_row(from + i * k, k, std::log(perplexity), p);
      std::copy(p.begin(), p.end(), result.begin() + i * k);
    }
  });
  return result;
}

}  // namespace

Affinities Affinities::to(torch::Device device) const {
  return {offsets.to(device), columns.to(device), values.to(device)};
}

Affinities affinities(const Neighbors& neighbors, double perplexity) {
  const auto indices = neighbors.indices.to(torch::kCPU, torch::kLong).contiguous();
  const auto squares = neighbors.squared_distances.to(torch::kCPU, torch::kFloat).contiguous();
  const auto n = indices.size(0), k = indices.size(1);
  if (!(perplexity >= 1) || perplexity > static_cast<double>(k)) {
    throw Error(ErrorCode::kUsage, cat("affinities: perplexity ", perplexity, " with ", k,
                                       " neighbours; must be in [1, ", k, "]"));
  }
  const auto given = conditional(squares, perplexity);
  const auto* to = indices.const_data_ptr<std::int64_t>();

  // Each row with both of its halves, then sorted, then equal columns added.
  std::vector<std::int64_t> starts(static_cast<std::size_t>(n) + 1, 0);
  for (std::int64_t e = 0; e < n * k; ++e) ++starts[static_cast<std::size_t>(to[e]) + 1];
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) starts[i + 1] += starts[i] + k;
  std::vector<Entry> entries(static_cast<std::size_t>(2 * n * k));
  auto ends = starts;
  for (std::int64_t i = 0; i < n; ++i) {
    for (auto e = i * k; e < (i + 1) * k; ++e) {
      const float half = given[static_cast<std::size_t>(e)] / static_cast<float>(2 * n);
      const auto put = [&](std::int64_t row, std::int64_t column) {
        entries[static_cast<std::size_t>(ends[static_cast<std::size_t>(row)]++)] = {
            static_cast<std::int32_t>(column), half};
      };
      put(i, to[e]);
      put(to[e], i);
    }
  }
  Affinities result{torch::zeros({n + 1}, torch::kLong), {}, {}};
  auto* offsets = result.offsets.mutable_data_ptr<std::int64_t>();
  at::parallel_for(0, n, 64, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      const auto begin = entries.begin() + starts[static_cast<std::size_t>(i)];
      const auto end = entries.begin() + starts[static_cast<std::size_t>(i) + 1];
      std::sort(begin, end, [](const Entry& a, const Entry& b) { return a.column < b.column; });
      auto kept = begin;  // a row has k entries at least
      for (auto e = begin + 1; e != end; ++e) {
        if (e->column == kept->column) {
          kept->value += e->value;
        } else {
          *++kept = *e;
        }
      }
      offsets[i + 1] = kept + 1 - begin;
    }
  });
  for (std::int64_t i = 0; i < n; ++i) offsets[i + 1] += offsets[i];
  result.columns = torch::empty({offsets[n]}, torch::kInt);
  result.values = torch::empty({offsets[n]}, torch::kFloat);
  auto* columns = result.columns.mutable_data_ptr<std::int32_t>();
  auto* values = result.values.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < n; ++i) {
    const auto* from = entries.data() + starts[static_cast<std::size_t>(i)];
    for (auto e = offsets[i]; e < offsets[i + 1]; ++e, ++from) {
      columns[e] = from->column;
      values[e] = from->value;
    }
  }
  return result;
}

}  // namespace carica::analysis
