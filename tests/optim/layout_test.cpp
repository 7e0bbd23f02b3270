// The fused kernels walk through memory and do not look at strides: with a gradient laid out in
// another way than its parameter they would pair the wrong numbers, in silence on the CPU.
#include <gtest/gtest.h>

#include "core/error.h"
#include "optim/tiny_network.h"

namespace carica::optim {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;
constexpr auto kContiguous = at::MemoryFormat::Contiguous;

/// One convolution whose weight has a given layout.
class Convolution : public torch::nn::Module {
 public:
  explicit Convolution(const torch::Tensor& values, at::MemoryFormat format) {
    weight = register_parameter("weight", values.clone().contiguous(format));
  }
  torch::Tensor weight;
};

config::OptimConfig with_momentum(const char* name) {
  auto config = plain(name, 0.1);
  config.momentum = 0.9;
  return config;
}

TEST(Layout, OfGradientsMayDifferFromTheParameters) {
  const auto values = torch::randn({4, 3, 3, 3});
  for (const char* name : {"sgd", "adam", "adamw"}) {
    for (const auto format : {kContiguous, kChannelsLast}) {
      for (const auto gradient_format : {kContiguous, kChannelsLast}) {
        SCOPED_TRACE(testing::Message() << name << " " << format << " " << gradient_format);
        const Convolution plain_one(values, kContiguous), other(values, format);
        const auto reference = optimizer_for(plain_one, with_momentum(name));
        const auto optimizer = optimizer_for(other, with_momentum(name));
        for (int i = 0; i < 3; ++i) {
          const auto gradient = torch::randn({4, 3, 3, 3});
          plain_one.weight.mutable_grad() = gradient.clone();
          other.weight.mutable_grad() = gradient.clone().contiguous(gradient_format);
          reference->step(0.1);
          optimizer->step(0.1);
        }
        EXPECT_TRUE(other.weight.is_contiguous(format));
        EXPECT_TRUE(torch::allclose(other.weight, plain_one.weight, 1e-6, 1e-6));
      }
    }
  }
}

TEST(Layout, OfAGradientFollowsTheParameter) {
  const Convolution network(torch::randn({4, 3, 3, 3}), kChannelsLast);
  const auto optimizer = optimizer_for(network, with_momentum("sgd"));
  network.weight.mutable_grad() = torch::ones({4, 3, 3, 3});
  optimizer->step(0.1);
  EXPECT_EQ(network.weight.grad().strides(), network.weight.strides());
  for (int i = 0; i < 2; ++i) {
    optimizer->zero_grad();
    torch::conv2d(torch::randn({2, 3, 8, 8}), network.weight).sum().backward();
    optimizer->step(0.1);
  }
  EXPECT_EQ(network.weight.grad().strides(), network.weight.strides());
}

TEST(Layout, OfStateFollowsTheParameter) {
  const Convolution network(torch::randn({4, 3, 3, 3}), kChannelsLast);
  for (const char* name : {"sgd", "adamw"}) {
    for (const auto& [key, tensor] : optimizer_for(network, with_momentum(name))->state()) {
      if (tensor.dim() == 4) {
        EXPECT_EQ(tensor.strides(), network.weight.strides()) << key;
      }
    }
  }
}

TEST(Layout, MustNotChangeUnderTheOptimizer) {
  const Convolution network(torch::randn({4, 3, 3, 3}), kContiguous);
  const auto optimizer = optimizer_for(network, with_momentum("adamw"));
  network.weight.mutable_grad() = torch::ones({4, 3, 3, 3});
  network.weight.set_data(network.weight.detach().contiguous(kChannelsLast));
  EXPECT_THROW(optimizer->step(0.1), Error);
}

TEST(Layout, MustBeDense) {
  torch::nn::Module network;
  network.register_parameter("strided", torch::randn({4, 6}).slice(1, 0, 3));
  EXPECT_THROW(optimizer_for(network, with_momentum("sgd")), Error);
}

TEST(Layout, MustBeOfOneType) {
  torch::nn::Module network;
  network.register_parameter("a", torch::randn({4}));
  network.register_parameter("b", torch::randn({4}, torch::kDouble));
  EXPECT_THROW(optimizer_for(network, with_momentum("sgd")), Error);
}

}  // namespace
}  // namespace carica::optim
