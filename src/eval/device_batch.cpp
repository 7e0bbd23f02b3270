#include "eval/device_batch.h"

#include "ops/normalize.h"

#ifdef CARICA_HAVE_CUDA
#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>

#include <deque>
#endif

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"

namespace carica::eval {

namespace {

torch::Tensor view_bytes(const std::uint8_t* bytes, at::IntArrayRef shape) {
  // from_blob wants a mutable pointer; nobody writes through it.
  return torch::from_blob(const_cast<std::uint8_t*>(bytes), shape, torch::kByte);
}

std::int64_t signed_size(std::size_t n) { return static_cast<std::int64_t>(n); }

torch::Tensor host_pictures(const std::uint8_t* pictures, std::size_t count, data::Size size) {
  return view_bytes(pictures, {signed_size(count), size.height, size.width, 3});
}

torch::Tensor host_targets(const data::Batch& batch) {
  if (batch.masks != nullptr) {
    return view_bytes(batch.masks, {signed_size(batch.count), batch.size.height, batch.size.width});
  }
  if (!batch.label_sets.empty()) {
    const auto count = signed_size(batch.count);
    return view_bytes(batch.label_sets.data(),
                      {count, signed_size(batch.label_sets.size()) / count});
  }
  if (batch.labels.empty() || batch.labels.front() < 0) return {};
  return torch::tensor(batch.labels, torch::kLong);
}

torch::Tensor normalize_for(const torch::Tensor& pictures, const Runtime& runtime,
                            const data::Normalization& normalization) {
  return ops::normalize(pictures, normalization.mean, normalization.std, runtime.compute,
                        runtime.channels_last);
}

}  // namespace

#ifdef CARICA_HAVE_CUDA

// Copies on a stream of its own. A slab must outlive the copy that reads it: copies under way keep
// their batch.
struct Feed::Copier {
  explicit Copier(torch::Device device)
      : stream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  struct UnderWay {
    at::cuda::CUDAEvent done;
    std::shared_ptr<const data::Batch> batch;
  };

  // To the device; work submitted to the current stream afterwards sees the result.
  torch::Tensor copy(const torch::Tensor& host, torch::Device device) {
    torch::Tensor result;
    {
      c10::cuda::CUDAStreamGuard guard(stream);
      result = host.to(device, /*non_blocking=*/true);
    }
    const auto current = c10::cuda::getCurrentCUDAStream(device.index());
    result.record_stream(c10::Stream(current));
    return result;
  }

  void finish(std::shared_ptr<const data::Batch> batch, torch::Device device) {
    at::cuda::CUDAEvent done;
    done.record(stream);
    done.block(c10::cuda::getCurrentCUDAStream(device.index()));
    under_way.push_back({std::move(done), std::move(batch)});
    while (under_way.size() > 1 && under_way.front().done.query()) under_way.pop_front();
  }

  // A GPU that has failed fails here again, while its first error is on its way out.
  ~Copier() {
    try {
      stream.synchronize();
    } catch (const std::exception& error) {
      log_error(cat("copies to the GPU: ", error.what()));
    }
  }

  c10::cuda::CUDAStream stream;
  std::deque<UnderWay> under_way;
};

data::SlabMemory slab_memory(const Runtime& runtime) {
  if (!runtime.device.is_cuda()) return {};
  return {[device = runtime.device](std::size_t bytes) {
            // From any worker's thread, whose current device is the first.
            const c10::cuda::CUDAGuard guard(device);
            void* memory = nullptr;
            if (cudaHostAlloc(&memory, bytes, cudaHostAllocDefault) != cudaSuccess) {
              throw Error(ErrorCode::kIo,
                          cat("cannot get ", byte_size(bytes), " of page-locked memory"),
                          "lower loader.batch_size or loader.prefetch");
            }
            return memory;
          },
          [](void* memory) { cudaFreeHost(memory); }};
}

#else

struct Feed::Copier {};

data::SlabMemory slab_memory(const Runtime&) { return {}; }

#endif

Feed::Feed(data::Loader& loader, const Runtime& runtime, const data::Normalization& normalization)
    : loader_(loader), runtime_(runtime), normalization_(normalization) {
#ifdef CARICA_HAVE_CUDA
  if (runtime_.device.is_cuda()) copier_ = std::make_unique<Copier>(runtime_.device);
#endif
}

Feed::~Feed() = default;

void Feed::start(std::uint64_t epoch, std::size_t first_batch) {
  loader_.start(epoch, first_batch);
  ahead_ = {};
  has_ahead_ = false;
}

DeviceBatch Feed::load(std::shared_ptr<const data::Batch> batch) {
  DeviceBatch result;
  auto pictures = host_pictures(batch->pictures, batch->count, batch->size);
  auto targets = host_targets(*batch);
#ifdef CARICA_HAVE_CUDA
  if (copier_) {
    pictures = copier_->copy(pictures, runtime_.device);
    if (targets.defined()) targets = copier_->copy(targets, runtime_.device);
    copier_->finish(batch, runtime_.device);
  }
#endif
  result.pictures = normalize_for(pictures, runtime_, normalization_);
  result.targets = targets;
  result.source = std::move(batch);
  return result;
}

bool Feed::next(DeviceBatch& batch) {
  if (!copier_) {
    batch = {};  // gives its slab back before the loader is asked for another
    auto source = loader_.next();
    if (!source) return false;
    batch = load(std::move(source));
    return true;
  }
  if (!has_ahead_) {
    auto first = loader_.next();
    if (!first) return false;
    ahead_ = load(std::move(first));
  }
  batch = std::move(ahead_);
  auto following = loader_.next();
  has_ahead_ = following != nullptr;
  if (has_ahead_) ahead_ = load(std::move(following));
  return true;
}

torch::Tensor normalized(const std::uint8_t* pictures, std::size_t count, data::Size size,
                         const Runtime& runtime, const data::Normalization& normalization) {
  return normalize_for(host_pictures(pictures, count, size).to(runtime.device), runtime,
                       normalization);
}

}  // namespace carica::eval
