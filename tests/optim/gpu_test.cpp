#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "optim/tiny_network.h"

#if defined(CARICA_HAVE_CUDA)
#include <c10/cuda/CUDAFunctions.h>
#endif

namespace carica::optim {
namespace {

/// Whether operations that wait for the GPU throw.
void forbid_waiting(bool forbid) {
#if defined(CARICA_HAVE_CUDA)
  c10::cuda::warning_state().set_sync_debug_mode(forbid ? c10::cuda::SyncDebugMode::L_ERROR
                                                        : c10::cuda::SyncDebugMode::L_DISABLED);
#else
  (void)forbid;
#endif
}

TEST(GpuOptimizer, AgreesWithTheCpuAndNeverWaits) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  for (const char* name : {"sgd", "adam", "adamw"}) {
    SCOPED_TRACE(name);
    auto config = plain(name, 0.01);
    config.momentum = 0.9;
    TinyNetwork on_cpu, on_gpu;
    on_gpu.to(torch::kCUDA);
    const auto cpu = optimizer_for(on_cpu, config);
    const auto gpu = optimizer_for(on_gpu, config);
    for (int i = 0; i < 10; ++i) {
      on_cpu.loss().backward();
      cpu->clip_grad_norm(0.5);
      cpu->step(0.05);
      cpu->zero_grad();
      on_gpu.loss().backward();
      forbid_waiting(true);
      gpu->clip_grad_norm(0.5);
      gpu->step(0.05);
      gpu->zero_grad();
      forbid_waiting(false);
    }
    EXPECT_TRUE(torch::allclose(on_gpu.weight().cpu(), on_cpu.weight(), 1e-4, 1e-5));
  }
}

}  // namespace
}  // namespace carica::optim
