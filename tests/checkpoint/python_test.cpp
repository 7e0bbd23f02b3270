// Python reads our files. Uses the Python in CARICA_PYTHON (default python3) and skips when it
// lacks torch or safetensors.
#include "support/python.h"

#include <torch/nn.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>

#include "samples.h"

namespace carica::checkpoint {
namespace {

class SlowPython : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::python_has(folder_.path(), "torch, safetensors.torch")) {
      GTEST_SKIP() << test::python()
                   << " has no torch and safetensors; name another in CARICA_PYTHON";
    }
  }

  test::TempFolder folder_;
};

TEST_F(SlowPython, LoadsBestWeightsStrictlyAndComputesTheSame) {
  torch::manual_seed(1);
  torch::nn::Sequential network(torch::nn::Conv2d(3, 4, 3), torch::nn::BatchNorm2d(4),
                                torch::nn::Flatten(), torch::nn::Linear(144, 5));
  const auto pictures = torch::randn({6, 3, 8, 8});
  network->forward(pictures);  // moves the running statistics
  network->eval();
  torch::NoGradGuard no_grad;
  put_tensors(folder_ / "example.safetensors",
              {{"pictures", pictures}, {"logits", network->forward(pictures)}});
  save_weights(FileSystem::real(), folder_ / "best.safetensors", named_state(*network),
               sample_state(1).description, {{"epoch", "3"}});
  EXPECT_EQ(test::run_python(folder_.path(), R"(
import json, sys, torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

folder = sys.argv[1]
network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 5))
network.load_state_dict(load_file(folder + "/best.safetensors"), strict=True)
network.eval()
example = load_file(folder + "/example.safetensors")
with torch.no_grad():
    assert torch.allclose(network(example["pictures"]), example["logits"], atol=1e-5)
with safe_open(folder + "/best.safetensors", framework="pt") as file:
    metadata = file.metadata()
assert metadata["epoch"] == "3" and metadata["format"] == "pt", metadata
assert json.loads(metadata["carica.description"])["classes"] == ["not sweet", 'sweet, "ripe"']
)"),
            0);
}

TEST_F(SlowPython, ReadsEveryTypeOfOurs) {
  const auto ramp = torch::arange(6).view({2, 3});
  NamedTensors tensors = {{"bool", ramp.remainder(2).eq(1)}, {"empty", torch::zeros({0, 3})}};
  for (const auto type : {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16,
                          torch::kInt64, torch::kInt32, torch::kInt16, torch::kInt8, torch::kUInt64,
                          torch::kUInt32, torch::kUInt16, torch::kUInt8}) {
    tensors.emplace_back(torch::toString(type), ramp.to(type));
  }
  put_tensors(folder_ / "types.safetensors", tensors);
  EXPECT_EQ(test::run_python(folder_.path(), R"(
import sys, torch
from safetensors.torch import load_file

tensors = load_file(sys.argv[1] + "/types.safetensors")
ramp = torch.arange(6).reshape(2, 3)
assert len(tensors) == 14, list(tensors)
assert torch.equal(tensors.pop("bool"), ramp % 2 == 1)
assert tensors.pop("empty").shape == (0, 3)
for name, tensor in tensors.items():
    assert torch.equal(tensor, ramp.to(tensor.dtype)), name
assert len({tensor.dtype for tensor in tensors.values()}) == 12
)"),
            0);
}

TEST_F(SlowPython, WritesFilesThatWeRead) {
  ASSERT_EQ(test::run_python(folder_.path(), R"(
import sys, torch
from safetensors.torch import save_file

save_file({"w": torch.arange(4.0), "n": torch.tensor(3)}, sys.argv[1] + "/python.safetensors")
)"),
            0);
  EXPECT_TRUE(same_tensors(read_safetensors(folder_ / "python.safetensors").tensors,
                           {{"w", torch::arange(4, torch::kFloat32)}, {"n", torch::tensor(3)}}));
}

}  // namespace
}  // namespace carica::checkpoint
