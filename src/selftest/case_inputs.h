// What the cases of operators are made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "selftest/operators.h"

namespace carica::selftest {

using Shape = std::vector<std::int64_t>;

/// Random numbers, of a type and on a device. The same from run to run.
class Draw {
 public:
  explicit Draw(const CaseOptions& options);

  torch::Tensor values(const Shape& shape, double scale) {
    return given(torch::randn(shape, generator_, torch::kDouble) * scale);
  }
  torch::Tensor given(const torch::Tensor& wide) const {
    return wide.to(options_.type).to(options_.device);
  }
  torch::Tensor labels(const Shape& shape, std::int64_t classes) {
    return torch::randint(classes, shape, generator_, torch::kLong).to(options_.device);
  }
  /// Numbers that every type has, so that their rounding is no error.
  torch::Tensor weights(std::int64_t classes) {
    return (torch::randint(1, 9, {classes}, generator_, torch::kLong).to(torch::kDouble) / 4)
        .to(options_.device);
  }

 private:
  CaseOptions options_;
  at::Generator generator_;
};

/// A view of the same numbers in the k-th layout, k < kLayouts, and its name: "" for the plain one,
/// and where a layout is none for x.
constexpr int kLayouts = 4;
std::pair<torch::Tensor, const char*> laid_out(const torch::Tensor& x, int k);

/// One target type after the other.
torch::Tensor typed(const torch::Tensor& labels, std::size_t k, std::int64_t classes);

/// One way to call cross-entropy after the other.
ops::CrossEntropyOptions call(std::size_t k, const torch::Tensor& weight);

/// Names of shapes and calls.
std::string text(const torch::Tensor& x);
std::string text(const ops::CrossEntropyOptions& options);

/// The edges of cross-entropy, of rows; upsampled, where each is a map of one pixel.
std::vector<OperatorCase> loss_edges(const CaseOptions& options, bool upsample);

}  // namespace carica::selftest
