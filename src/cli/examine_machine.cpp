#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/version.h>

#ifdef CARICA_HAVE_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <cuda_runtime_api.h>
#endif

#include <algorithm>
#include <filesystem>
#include <thread>

#include "cli/doctor.h"
#include "core/heap.h"
#include "core/text.h"
#include "data/images/image_io.h"

namespace carica::cli {

namespace {

using Grade = Finding::Grade;

Finding examine_torch() {
  Finding finding{Grade::kGood, "torch",
                  cat("LibTorch ", TORCH_VERSION, ", ", at::get_num_threads(), " compute threads"),
                  ""};
  // The library that is loaded may be another than the one compiled against.
  const std::string config = at::show_config();
  if (config.find("BLAS_INFO") == std::string::npos) finding.text += "; no BLAS";
  return finding;
}

Finding examine_processor() {
  const auto capability = at::get_cpu_capability();
  Finding finding{Grade::kGood, "processor",
                  cat(std::thread::hardware_concurrency(), " cores, kernels for ", capability), ""};
  if (capability == "DEFAULT") {
    finding.grade = Grade::kNote;
    finding.hint = "torch uses no AVX2 here: training on this CPU is slow";
  }
  return finding;
}

std::vector<Finding> examine_cuda() {
  std::vector<Finding> findings;
#ifdef CARICA_HAVE_CUDA
  int driver = 0, runtime = 0;
  cudaRuntimeGetVersion(&runtime);
  const bool has_driver = cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0;
  findings.push_back(
      {Grade::kGood, "CUDA", cat("built for CUDA ", runtime / 1000, ".", runtime % 1000 / 10), ""});
  if (!has_driver) {
    findings.push_back({Grade::kNote, "driver", "no NVIDIA driver; training runs on the CPU",
                        "on a machine with a GPU, install its driver"});
    return findings;
  }
  const bool old = driver / 1000 < runtime / 1000;
  findings.push_back({old ? Grade::kBad : Grade::kGood, "driver",
                      cat("supports CUDA ", driver / 1000, ".", driver % 1000 / 10),
                      old ? cat("this torch needs a driver for CUDA ", runtime / 1000,
                                ": update the driver, or use a torch built for an older CUDA")
                          : ""});
  const int gpus = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
  if (gpus == 0)
    findings.push_back(
        {Grade::kNote, "GPU", "none usable", "check nvidia-smi and CUDA_VISIBLE_DEVICES"});
  for (int i = 0; i < gpus; ++i) {
    const auto* properties = at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(i));
    findings.push_back({Grade::kGood, cat("GPU ", i),
                        cat(properties->name, ", ", byte_size(properties->totalGlobalMem), ", sm_",
                            properties->major, properties->minor,
                            properties->major >= 8 ? ", bf16" : ", no fast bf16"),
                        ""});
  }
  if (gpus > 0) {
    const bool cudnn = torch::cuda::cudnn_is_available();
    findings.push_back(
        {cudnn ? Grade::kGood : Grade::kBad, "cuDNN",
         cudnn ? cat("version ", at::detail::getCUDAHooks().versionRuntimeCuDNN()) : "missing",
         cudnn ? "" : "install torch with its cuDNN"});
  }
#else
  findings.push_back({Grade::kNote, "CUDA",
                      "this program was built without CUDA; training runs on the CPU",
                      "build against a LibTorch with CUDA to use a GPU"});
#endif
  return findings;
}

// Tries each codec on a picture made here, rather than believing a list.
Finding examine_codecs() {
  data::Picture picture;
  picture.size = {16, 16};
  picture.pixels.assign(16 * 16 * 3, 120);
  std::vector<std::string> broken;
  try {
    data::decode_picture(data::encode_jpeg(picture), "self-made JPEG");
  } catch (const std::exception&) {
    broken.emplace_back("JPEG");
  }
  try {
    data::decode_picture(data::encode_png(picture), "self-made PNG");
  } catch (const std::exception&) {
    broken.emplace_back("PNG");
  }
  if (broken.empty())
    return {Grade::kGood, "pictures", "JPEG and PNG are written and read back", ""};
  return {Grade::kBad, "pictures", cat("does not work: ", join(broken)),
          "reinstall OpenCV's imgcodecs and libjpeg-turbo"};
}

Finding examine_allocator() {
  const Heap& now = heap();
  if (!now.keeps_freed) {
    return {Grade::kNote, "allocator", "malloc's own settings",
            "unset CARICA_MALLOC: big CPU tensors are up to 3x faster"};
  }
  std::string message = "freed memory is kept";
  if (now.huge_bytes > 0) message += cat("; huge pages for up to ", now.huge_bytes >> 30, " GiB");
  return {Grade::kGood, "allocator", message, ""};
}

Finding examine_space(const char* subject, const char* folder, std::uint64_t wanted,
                      const char* hint) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return {Grade::kNote, subject, cat(folder, ": ", error.message()), ""};
  const bool little = space.available < wanted;
  return {little ? Grade::kNote : Grade::kGood, subject,
          cat(byte_size(space.available), " free in ", folder), little ? hint : ""};
}

}  // namespace

std::vector<Finding> examine_machine() {
  std::vector<Finding> findings = {examine_torch(), examine_processor()};
  for (auto& finding : examine_cuda()) findings.push_back(std::move(finding));
  findings.push_back(examine_codecs());
  findings.push_back(examine_allocator());
  findings.push_back(examine_space("disk", ".", 1ull << 30,
                                   "checkpoints may not fit: free some space, or set run_dir"));
  findings.push_back(examine_space("shared memory", "/dev/shm", 64ull << 20,
                                   "in a container, raise --shm-size for multi-GPU runs"));
  return findings;
}

}  // namespace carica::cli
