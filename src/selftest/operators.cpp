#include "selftest/operators.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "ops/cpu/instruction_set_scope.h"
#include "ops/device_kernels.h"
#include "selftest/measure.h"

namespace carica::selftest {

namespace {

using torch::autograd::grad;

/// torch computes on one thread while this lives: small tensors are not worth the waiting.
class OneThread {
 public:
  OneThread() { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(threads_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  const int threads_ = at::get_num_threads();
};

// A result and the gradient of its sum, weighed by `upstream`.
struct Answer {
  torch::Tensor value, gradient;
};

Answer answer(const Operator::Function& function, const Operator& op, const OperatorCase& given,
              const torch::Tensor& x, const torch::Tensor& upstream) {
  if (!op.has_gradient) return {function(x, given), {}};
  const auto leaf = x.detach().requires_grad_();
  const auto value = function(leaf, given);
  return {value.detach(), grad({value}, {leaf}, {upstream.to(value.options())})[0]};
}

// What to multiply the gradients of results with, in numbers that all types have.
torch::Tensor upstream_for(const torch::Tensor& value, std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto random = torch::randn(value.sizes(), generator, torch::kDouble);
  return random.to(torch::kBFloat16).to(torch::kDouble);
}

// A case, what must come out, and the largest upstream gradient where errors are parts of it.
struct Trial {
  const Operator& op;
  const OperatorCase& given;
  torch::Tensor upstream;
  Answer exact;
  double unit = 0;
};

Trial trial_of(const Operator& op, const OperatorCase& given, int number) {
  const OneThread one_thread;
  Trial trial{op, given, {}, {given.expected, given.expected_gradient}};
  if (given.edge) {
    trial.upstream = torch::ones_like(given.expected);
  } else {
    const auto wide = given.x.detach().cpu().to(torch::kDouble);
    trial.upstream = upstream_for(op.exact(wide, given), static_cast<std::uint64_t>(number));
    trial.exact = answer(op.exact, op, given, wide, trial.upstream);
  }
  if (op.passes_gradients_on && trial.upstream.numel() > 0) {
    trial.unit = trial.upstream.abs().max().item<double>();
  }
  return trial;
}

// Errors of a result and of its gradient.
std::pair<double, double> errors_of(const Operator::Function& function, const Trial& trial) {
  const auto got = answer(function, trial.op, trial.given, trial.given.x, trial.upstream);
  const OneThread one_thread;
  const double forward = trial.op.error(got.value, trial.exact.value, trial.given);
  if (!trial.exact.gradient.defined()) return {forward, 0};
  return {forward, relative_error(got.gradient, trial.exact.gradient, trial.unit)};
}

// Compares one case; the failure, or "". torch's errors are measured if `both`.
std::string compare(const Operator& op, const OperatorCase& given, bool both,
                    OperatorResult& result) {
  auto &forward = result.forward, &backward = result.backward;
  const auto trial = trial_of(op, given, result.cases);
  const auto ours = errors_of(op.ours, trial);
  forward.ours = std::max(forward.ours, ours.first);
  backward.ours = std::max(backward.ours, ours.second);
  if (both && !given.edge) {
    const OneThread one_thread;
    const auto theirs = errors_of(op.torchs, trial);
    forward.torchs = std::max(forward.torchs, theirs.first);
    backward.torchs = std::max(backward.torchs, theirs.second);
  }
  if (!(ours.first <= forward.bound)) {
    return cat("error ", ours.first, " ulp, allowed ", forward.bound);
  }
  if (!(ours.second <= backward.bound)) {
    return cat("gradient off by ", ours.second, ", allowed ", backward.bound);
  }
  return "";
}

Speed timed(const Operator& op, const OperatorCase& given, bool quick) {
  const double seconds = quick ? 0.02 : 0.2;
  const auto device = given.x.device();
  const auto run = [&](const Operator::Function& function, bool backward) {
    return [&op, &given, &function, backward] {
      const auto leaf = given.x.detach().requires_grad_(backward);
      const auto value = function(leaf, given);
      if (backward) grad({value}, {leaf}, {torch::ones_like(value)});
    };
  };
  Speed speed{given.name};
  speed.forward = time_ratio(run(op.ours, false), run(op.torchs, false), device, seconds);
  if (op.has_gradient) {
    speed.both = time_ratio(run(op.ours, true), run(op.torchs, true), device, seconds);
  }
  return speed;
}

}  // namespace

std::string Place::name() const {
  return instruction_set.empty() ? device.str() : cat(device.str(), " ", instruction_set);
}

std::span<const torch::ScalarType> operator_types() {
  static constexpr torch::ScalarType kTypes[] = {torch::kFloat, torch::kDouble, torch::kBFloat16,
                                                 torch::kHalf};
  return kTypes;
}

OperatorResult check_operator(const Operator& op, torch::ScalarType type, const Place& place,
                              bool quick, const std::function<void()>& before_each) {
  const torch::AutoGradMode with_gradients(true);
  std::optional<ops::cpu::InstructionSetScope> scope;
  if (!place.instruction_set.empty()) scope.emplace(place.instruction_set);
  OperatorResult result;
  result.name = op.name;
  result.type = c10::getDtypeNames(type).first;
  result.place = place;
  const auto bounds = op.bounds(type);
  result.forward.bound = bounds.forward;
  result.backward.bound = bounds.backward;
  // Other instruction sets than the best one: few cases will do.
  const CaseOptions options{type, place.device, quick || !place.timed};
  bool threw = false;
  for (const auto& given : op.cases(options)) {
    before_each();
    std::string failure;
    try {
      failure = compare(op, given, place.timed, result);
    } catch (const std::exception& error) {
      const std::string message = error.what();
      failure = message.substr(0, message.find('\n'));
      threw = true;
    }
    ++result.cases;
    if (result.failure.empty() && !failure.empty()) result.failure = cat(given.name, ": ", failure);
  }
  if (place.timed && !threw) {
    for (const auto& given : op.timed_cases(options)) {
      before_each();
      result.speeds.push_back(timed(op, given, quick));
    }
  }
  return result;
}

std::vector<Place> places(const std::string& device) {
  if (device != "auto" && device != "cpu" && device != "cuda") {
    throw Error(ErrorCode::kUsage, cat("--device ", device, ": must be auto, cpu or cuda"));
  }
  std::vector<Place> all;
  if (device != "cuda") {
    for (const auto& set : ops::cpu::instruction_sets()) {
      all.push_back({torch::kCPU, set, /*timed=*/all.empty()});
    }
  }
  if (device == "cpu") return all;
  const bool has_gpu = torch::cuda::is_available();
  if (has_gpu && ops::has_kernels_for(torch::empty({0}, torch::kCUDA))) {
    all.push_back({torch::Device(torch::kCUDA, 0), "", true});
  } else if (device == "cuda") {
    throw Error(ErrorCode::kUsage,
                has_gpu ? "--device cuda: this program was built without nvcc, so without kernels"
                        : "--device cuda: no usable GPU");
  }
  return all;
}

}  // namespace carica::selftest
