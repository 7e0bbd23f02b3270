// Small tensors gain nothing from more threads, and tests run beside each other.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

namespace {

class OneThread : public testing::Environment {
  void SetUp() override { torch::set_num_threads(1); }
};

const auto* const kOneThread = testing::AddGlobalTestEnvironment(new OneThread);

}  // namespace
