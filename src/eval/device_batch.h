// eval: forward passes over data sets and pictures. May include data, models, loss, metrics,
// checkpoint, dist and below.
#pragma once

#include <torch/types.h>

#include <memory>

#include "data/loading/loader.h"
#include "eval/runtime.h"

namespace carica::eval {

/// A batch on the device: pictures normalised, targets beside them.
struct DeviceBatch {
  torch::Tensor
      pictures;           // float32[N,3,H,W] (bfloat16 under autocast), channels_last or contiguous
  torch::Tensor targets;  // int64[N], uint8[N,K] (sets of labels) or uint8[N,H,W];
                          // undefined when the batch has none
  std::shared_ptr<const data::Batch> source;
};

/// Batches of a loader, copied to the device and normalised there. On a GPU the copy of the next
/// batch runs on a side stream, from page-locked slabs, while the current one is worked on. One
/// thread.
class Feed {
 public:
  Feed(data::Loader& loader, const Runtime& runtime, const data::Normalization& normalization);
  ~Feed();

  void start(std::uint64_t epoch, std::size_t first_batch = 0);
  /// False at the end of the epoch. Throws what the loader throws.
  bool next(DeviceBatch& batch);

 private:
  struct Copier;
  DeviceBatch load(std::shared_ptr<const data::Batch> batch);

  data::Loader& loader_;
  Runtime runtime_;
  data::Normalization normalization_;
  std::unique_ptr<Copier> copier_;  // null on the CPU
  DeviceBatch ahead_;
  bool has_ahead_ = false;
};

/// Pictures uint8[N,H,W,3] of one slab, normalised on the runtime's device.
torch::Tensor normalized(const std::uint8_t* pictures, std::size_t count, data::Size size,
                         const Runtime& runtime, const data::Normalization& normalization);

/// Page-locked memory when the device is a GPU, else empty (ordinary memory).
data::SlabMemory slab_memory(const Runtime& runtime);

}  // namespace carica::eval
