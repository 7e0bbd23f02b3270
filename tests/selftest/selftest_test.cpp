#include "selftest/selftest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <cmath>

#include "core/error.h"
#include "ops/softmax.h"
#include "selftest/exact_softmax.h"
#include "selftest/measure.h"
#include "selftest/operator_cases.h"

namespace carica::selftest {
namespace {

using testing::HasSubstr;

const Listener kDeaf = {[](const TheoryCheck&, const TheoryResult&) {},
                        [](const OperatorResult&) {}};
const Place kUntimed = {torch::kCPU, "", false};

Operator softmax() { return operators().front(); }

// What comes of one operator, in float32 only as far as the failure is concerned.
OperatorResult result_of(const Operator& op) {
  return check_operator(op, torch::kFloat, kUntimed, true);
}

TEST(Theory, HoldsWithOurOperatorsLossesAndOptimizers) {
  EXPECT_EQ(theory_checks().size(), 7u);
  for (const auto& check : theory_checks()) {
    const auto result = check.run();
    EXPECT_TRUE(result.passed) << check.name << ": " << result.detail;
    EXPECT_FALSE(result.detail.empty()) << check.name;
  }
}

TEST(Theory, ShowsTheNumbersThatCopiedAnswersGetWrong) {
  EXPECT_THAT(theory_checks()[0].run().detail, HasSubstr("1.7936 bits = 1.2432 nats"));
  EXPECT_THAT(theory_checks()[4].run().detail, HasSubstr("for i != k at least 0.0303"));
}

void expect_all_pass(const Place& place) {
  for (const auto& op : operators()) {
    for (const auto type : operator_types()) {
      const auto result = check_operator(op, type, place, true);
      EXPECT_TRUE(result.passed())
          << op.name << " " << result.type << " " << place.name() << ": " << result.failure;
      EXPECT_GE(result.cases, 12);
    }
  }
}

TEST(Operators, AreWithinTheirBoundsOnTheCpu) { expect_all_pass(kUntimed); }

TEST(Operators, AreWithinTheirBoundsWithEveryInstructionSet) {
  for (auto place : places("cpu")) {
    place.timed = false;
    expect_all_pass(place);
  }
}

TEST(GpuOperators, AreWithinTheirBounds) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  for (const auto& place : places("cuda")) expect_all_pass(place);
}

TEST(Operators, AreTimedInTheBestPlaceOnly) {
  const auto result = check_operator(softmax(), torch::kFloat, places("cpu").front(), true);
  ASSERT_EQ(result.speeds.size(), 1u);
  EXPECT_GT(result.speeds[0].forward, 0);
  EXPECT_GT(result.speeds[0].both, 0);
  EXPECT_GT(result.forward.torchs, 0);
  EXPECT_TRUE(result_of(softmax()).speeds.empty());
}

TEST(Operators, FailWithAWrongResult) {
  auto op = softmax();
  op.ours = [](const torch::Tensor& x, const OperatorCase& given) {
    return ops::softmax(x, given.dim) * (1 + 1e-5);
  };
  const auto result = result_of(op);
  EXPECT_FALSE(result.passed());
  EXPECT_GT(result.forward.ours, 50);
  EXPECT_THAT(result.failure, HasSubstr("[64, 10] dim 1: error "));
  EXPECT_THAT(result.failure, HasSubstr(" ulp, allowed 4"));
}

TEST(Operators, FailWithAWrongGradient) {
  auto op = softmax();
  op.ours = [](const torch::Tensor& x, const OperatorCase& given) {
    return ops::softmax(x, given.dim) + 1e-4 * (x - x.detach());
  };
  const auto result = result_of(op);
  EXPECT_THAT(result.failure, HasSubstr("gradient off by "));
  EXPECT_GT(result.backward.ours, 5e-5);
}

TEST(Operators, FailWithAWrongAnswerAtAnEdge) {
  auto op = softmax();
  op.ours = [](const torch::Tensor& x, const OperatorCase& given) {
    return torch::nan_to_num(ops::softmax(x, given.dim), 0);
  };
  EXPECT_EQ(result_of(op).forward.ours, INFINITY);
}

TEST(Operators, FailWithAnException) {
  auto op = softmax();
  op.ours = [](const torch::Tensor&, const OperatorCase&) -> torch::Tensor {
    throw Error(ErrorCode::kShape, "not today");
  };
  EXPECT_THAT(result_of(op).failure, HasSubstr("not today"));
}

TEST(Operators, FailWithABoundThatIsTooTight) {
  auto op = softmax();
  op.bounds = [](torch::ScalarType) { return Bounds{0.01, 1}; };
  EXPECT_THAT(result_of(op).failure, HasSubstr("allowed 0.01"));
}

TEST(SelfTest, EndsWithZeroWhenAllPasses) {
  const TheoryCheck good{"good", "", [] { return TheoryResult{true, ""}; }};
  auto op = softmax();
  op.bounds = [](torch::ScalarType) { return Bounds{INFINITY, INFINITY}; };
  const auto summary = run({{good}, {op}, {kUntimed}, true}, kDeaf);
  EXPECT_TRUE(summary.passed());
  EXPECT_EQ(summary.exit_code(), 0);
  EXPECT_EQ(summary.theory, 1);
  EXPECT_EQ(summary.operators, 4);
  EXPECT_GT(summary.cases, 100);
}

TEST(SelfTest, EndsWithSevenWhenAnOperatorFails) {
  auto op = softmax();
  op.bounds = [](torch::ScalarType) { return Bounds{0, 0}; };
  int told = 0;
  const auto summary =
      run({{}, {op}, {kUntimed}, true},
          {kDeaf.theory, [&](const OperatorResult& result) { told += !result.passed(); }});
  EXPECT_EQ(summary.exit_code(), 7);
  EXPECT_EQ(summary.operators_failed, 4);
  EXPECT_EQ(told, 4);
}

TEST(SelfTest, EndsWithSevenWhenTheoryFailsOrThrows) {
  const TheoryCheck wrong{"wrong", "", [] { return TheoryResult{false, "1 is not 2"}; }};
  const TheoryCheck throws{"throws", "",
                           []() -> TheoryResult { throw std::runtime_error("broken"); }};
  std::vector<std::string> details;
  const auto summary = run(
      {{wrong, throws}, {}, {}, true},
      {[&](const TheoryCheck&, const TheoryResult& result) { details.push_back(result.detail); },
       kDeaf.operators});
  EXPECT_EQ(summary.exit_code(), 7);
  EXPECT_EQ(summary.theory_failed, 2);
  EXPECT_THAT(details, testing::ElementsAre("1 is not 2", "broken"));
}

TEST(SelfTest, StopsBeforeTheNextCheckOrCase) {
  const TheoryCheck good{"good", "", [] { return TheoryResult{true, ""}; }};
  int asked = 0;
  auto stopping = kDeaf;
  stopping.before_each = [&] {
    if (++asked == 5) throw Error(ErrorCode::kInterrupted, "stop");
  };
  EXPECT_THROW(run({{good, good}, {softmax()}, {kUntimed}, true}, stopping), Error);
  EXPECT_EQ(asked, 5);
}

TEST(SelfTest, RefusesOtherDevices) {
  EXPECT_THROW(places("tpu"), Error);
  if (!torch::cuda::is_available()) {
    EXPECT_THROW(places("cuda"), Error);
  }
  EXPECT_EQ(places("cpu").front().device, torch::Device(torch::kCPU));
}

TEST(Measure, CountsUnitsInTheLastPlaceOfTheType) {
  const auto exact = torch::tensor({1.0, 3.0, 0.0}, torch::kDouble);
  EXPECT_EQ(ulps(torch::tensor({1.0f, 3.0f, 0.0f}), exact), 0);
  EXPECT_EQ(ulps(torch::tensor({1.0f + 0x1p-23f, 3.0f, 0.0f}), exact), 1);
  EXPECT_EQ(ulps(torch::tensor({1.0f, 3.0f + 0x1p-22f, 0.0f}), exact), 1);
  EXPECT_EQ(ulps(torch::tensor({1.0f + 0x1p-7f, 3.0f, 0.0f}).to(torch::kBFloat16), exact), 1);
  EXPECT_EQ(ulps(torch::tensor({1.0f, 3.0f, NAN}), exact), INFINITY);
  EXPECT_EQ(ulps(torch::tensor({1.0f, 3.0f}), exact), INFINITY);
  // Not a normal number: passed over. Too large: must be infinite.
  EXPECT_EQ(ulps(torch::tensor({0.0f}), torch::tensor({1e-39}, torch::kDouble)), 0);
  EXPECT_EQ(ulps(torch::tensor({INFINITY}), torch::tensor({1e39}, torch::kDouble)), 0);
  EXPECT_EQ(ulps(torch::tensor({3e38f}), torch::tensor({1e39}, torch::kDouble)), INFINITY);
}

TEST(Measure, TheExactLogSoftmaxKeepsTheDigitsOfSmallResults) {
  const auto x = torch::tensor({{40.0, 0.0}}, torch::kDouble);
  EXPECT_DOUBLE_EQ(exact_log_softmax(x, 1)[0][0].item<double>(), -std::log1p(std::exp(-40.0)));
  const auto empty = torch::full({1, 2}, -INFINITY, torch::kDouble);
  EXPECT_TRUE(torch::equal(exact_log_softmax(empty, 1), empty));
  EXPECT_TRUE(torch::equal(exact_softmax(empty, 1), torch::zeros({1, 2}, torch::kDouble)));
}

}  // namespace
}  // namespace carica::selftest
