#include "analysis/embedding/points.h"

#include <torch/utils.h>

#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {

torch::Tensor checked_points(const torch::Tensor& values, std::string_view where) {
  if (!values.defined() || values.dim() != 2 || !values.is_floating_point() ||
      values.numel() == 0) {
    const std::string found =
        values.defined() ? cat(values.scalar_type(), values.sizes()) : std::string("no tensor");
    throw Error(ErrorCode::kShape,
                cat(where, ": ", found, "; must be floating[N,F] with at least one of each"));
  }
  const auto points = values.detach().to(torch::kFloat).contiguous();
  // Squares of distances are up to four times the largest square.
  const auto wrong = (points.square().sum(1) * 4).isfinite().logical_not();
  if (wrong.any().item<bool>()) {
    const auto row = wrong.nonzero()[0].item<std::int64_t>();
    const auto bad = wrong.sum().item<std::int64_t>();
    throw Error(ErrorCode::kNumeric,
                cat(where, ": row ", row, " is not finite or too large, as are ", bad, " of ",
                    points.size(0), " rows; must be finite"),
                "features that are not finite come from a network whose training diverged");
  }
  return points;
}

}  // namespace carica::analysis
