#pragma once

#include <c10/core/Device.h>

namespace c10::cuda {

struct CUDAGuard {
  explicit CUDAGuard(c10::Device device) : device(device) {}
  c10::Device current_device() const { return device; }
  c10::Device device;
};

}  // namespace c10::cuda
