#pragma once

#include <torch/types.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ops/cross_entropy.h"

namespace carica::selftest {

/// Where operators are checked: a device, and on the CPU one of its instruction sets.
struct Place {
  torch::Device device = torch::kCPU;
  std::string instruction_set;  // "": the best one
  bool timed = true;            // and torch's errors measured

  std::string name() const;  // "cpu AVX3", "cuda"
};

/// What an operator is applied to. Everything lies on one device.
struct OperatorCase {
  std::string name = {};  // shape, layout, and what is special
  torch::Tensor x = {};   // logits
  std::int64_t dim = 1;
  torch::Tensor targets = {};  // int64, int32 or uint8
  torch::Tensor labels = {};   // the same as int64, which torch wants
  ops::CrossEntropyOptions options = {};
  std::int64_t height = 0, width = 0;  // of upsampled results
  bool align_corners = false;
  /// Float64, for edges, where our contract differs from torch's or torch's formula loses digits.
  /// Defined: they stand for the reference, and torch's error is not measured.
  torch::Tensor expected = {}, expected_gradient = {};
  bool edge = false;
};

/// Largest errors that are allowed: of results in units of the last place (as Operator::error has
/// them), of gradients in parts of
/// the largest one; of an operator that passes gradients on as they are, of the largest one that
/// came in, if that is larger.
struct Bounds {
  double forward = 0, backward = 0;
};

/// What cases are wanted: of a type, on a device; fewer or more.
struct CaseOptions {
  torch::ScalarType type = torch::kFloat;
  torch::Device device = torch::kCPU;
  bool quick = true;
};

/// One row of the table of operators, each a function of the logits and the rest of a case.
struct Operator {
  using Function = std::function<torch::Tensor(const torch::Tensor& x, const OperatorCase& given)>;

  std::string name;
  Function ours;
  /// What a user of torch writes, with a result of our type: losses of 16-bit logits are computed
  /// in float32, as under autocast.
  Function torchs;
  /// The definition in float64, by torch's functions.
  Function exact;
  /// The error of a result: ulps(); of upsampled logits, in units of the largest logit.
  std::function<double(const torch::Tensor& actual, const torch::Tensor& exact,
                       const OperatorCase& given)>
      error;
  bool has_gradient = true;
  bool passes_gradients_on = false;  // softmax and log_softmax: their Jacobian is no larger than 1
  std::function<Bounds(torch::ScalarType type)> bounds;
  std::function<std::vector<OperatorCase>(const CaseOptions& options)> cases;
  /// Larger inputs, for timing.
  std::function<std::vector<OperatorCase>(const CaseOptions& options)> timed_cases;
};

/// The table of all.
std::vector<Operator> operators();

struct Accuracy {
  double ours = 0, torchs = 0, bound = 0;
};

/// torch's time over ours; without a gradient, `both` is 0.
struct Speed {
  std::string name;  // of the case
  double forward = 0, both = 0;
};

/// How an operator fared with one type in one place.
struct OperatorResult {
  std::string name, type;
  Place place;
  int cases = 0;
  Accuracy forward, backward;
  std::vector<Speed> speeds;  // reported, never judged
  std::string failure;        // the first; empty: all passed

  bool passed() const { return failure.empty(); }
};

/// The types that operators take.
std::span<const torch::ScalarType> operator_types();

/// Runs all cases of a type in one place; fewer if `quick` or if the place is not timed. Not for
/// several threads at once. An exception of the operator is a failure, one of `before_each`, which
/// is called before each case, ends it.
OperatorResult check_operator(
    const Operator& op, torch::ScalarType type, const Place& place, bool quick,
    const std::function<void()>& before_each = [] {});

/// Every place of `device`, which is auto, cpu or cuda. Throws Error(kUsage) for others, and for
/// cuda without a GPU or without kernels in this build.
std::vector<Place> places(const std::string& device);

}  // namespace carica::selftest
