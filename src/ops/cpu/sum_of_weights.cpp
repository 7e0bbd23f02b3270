#include <ATen/Parallel.h>

#include <mutex>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "ops/kernels.h"

namespace carica::ops::cpu {

namespace {

// How often each class occurs, and the first target that is no class.
struct Census {
  std::vector<std::int64_t> counts;
  std::int64_t first_bad;  // the number of targets if there is none
};

template <typename Value>
Census count(const Targets& targets, std::int64_t classes) {
  const Value* values = targets.values.const_data_ptr<Value>();
  const std::int64_t n = targets.values.numel();
  Census census{std::vector<std::int64_t>(static_cast<std::size_t>(classes)), n};
  std::mutex mutex;
  at::parallel_for(0, n, 65536, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
    std::int64_t bad = n;
    for (std::int64_t i = begin; i < end; ++i) {
      const auto value = static_cast<std::int64_t>(values[i]);
      if (value == targets.ignore_index) continue;
      if (value < 0 || value >= classes) {
        bad = i;
        break;
      }
      ++counts[static_cast<std::size_t>(value)];
    }
    const std::lock_guard lock(mutex);  // integers: the order does not matter
    for (std::size_t c = 0; c < counts.size(); ++c) census.counts[c] += counts[c];
    census.first_bad = std::min(census.first_bad, bad);
  });
  return census;
}

Census count(const Targets& targets, std::int64_t classes) {
  switch (targets.values.scalar_type()) {
    case at::kByte:
      return count<std::uint8_t>(targets, classes);
    case at::kInt:
      return count<std::int32_t>(targets, classes);
    default:
      return count<std::int64_t>(targets, classes);
  }
}

[[noreturn]] void throw_bad_target(const Targets& targets, std::int64_t classes, std::int64_t at) {
  std::vector<std::int64_t> position;
  for (std::int64_t dim = targets.values.dim() - 1, rest = at; dim >= 0; --dim) {
    position.insert(position.begin(), rest % targets.values.size(dim));
    rest /= targets.values.size(dim);
  }
  const auto value = targets.values.view(-1)[at].item<std::int64_t>();
  throw Error(
      ErrorCode::kData,
      cat("cross_entropy: target ", value, " at ", at::IntArrayRef(position),
          ": must be a class, 0 to ", classes - 1, ", or ignore_index, ", targets.ignore_index),
      "labels and masks must hold class indices");
}

}  // namespace

void sum_of_weights(const Targets& targets, std::int64_t classes, const at::Tensor& sum) {
  const Census census = count(targets, classes);
  if (census.first_bad < targets.values.numel()) {
    throw_bad_target(targets, classes, census.first_bad);
  }
  double total = 0;
  const auto weight = targets.weight.defined() ? targets.weight.to(at::kDouble) : at::Tensor();
  for (std::int64_t c = 0; c < classes; ++c) {
    const auto n = static_cast<double>(census.counts[static_cast<std::size_t>(c)]);
    if (n > 0) total += weight.defined() ? n * weight.const_data_ptr<double>()[c] : n;
  }
  sum.fill_(total);
}

}  // namespace carica::ops::cpu
