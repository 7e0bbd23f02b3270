#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <vector>

#include "loss/loss.h"

#if defined(CARICA_HAVE_CUDA)
#include <c10/cuda/CUDAFunctions.h>
#endif

namespace carica::loss {
namespace {

using Terms = std::vector<config::LossTerm>;

#if defined(CARICA_HAVE_CUDA)
/// While it lives, an operation that waits for the GPU throws.
class NoWaiting {
 public:
  NoWaiting() { set(c10::cuda::SyncDebugMode::L_ERROR); }
  ~NoWaiting() { set(c10::cuda::SyncDebugMode::L_DISABLED); }

 private:
  static void set(c10::cuda::SyncDebugMode mode) {
    c10::cuda::warning_state().set_sync_debug_mode(mode);
  }
};
#else
struct NoWaiting {
  NoWaiting() {}
};
#endif

TEST(GpuLoss, AgreesWithTheCpuAndNeverWaits) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  config::CrossEntropyLoss weighted;
  weighted.label_smoothing = 0.1;
  weighted.class_weights = "inverse";
  const auto logits = torch::randn({2, 4, 8, 8});
  const auto targets = torch::randint(0, 4, {2, 16, 16}, torch::kByte);
  targets[0][0].fill_(255);
  for (const Terms& terms : {Terms{weighted, config::DiceLoss{}, config::FocalLoss{}},
                             Terms{config::BceLoss{}, config::DiceLoss{}}}) {
    Loss loss(terms, {.classes = 4, .ignore_index = 255, .class_counts = {5, 6, 7, 8}});
    auto on_cpu = logits.clone().requires_grad_();
    const auto expected = loss(on_cpu, targets);
    expected.backward();

    loss.to(torch::kCUDA);
    auto on_gpu = logits.to(torch::kCUDA).requires_grad_();
    const auto gpu_targets = targets.to(torch::kCUDA);
    torch::Tensor got;
    {
      const NoWaiting no_waiting;
      got = loss(on_gpu, gpu_targets);
      got.backward();
    }
    EXPECT_NEAR(got.item<double>(), expected.item<double>(), 1e-5);
    EXPECT_TRUE(torch::allclose(on_gpu.grad().cpu(), on_cpu.grad(), 1e-4, 1e-6));
  }
}

}  // namespace
}  // namespace carica::loss
