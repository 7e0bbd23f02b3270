#pragma once

#include <torch/types.h>

#include <string>

#include "config/config.h"

namespace carica::eval {

/// Where networks run and in which numbers.
struct Runtime {
  torch::Device device = torch::kCPU;
  torch::ScalarType compute = torch::kFloat;  // kFloat, or kBFloat16 under autocast
  bool channels_last = false;

  /// "cuda:0 (NVIDIA H100 80GB HBM3), bf16 autocast, channels_last", for the log.
  std::string describe() const;
};

/// Resolves `device`, `train.precision` and `train.channels_last`, auto values included: a GPU when
/// there is one; bf16 where there are matrix units for it (GPUs from sm_80, CPUs with AMX), else
/// float32; channels_last. Throws Error(kConfig) when a GPU is asked for that is not there.
Runtime resolve_runtime(const config::Config& config);

/// Sets what is global in torch: threads, the current GPU, determinism, cuDNN tuning, TF32; torch's
/// warnings become lines of the log, each once. Called once by a command, from its main thread.
void configure_torch(const config::Config& config, const Runtime& runtime);

/// Autocast for the calling thread while it lives; does nothing in float32.
class PrecisionScope {
 public:
  explicit PrecisionScope(const Runtime& runtime);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  torch::DeviceType type_;
  bool active_, was_enabled_ = false;
  torch::ScalarType previous_ = torch::kFloat;
};

}  // namespace carica::eval
