// Python beside us: what it reads of our files, and the same numbers from networks whose weights
// went through us. Uses the Python in CARICA_PYTHON (default python3) and skips when it lacks
// something.
#include "support/python.h"

#include "samples.h"
#include "weights/read.h"
#include "weights/rename.h"
#include "weights/torch_writer.h"

namespace carica::weights {
namespace {

class SlowWeightsPython : public testing::Test {
 protected:
  void require(const std::string& modules) {
    if (!test::python_has(folder_.path(), modules)) {
      GTEST_SKIP() << test::python() << " lacks one of " << modules
                   << "; name another in CARICA_PYTHON";
    }
  }
  test::TempFolder folder_;
};

TEST_F(SlowWeightsPython, TorchLoadReadsOurFilesWithWeightsOnly) {
  require("torch, safetensors.torch");
  if (IsSkipped()) return;
  checkpoint::NamedTensors tensors = {{"scalar", torch::tensor(7)},
                                      {"empty", torch::zeros({0, 3})},
                                      {"flags", torch::tensor({true, false})},
                                      {"turned", torch::arange(6.0).view({2, 3}).t()},
                                      {"näme", torch::ones({2}, torch::kBFloat16)}};
  for (const auto type : {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kInt32,
                          torch::kInt16, torch::kInt8, torch::kUInt8}) {
    tensors.emplace_back(torch::toString(type), torch::arange(6).to(type));
  }
  AtomicFile pth(FileSystem::real(), folder_ / "ours.pth");
  write_torch(pth, tensors);
  pth.commit();
  AtomicFile safe(FileSystem::real(), folder_ / "ours.safetensors");
  checkpoint::write_safetensors(safe, tensors, {});
  safe.commit();
  EXPECT_EQ(test::run_python(folder_.path(), R"py(
import sys, torch
from safetensors.torch import load_file

ours = torch.load(sys.argv[1] + "/ours.pth", weights_only=True)
expected = load_file(sys.argv[1] + "/ours.safetensors")
assert list(ours)[:2] == ["scalar", "empty"] and set(ours) == set(expected), list(ours)
for name, tensor in expected.items():
    assert ours[name].dtype == tensor.dtype and torch.equal(ours[name], tensor), name
)py"),
            0);
  // And we read both alike.
  EXPECT_EQ(read_weights(folder_ / "ours.pth").tensors.size(), tensors.size());
}

TEST_F(SlowWeightsPython, OtherSpellingsGiveTheSameLogitsInTorchvision) {
  require("torch, torchvision, timm, safetensors.torch");
  if (IsSkipped()) return;
  const std::string models = R"py(
import re, sys, torch, torchvision.models as tv, timm
from safetensors.torch import load_file, save_file
from timm.models.convnext import ConvNeXt
from timm.models.vision_transformer import VisionTransformer
from torchvision.models.convnext import CNBlockConfig

folder = sys.argv[1]
torch.manual_seed(0)

def scrambled(network):
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.05, 0.4)
    return network.eval()

theirs = {
    "vit": lambda: VisionTransformer(img_size=32, patch_size=16, depth=2, num_heads=2,
                                     embed_dim=32, mlp_ratio=2, num_classes=5),
    "convnext": lambda: ConvNeXt(depths=(1, 2, 1, 1), dims=(8, 16, 32, 64), num_classes=5),
    "densenet": lambda: tv.DenseNet(4, (2, 2), 8, num_classes=5),
    "oldvit": lambda: tv.VisionTransformer(32, 16, 2, 2, 32, 64, num_classes=5),
}
ours = dict(theirs)
ours["vit"] = theirs["oldvit"]
ours["convnext"] = lambda: tv.ConvNeXt(
    [CNBlockConfig(8, 16, 1), CNBlockConfig(16, 32, 2), CNBlockConfig(32, 64, 1),
     CNBlockConfig(64, None, 1)], num_classes=5)
)py";
  ASSERT_EQ(test::run_python(folder_.path(), models + R"py(
for name in theirs:
    network = scrambled(theirs[name]())
    weights = network.state_dict()
    picture = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        save_file({"picture": picture, "logits": network(picture)}, f"{folder}/{name}.example")
    if name == "densenet":
        weights = {re.sub(r"(denselayer\d+\.(?:norm|conv))([12]\.)", r"\1.\2", key): value
                   for key, value in weights.items()}
    if name == "oldvit":
        weights = {key.replace("mlp.0.", "mlp.linear_1.").replace("mlp.3.", "mlp.linear_2."): value
                   for key, value in weights.items()}
    torch.save(weights, f"{folder}/{name}.pth")
    torch.save(ours[name]().state_dict(), f"{folder}/{name}.target.pth")
)py"),
            0);
  for (const std::string name : {"vit", "convnext", "densenet", "oldvit"}) {
    auto tensors = read_weights(folder_ / (name + ".pth")).tensors;
    const auto target = read_weights(folder_ / (name + ".target.pth")).tensors;
    EXPECT_EQ(rename_known(tensors, target).size(), 1u) << name;
    AtomicFile file(FileSystem::real(), folder_ / (name + ".safetensors"));
    checkpoint::write_safetensors(file, tensors, {});
    file.commit();
  }
  EXPECT_EQ(test::run_python(folder_.path(), models + R"py(
for name in ours:
    network = ours[name]().eval()
    network.load_state_dict(load_file(f"{folder}/{name}.safetensors"), strict=True)
    example = load_file(f"{folder}/{name}.example")
    with torch.no_grad():
        logits = network(example["picture"])
    error = ((logits - example["logits"]).abs().max() / logits.abs().max()).item()
    print(name, "largest difference of a logit, relative:", error)
    assert error < 1e-5
)py"),
            0);
}

}  // namespace
}  // namespace carica::weights
