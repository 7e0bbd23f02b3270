#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "ops/cpu/instruction_set_scope.h"
#include "ops/cross_entropy.h"
#include "ops/softmax.h"
#include "ops/upsample.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

constexpr double kInf = INFINITY;

// Results of all operators, forward and backward, on all kinds of rows.
std::vector<torch::Tensor> results(torch::ScalarType type) {
  torch::manual_seed(7);
  std::vector<torch::Tensor> all;
  for (const auto& shape :
       {std::vector<std::int64_t>{70, 10}, {9, 300}, {3, 8203}, {2, 21, 9, 15}}) {
    const auto x = (torch::randn(shape) * 4).to(type).requires_grad_();
    auto label_shape = shape;
    label_shape.erase(label_shape.begin() + 1);
    const auto y = torch::randint(0, shape[1], label_shape);
    for (const auto& value :
         {ops::softmax(x, 1), ops::log_softmax(x, 1), ops::cross_entropy(x, y)}) {
      all.push_back(value.detach());
      (value * value).sum().backward();
    }
    if (x.dim() == 4) {
      const auto labels = torch::randint(0, 21, {2, 40, 61});
      const auto loss = ops::upsample_cross_entropy(x, labels);
      loss.backward();
      all.push_back(loss.detach());
      all.push_back(ops::upsample_argmax(x.detach(), 40, 61));
    }
    all.push_back(x.grad());
  }
  return all;
}

TEST(InstructionSets, AllGiveTheSameWithinRounding) {
  const auto sets = ops::cpu::instruction_sets();
  ASSERT_GE(sets.size(), 1u);
  for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
    const auto best = results(type);
    for (const auto& set : sets) {
      const ops::cpu::InstructionSetScope scope(set);
      const auto got = results(type);
      ASSERT_EQ(got.size(), best.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        const double digits = type == torch::kBFloat16 ? 1e-2 : type == torch::kHalf ? 2e-3 : 2e-6;
        const auto a = got[i].to(torch::kDouble), b = best[i].to(torch::kDouble);
        const double largest = b.abs().max().item<double>();
        EXPECT_TRUE(torch::allclose(a, b, digits, digits * (1 + largest)))
            << set << " " << type << " result " << i << " off by " << (a - b).abs().max() << " of "
            << largest;
      }
    }
  }
}

// Errors of this size are rare: it takes millions of values to meet them.
TEST(InstructionSets, EachIsWithinFourUlp) {
  torch::manual_seed(6);
  for (const std::int64_t classes : {4, 5, 33, 127, 150}) {
    for (const double scale : {2.0, 5.0}) {
      const std::int64_t rows = 1000000 / classes;
      const auto x = torch::randn({rows, classes}) * scale, columns = x.t().contiguous();
      const auto y = torch::randint(0, classes, {rows});
      const auto exact = exact_softmax(x, 1, false), exact_log = exact_softmax(x, 1, true);
      const auto exact_loss = -exact_log.gather(1, y.unsqueeze(1)).squeeze(1);
      const ops::CrossEntropyOptions each = {.reduction = ops::Reduction::kNone};
      for (const auto& set : ops::cpu::instruction_sets()) {
        SCOPED_TRACE(set + " " + std::to_string(classes));
        const ops::cpu::InstructionSetScope scope(set);
        EXPECT_LE(ulps(ops::softmax(x, 1), exact), 4);
        EXPECT_LE(ulps(ops::softmax(columns, 0), exact.t()), 4);
        EXPECT_LE(ulps(ops::log_softmax(x, 1), exact_log), 4);
        EXPECT_LE(ulps(ops::log_softmax(columns, 0), exact_log.t()), 4);
        EXPECT_LE(ulps(ops::cross_entropy(x, y, each), exact_loss), 4);
        const auto of_columns = ops::cross_entropy(columns.unsqueeze(0), y.unsqueeze(0), each);
        EXPECT_LE(ulps(of_columns[0], exact_loss), 4);
      }
    }
  }
}

TEST(InstructionSets, EachRoundsResultsOf16BitsToTheNearest) {
  torch::manual_seed(8);
  for (const auto type : {torch::kBFloat16, torch::kHalf}) {
    const auto x = (torch::randn({500, 37}) * 3).to(type);
    const auto exact = exact_softmax(x, 1, false), exact_log = exact_softmax(x, 1, true);
    for (const auto& set : ops::cpu::instruction_sets()) {
      SCOPED_TRACE(set + " " + toString(type));
      const ops::cpu::InstructionSetScope scope(set);
      EXPECT_LE(ulps(ops::softmax(x, 1), exact), 0.5625);
      EXPECT_LE(ulps(ops::log_softmax(x, 1), exact_log), 0.5625);
      EXPECT_LE(ulps(ops::softmax(x.t().contiguous(), 0), exact.t()), 0.5625);
    }
  }
}

TEST(InstructionSets, AllReadAndWriteSpecialValuesOfEveryType) {
  const auto rows = torch::tensor(
      {{1.0, -kInf, 2.0}, {1.0, kInf, 2.0}, {std::nan(""), 0.0, 1.0}, {-3e-6, 6e-8, 4e-7}},
      torch::kDouble);
  for (const auto& set : ops::cpu::instruction_sets()) {
    const ops::cpu::InstructionSetScope scope(set);
    for (const auto type : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      const auto x = rows.to(type);
      EXPECT_LE(ulps(ops::softmax(x, 1), exact_softmax(x, 1, false)), 4) << set << " " << type;
    }
  }
}

// The mean says how many targets were counted; the error, which one is no class.
TEST(InstructionSets, CountTargetsOfEveryTypeAndFindTheOneThatIsNoClass) {
  torch::manual_seed(11);
  ops::CrossEntropyOptions options;
  for (const auto& set : ops::cpu::instruction_sets()) {
    const ops::cpu::InstructionSetScope scope(set);
    for (const auto type : {torch::kByte, torch::kInt, torch::kLong}) {
      for (const std::int64_t n : {1, 7, 31, 64, 65, 131, 300}) {
        SCOPED_TRACE(c10::str(set, " ", type, " ", n));
        const auto x = torch::zeros({n, 5});
        for (const std::int64_t ignore : {-100, 3, 255}) {
          options.ignore_index = ignore;
          const auto y = torch::randint(0, 5, {n});
          const auto each = ops::cross_entropy(
              x, y.to(type), {.ignore_index = ignore, .reduction = ops::Reduction::kNone});
          const double counted = (y != ignore).sum().item<double>();
          const double mean = ops::cross_entropy(x, y.to(type), options).item<double>();
          EXPECT_NEAR(mean * counted, each.sum().item<double>(), 1e-4);
          const auto at = torch::randint(n, {1}).item<std::int64_t>();
          for (const int wrong : {5, 254, -1}) {
            if (type == torch::kByte && wrong < 0) continue;
            auto bad = y.clone();
            bad[at] = wrong;
            try {
              ops::cross_entropy(x, bad.to(type), options);
              ADD_FAILURE() << wrong;
            } catch (const Error& error) {
              EXPECT_THAT(error.what(),
                          testing::HasSubstr(c10::str("target ", wrong, " at [", at)));
            }
          }
        }
      }
    }
  }
}

TEST(InstructionSets, RefuseAnUnknownName) {
  EXPECT_THROW(ops::cpu::InstructionSetScope("AVX9"), Error);
}

}  // namespace
}  // namespace carica::test
