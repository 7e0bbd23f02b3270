#include "analysis/labels/co_occurrence.h"

#include <ATen/Functions.h>

#include "core/text.h"

namespace carica::analysis {
namespace {

CoOccurrence::Counts as_counts(const torch::Tensor& sums) {
  const auto whole = sums.to(torch::kLong).contiguous();
  CoOccurrence::Counts counts;
  const auto* value = whole.const_data_ptr<std::int64_t>();
  for (std::int64_t row = 0; row < whole.size(0); ++row, value += whole.size(1)) {
    counts.emplace_back(value, value + whole.size(1));
  }
  return counts;
}

}  // namespace

CoOccurrence co_occurrence(const CollectedSets& collected) {
  // Sums of up to 2^53 ones are exact in double.
  const auto truth = collected.truth.to(torch::kDouble);
  const auto predicted = collected.probabilities.gt(collected.threshold).to(torch::kDouble);
  return {as_counts(at::matmul(truth.t(), truth)), as_counts(at::matmul(truth.t(), predicted))};
}

std::string co_occurrence_csv(const CoOccurrence::Counts& counts,
                              const std::vector<std::string>& classes) {
  std::string csv = "truth";
  for (const auto& name : classes) csv += "," + csv_field(name);
  csv += "\n";
  for (std::size_t row = 0; row < counts.size(); ++row) {
    csv += csv_field(classes[row]);
    for (const auto count : counts[row]) csv += cat(",", count);
    csv += "\n";
  }
  return csv;
}

}  // namespace carica::analysis
