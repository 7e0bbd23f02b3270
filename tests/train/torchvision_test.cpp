// torchvision takes the weights of a trained run, and computes what we compute.
#include <gtest/gtest.h>

#include "checkpoint/safetensors.h"
#include "core/atomic_file.h"
#include "core/log.h"
#include "small_runs.h"
#include "support/python.h"

namespace carica::test {
namespace {

TEST(SlowTorchvision, LoadsBestWeightsOfResnet18StrictlyAndGivesTheSameLogits) {
  set_log_level(LogLevel::kQuiet);
  TempFolder folder;
  if (!python_has(folder.path(), "torch, torchvision, safetensors.torch")) {
    GTEST_SKIP() << python() << " has no torch, torchvision and safetensors; name another in "
                 << "CARICA_PYTHON";
  }
  make_small_papayas(folder / "papaya");
  auto config = small_config(config::Task::kClassify, folder / "papaya", 1);
  config.model.name = "resnet18";
  config.model.dropout = 0;
  work_on_run(config, folder / "runs/t/run", [] { return false; });
  const auto best = folder / "runs/t/run/weights/best.safetensors";

  const auto loaded = eval::load_model(best, {});
  torch::NoGradGuard no_grad;
  const auto pictures = torch::randn({5, 3, 64, 48});
  const auto logits = loaded.model.network->forward(pictures).logits;
  AtomicFile example(FileSystem::real(), folder / "example.safetensors");
  checkpoint::write_safetensors(example, {{"pictures", pictures}, {"logits", logits}}, {});
  example.commit();
  EXPECT_EQ(run_python(folder.path(), R"(
import sys, torch, torchvision
from safetensors.torch import load_file

weights = load_file(sys.argv[1] + "/runs/t/run/weights/best.safetensors")
example = load_file(sys.argv[1] + "/example.safetensors")
network = torchvision.models.resnet18(num_classes=len(weights["fc.bias"]))
network.load_state_dict(weights, strict=True)
network.eval()
with torch.no_grad():
    difference = (network(example["pictures"]) - example["logits"]).abs().max().item()
print("largest difference of a logit:", difference, "of", example["logits"].abs().max().item())
assert difference < 1e-5
)"),
            0);
}

}  // namespace
}  // namespace carica::test
