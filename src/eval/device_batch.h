// eval: forward passes over data sets and pictures. May include data, models, loss, metrics, checkpoint, dist and below.
#pragma once

#include <torch/torch.h>

#include <memory>

#include "data/loader.h"

namespace carica::eval {

/// A batch on the device: pictures normalised, targets beside them.
struct DeviceBatch {
  torch::Tensor pictures;  // float32 or bfloat16 [N,3,H,W], channels_last or contiguous as asked
  torch::Tensor targets;   // int64[N] or uint8[N,H,W]; undefined when the batch has none
  std::shared_ptr<const data::Batch> source;
};

/// Copies batches to a device (from pinned slabs on a side stream, when it is a GPU) and normalises them there.
class BatchMover {
 public:
  BatchMover(torch::Device device, const data::Normalization& normalization, bool channels_last);
  ~BatchMover();
  DeviceBatch move(std::shared_ptr<const data::Batch> batch);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Page-locked memory when `device` is a GPU, else empty (ordinary memory).
data::SlabMemory slab_memory(torch::Device device);

}  // namespace carica::eval
