#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <type_traits>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "ops/cpu/target_tally.h"
#include "ops/cpu/target_work.h"
#include "ops/kernels.h"

namespace carica::ops::cpu {

namespace {

// How often each class occurs, and the first target that is no class.
struct Census {
  std::vector<std::int64_t> counts;  // without class weights: of all classes in the first
  std::int64_t first_bad;            // the number of targets if there is none
};

// Which values are classes, which are ignored, told in the type of targets.
template <typename Value>
class Rule {
 public:
  using Unsigned = std::make_unsigned_t<Value>;

  Rule(const Targets& targets, std::int64_t classes)
      : ignore_(static_cast<Value>(targets.ignore_index)),
        can_ignore_(static_cast<std::int64_t>(ignore_) == targets.ignore_index),
        last_(static_cast<Unsigned>(std::min<std::uint64_t>(
            static_cast<std::uint64_t>(classes) - 1, std::numeric_limits<Unsigned>::max()))) {}

  bool ignored(Value value) const { return can_ignore_ & (value == ignore_); }
  bool is_class(Value value) const { return static_cast<Unsigned>(value) <= last_; }

 private:
  Value ignore_;
  bool can_ignore_;
  Unsigned last_;
};

// Counts values [begin, end). Returns the first bad one, or -1.
template <typename Value>
std::int64_t count_all(const Targets& targets, std::int64_t classes, const Value* values,
                       std::int64_t begin, std::int64_t end, const Rule<Value>& rule,
                       std::int64_t& count) {
  const auto tally =
      tally_targets({target_element(targets.values), values + begin,
                     static_cast<std::size_t>(end - begin), targets.ignore_index, classes - 1});
  count += tally.counted;
  if (tally.bad == 0) return -1;
  std::int64_t i = begin;
  while (rule.ignored(values[i]) || rule.is_class(values[i])) ++i;
  return i;
}

template <typename Value>
std::int64_t count_each(const Value* values, std::int64_t begin, std::int64_t end,
                        const Rule<Value>& rule, std::vector<std::int64_t>& counts) {
  for (std::int64_t i = begin; i < end; ++i) {
    if (rule.ignored(values[i])) continue;
    if (!rule.is_class(values[i])) return i;
    ++counts[static_cast<std::size_t>(values[i])];
  }
  return -1;
}

template <typename Value>
Census count(const Targets& targets, std::int64_t classes) {
  const Value* values = targets.values.const_data_ptr<Value>();
  const std::int64_t n = targets.values.numel();
  const bool weighted = targets.weight.defined();
  const Rule<Value> rule(targets, classes);
  Census census{std::vector<std::int64_t>(weighted ? static_cast<std::size_t>(classes) : 1), n};
  std::mutex mutex;
  at::parallel_for(0, n, 65536, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> counts(census.counts.size());
    const std::int64_t bad = weighted
                                 ? count_each(values, begin, end, rule, counts)
                                 : count_all(targets, classes, values, begin, end, rule, counts[0]);
    const std::lock_guard lock(mutex);  // integers: the order does not matter
    for (std::size_t c = 0; c < counts.size(); ++c) census.counts[c] += counts[c];
    if (bad >= 0) census.first_bad = std::min(census.first_bad, bad);
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

void weigh_targets(const Targets& targets, std::int64_t classes, const at::Tensor& inverse) {
  const Census census = count(targets, classes);
  if (census.first_bad < targets.values.numel()) {
    throw_bad_target(targets, classes, census.first_bad);
  }
  if (!inverse.defined()) return;
  const bool weighted = targets.weight.defined();
  const auto weight = weighted ? targets.weight.to(at::kDouble) : at::Tensor();
  double total = 0;
  for (std::size_t c = 0; c < census.counts.size(); ++c) {
    const auto n = static_cast<double>(census.counts[c]);
    if (n > 0) total += weighted ? n * weight.const_data_ptr<double>()[c] : n;
  }
  double scale = total == 0 ? 0 : 1 / total;
  // As on CUDA; fill_ refuses numbers that float32 does not hold.
  if (inverse.scalar_type() == at::kFloat && std::abs(scale) > std::numeric_limits<float>::max()) {
    scale = std::copysign(std::numeric_limits<double>::infinity(), scale);
  }
  inverse.fill_(scale);
}

}  // namespace carica::ops::cpu
