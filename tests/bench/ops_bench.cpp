// carica's operators against torch's: each case runs both in turn, in one process, and counts the
// median of torch's time / ours in `ratio`. Results are allocated inside the timed region, on both
// sides. The program's allocator settings are used, unless CARICA_MALLOC=system.
//
// `share` is what ours achieves of the machine's copying: the bytes that must be read and written,
// over those of a copy loop with streaming stores in the same time.
//
// CARICA_BENCH_DEVICE=cuda times the CUDA kernels: as many calls as fill some milliseconds, and one
// wait at their end. It adds the batches of a GPU, and bf16 as autocast has it, where softmax gives
// float32 and torch computes losses in float32. The same calls recorded in a CUDA graph and
// replayed (graph_...) leave out what the host does for each.
#include <ATen/autocast_mode.h>
#ifdef CARICA_HAVE_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#endif
#include <benchmark/benchmark.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/functional/upsampling.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "core/heap.h"
#include "core/text.h"
#include "ops/cross_entropy.h"
#include "ops/softmax.h"
#include "ops/upsample.h"

namespace carica {
namespace {

namespace F = torch::nn::functional;
using Shape = std::vector<std::int64_t>;

// Ours and torch's; each call allocates its results. `bytes` must be read or written.
struct Pair {
  std::function<void()> ours, torchs;
  double bytes;
};

torch::Device device() {
  static const torch::Device chosen = [] {
    const char* name = std::getenv("CARICA_BENCH_DEVICE");
    return torch::Device(name == nullptr ? "cpu" : name);
  }();
  return chosen;
}

double elapsed(const std::function<void()>& run, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) run();
  if (device().is_cuda()) torch::cuda::synchronize();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / calls;
}

// Calls between two waits: one on a CPU, on a GPU what takes 2 ms.
int calls_of(const std::function<void()>& run) {
  run();
  if (!device().is_cuda()) return 1;
  elapsed(run, 3);
  return std::clamp(static_cast<int>(2e-3 / elapsed(run, 3)), 1, 100);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Seconds of copying one byte, read and written: the best that memory gives.
double copy_seconds_per_byte() {
  static const double value = [] {
    const std::int64_t count = device().is_cuda() ? 256 << 20 : 8 << 20;
    const auto from = torch::ones({count}, device()), to = torch::empty_like(from);
    const auto copy = [&] { to.copy_(from); };
    const int calls = calls_of(copy);
    std::vector<double> times;
    for (int i = 0; i < 9; ++i) times.push_back(elapsed(copy, calls));
    return *std::min_element(times.begin(), times.end()) / (2.0 * from.nbytes());
  }();
  return value;
}

#ifdef CARICA_HAVE_CUDA
// What replays so many calls, which the current stream has recorded.
std::function<void()> recorded(const std::function<void()>& run, int calls) {
  const auto graph = std::make_shared<at::cuda::CUDAGraph>();
  torch::cuda::synchronize();
  // While a graph is recorded, no memory that earlier ones had can be given back.
  c10::cuda::CUDACachingAllocator::emptyCache();
  graph->capture_begin();
  for (int i = 0; i < calls; ++i) run();
  graph->capture_end();
  return [graph] { graph->replay(); };
}

void compare_graphs(benchmark::State& state, const Pair& pair, int our_calls, int their_calls) {
  const auto replay_ours = recorded(pair.ours, our_calls);
  const auto replay_theirs = recorded(pair.torchs, their_calls);
  std::vector<double> ours, theirs;
  for (double spent = 0; spent < 0.03 || ours.size() < 5;) {
    ours.push_back(elapsed(replay_ours, 1) / our_calls);
    theirs.push_back(elapsed(replay_theirs, 1) / their_calls);
    spent += ours.back() * our_calls + theirs.back() * their_calls;
  }
  state.counters["graph_ms"] = 1e3 * median(ours);
  state.counters["graph_torch_ms"] = 1e3 * median(theirs);
  state.counters["graph_ratio"] = median(theirs) / median(ours);
  state.counters["graph_share"] = pair.bytes * copy_seconds_per_byte() / median(ours);
}
#endif

void compare(benchmark::State& state, const std::function<Pair()>& make) {
#ifdef CARICA_HAVE_CUDA
  // Graphs are recorded on a stream of their own, on which the forward pass must run, too.
  c10::cuda::OptionalCUDAStreamGuard stream;
  if (device().is_cuda()) stream.reset_stream(c10::cuda::getStreamFromPool());
#endif
  const auto pair = make();
  const int our_calls = calls_of(pair.ours), their_calls = calls_of(pair.torchs);
  const double enough = device().is_cuda() ? 0.06 : 0.4;
  std::vector<double> ours, theirs;
  double spent = 0;
  while (spent < enough || ours.size() < 5) {
    ours.push_back(elapsed(pair.ours, our_calls));
    theirs.push_back(elapsed(pair.torchs, their_calls));
    spent += ours.back() * our_calls + theirs.back() * their_calls;
  }
  for (auto _ : state) state.SetIterationTime(median(ours));
  state.counters["torch_ms"] = 1e3 * median(theirs);
  state.counters["ratio"] = median(theirs) / median(ours);
  state.counters["share"] = pair.bytes * copy_seconds_per_byte() / median(ours);
#ifdef CARICA_HAVE_CUDA
  if (device().is_cuda()) compare_graphs(state, pair, our_calls, their_calls);
#endif
}

torch::Tensor random_values(const Shape& shape, torch::ScalarType type, bool channels_last) {
  auto x = (torch::randn(shape, device()) * 4).to(type);
  return channels_last ? x.contiguous(torch::MemoryFormat::ChannelsLast) : x;
}

torch::Tensor random_labels(const Shape& logits, std::int64_t height = 0, std::int64_t width = 0) {
  Shape shape = logits;
  shape.erase(shape.begin() + 1);
  if (height > 0) shape = {logits[0], height, width};
  return torch::randint(0, logits[1], shape, torch::device(device()).dtype(torch::kLong));
}

// ---- what is compared

Pair softmax_forward(const Shape& shape, std::int64_t dim, torch::ScalarType type) {
  const auto x = random_values(shape, type, false);
  return {[=] { benchmark::DoNotOptimize(ops::softmax(x, dim)); },
          [=] { benchmark::DoNotOptimize(torch::softmax(x, dim)); },
          static_cast<double>(x.nbytes() + ops::softmax(x, dim).nbytes())};
}

Pair log_softmax_forward(const Shape& shape, std::int64_t dim, torch::ScalarType type) {
  const auto x = random_values(shape, type, false);
  return {[=] { benchmark::DoNotOptimize(ops::log_softmax(x, dim)); },
          [=] { benchmark::DoNotOptimize(torch::log_softmax(x, dim)); }, 2.0 * x.nbytes()};
}

Pair softmax_backward(const Shape& shape, std::int64_t dim, torch::ScalarType type) {
  const auto x = random_values(shape, type, false).requires_grad_();
  const auto ours = ops::softmax(x, dim), theirs = torch::softmax(x, dim);
  const auto upstream = torch::randn_like(ours.detach());
  const auto run = [=](const torch::Tensor& y) {
    benchmark::DoNotOptimize(torch::autograd::grad({y}, {x}, {upstream}, /*retain_graph=*/true));
  };
  return {[=] { run(ours); }, [=] { run(theirs); },
          static_cast<double>(ours.nbytes() + upstream.nbytes() + x.nbytes())};
}

Pair cross_entropy(const Shape& shape, torch::ScalarType type, bool channels_last, bool backward) {
  const auto x = random_values(shape, type, channels_last).requires_grad_(backward);
  const auto y = random_labels(shape), bytes = y.to(torch::kByte);
  const auto run = [=](const torch::Tensor& loss) {
    if (backward) benchmark::DoNotOptimize(torch::autograd::grad({loss}, {x}));
  };
  // uint8 targets are what masks are; torch wants int64 ones.
  return {[=] { run(ops::cross_entropy(x, bytes)); }, [=] { run(F::cross_entropy(x, y)); },
          (backward ? 2.0 : 1.0) * x.nbytes()};
}

torch::Tensor interpolated(const torch::Tensor& x, std::int64_t height, std::int64_t width) {
  return F::interpolate(x, F::InterpolateFuncOptions()
                               .size(Shape{height, width})
                               .mode(torch::kBilinear)
                               .align_corners(false));
}

Pair upsample_cross_entropy(const Shape& shape, std::int64_t height, std::int64_t width,
                            torch::ScalarType type, bool backward) {
  const auto x = random_values(shape, type, false).requires_grad_(backward);
  const auto y = random_labels(shape, height, width), bytes = y.to(torch::kByte);
  const auto run = [=](const torch::Tensor& loss) {
    if (backward) benchmark::DoNotOptimize(torch::autograd::grad({loss}, {x}));
  };
  return {[=] { run(ops::upsample_cross_entropy(x, bytes)); },
          [=] { run(F::cross_entropy(interpolated(x, height, width), y)); },
          (backward ? 2.0 : 1.0) * x.nbytes() + bytes.nbytes()};
}

Pair upsample_argmax(const Shape& shape, std::int64_t height, std::int64_t width,
                     torch::ScalarType type) {
  const auto x = random_values(shape, type, false);
  return {
      [=] { benchmark::DoNotOptimize(ops::upsample_argmax(x, height, width)); },
      [=] { benchmark::DoNotOptimize(interpolated(x, height, width).argmax(1).to(torch::kByte)); },
      x.nbytes() + static_cast<double>(shape[0] * height * width)};
}

// ---- the cases

void add(const std::string& name, const std::function<Pair()>& make, bool autocast = false) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [make, autocast](benchmark::State& state) {
                                 const torch::AutoGradMode grad(true);
                                 at::autocast::set_autocast_enabled(device().type(), autocast);
                                 compare(state, make);
                                 at::autocast::set_autocast_enabled(device().type(), false);
                               })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

std::string text(const Shape& shape) {
  std::vector<std::string> sizes;
  for (const auto size : shape) sizes.push_back(std::to_string(size));
  return "[" + join(sizes, ",") + "]";
}

void add_softmaxes(torch::ScalarType type, const std::string& kind) {
  std::vector<std::pair<Shape, std::int64_t>> softmaxes = {// last dim
                                                           {{4000000, 2}, 1},
                                                           {{2000000, 3}, 1},
                                                           {{2000000, 5}, 1},
                                                           {{1000000, 10}, 1},
                                                           {{524288, 21}, 1},
                                                           {{262144, 64}, 1},
                                                           {{262144, 100}, 1},
                                                           {{100000, 150}, 1},
                                                           {{65536, 257}, 1},
                                                           {{32768, 1000}, 1},
                                                           {{16384, 1025}, 1},
                                                           {{8192, 4096}, 1},
                                                           {{2048, 16384}, 1},
                                                           {{512, 65536}, 1},
                                                           {{16, 1 << 20}, 1},
                                                           // small ones
                                                           {{64, 10}, 1},
                                                           {{256, 10}, 1},
                                                           {{64, 1000}, 1},
                                                           {{128, 100}, 1},
                                                           // dim 1 of maps
                                                           {{8, 2, 256, 256}, 1},
                                                           {{2, 19, 128, 128}, 1},
                                                           {{2, 21, 512, 512}, 1},
                                                           {{2, 19, 768, 768}, 1},
                                                           {{2, 150, 128, 128}, 1},
                                                           {{2, 150, 513, 512}, 1},
                                                           {{1, 19, 1024, 1024}, 1},
                                                           {{1, 1000, 128, 128}, 1},
                                                           {{2, 21, 33, 31}, 1},
                                                           {{4, 7, 129, 127}, 1},
                                                           {{2, 21, 513, 513}, 1},
                                                           {{2, 150, 257, 257}, 1},
                                                           {{400, 512, 7, 7}, 1},
                                                           // dim 0 and the middle
                                                           {{8192, 8192}, 0},
                                                           {{100, 100000}, 0},
                                                           {{64, 12, 128, 128}, 2},
                                                           {{16, 300, 999}, 1}};
  if (device().is_cuda()) {
    softmaxes.insert(softmaxes.end(), {{{16, 21, 512, 512}, 1},
                                       {{16, 150, 512, 512}, 1},
                                       {{262144, 1000}, 1},
                                       {{65536, 4096}, 1},
                                       {{4096, 65536}, 1}});
  }
  for (const auto& [shape, dim] : softmaxes) {
    add(cat("softmax/", kind, "/", text(shape), "/dim", dim),
        [=, s = shape, d = dim] { return softmax_forward(s, d, type); });
    add(cat("softmax_backward/", kind, "/", text(shape), "/dim", dim),
        [=, s = shape, d = dim] { return softmax_backward(s, d, type); });
  }
  const std::pair<Shape, std::int64_t> log_softmaxes[] = {
      {{1000000, 10}, 1},      {{524288, 21}, 1},      {{262144, 64}, 1},
      {{262144, 100}, 1},      {{65536, 257}, 1},      {{32768, 1000}, 1},
      {{8192, 4096}, 1},       {{512, 65536}, 1},      {{64, 1000}, 1},
      {{8, 2, 256, 256}, 1},   {{2, 19, 128, 128}, 1}, {{2, 21, 512, 512}, 1},
      {{2, 150, 512, 512}, 1}, {{2, 21, 513, 513}, 1}};
  for (const auto& [shape, dim] : log_softmaxes) {
    add(cat("log_softmax/", kind, "/", text(shape), "/dim", dim),
        [=, s = shape, d = dim] { return log_softmax_forward(s, d, type); });
  }
}

// float32 of bf16, and gradients in bf16.
void add_softmaxes_under_autocast() {
  for (const auto& shape :
       {Shape{1000000, 10}, Shape{262144, 100}, Shape{32768, 1000}, Shape{8192, 4096},
        Shape{2, 21, 512, 512}, Shape{16, 21, 512, 512}, Shape{2, 150, 512, 512}}) {
    add(
        cat("softmax/bf16-autocast/", text(shape), "/dim1"),
        [=] { return softmax_forward(shape, 1, torch::kBFloat16); }, /*autocast=*/true);
    add(
        cat("softmax_backward/bf16-autocast/", text(shape), "/dim1"),
        [=] { return softmax_backward(shape, 1, torch::kBFloat16); }, /*autocast=*/true);
  }
}

void add_losses(torch::ScalarType type, const std::string& kind, bool autocast) {
  std::vector<std::tuple<Shape, bool>> losses = {
      {{64, 10}, false},           {{256, 1000}, false},       {{100000, 10}, false},
      {{32768, 1000}, false},      {{2, 21, 512, 512}, false}, {{2, 21, 512, 512}, true},
      {{2, 150, 512, 512}, false}, {{2, 150, 512, 512}, true}, {{8, 2, 256, 256}, false},
      {{4, 11, 360, 480}, false},  {{2, 19, 127, 129}, false}};
  if (device().is_cuda()) {
    losses.insert(
        losses.end(),
        {{{16, 21, 512, 512}, false}, {{16, 21, 512, 512}, true}, {{16, 150, 512, 512}, false}});
  }
  for (const auto& [shape, channels_last] : losses) {
    for (const bool backward : {false, true}) {
      add(
          cat("cross_entropy", backward ? "_both" : "", "/", kind, "/", text(shape),
              channels_last ? "/channels_last" : ""),
          [=, s = shape, cl = channels_last] { return cross_entropy(s, type, cl, backward); },
          autocast);
    }
  }
  std::vector<std::tuple<Shape, int, int>> upsamples = {
      {{2, 19, 64, 64}, 512, 512}, {{2, 21, 64, 64}, 512, 512},  {{2, 150, 64, 64}, 512, 512},
      {{2, 21, 65, 65}, 513, 513}, {{4, 11, 90, 120}, 360, 480}, {{2, 19, 128, 128}, 512, 512},
      {{2, 19, 64, 64}, 500, 333}};
  if (device().is_cuda()) {
    upsamples.insert(upsamples.end(),
                     {{{16, 21, 65, 65}, 513, 513}, {{16, 150, 65, 65}, 513, 513}});
  }
  for (const auto& [shape, height, width] : upsamples) {
    for (const bool backward : {false, true}) {
      add(
          cat("upsample_cross_entropy", backward ? "_both" : "", "/", kind, "/", text(shape), "/",
              height, "x", width),
          [=, s = shape, h = height, w = width] {
            return upsample_cross_entropy(s, h, w, type, backward);
          },
          autocast);
    }
  }
}

void add_argmaxes(torch::ScalarType type, const std::string& kind) {
  for (const auto& shape : {Shape{8, 19, 64, 64}, Shape{2, 150, 64, 64}, Shape{8, 2, 128, 128}}) {
    add(cat("upsample_argmax/", kind, "/", text(shape), "/512x512"),
        [=] { return upsample_argmax(shape, 512, 512, type); });
  }
}

}  // namespace
}  // namespace carica

int main(int argc, char** argv) {
  carica::tune_heap();  // as the program does, for both sides
  benchmark::Initialize(&argc, argv);
  for (const auto& [type, kind] :
       {std::pair(torch::kFloat, "float32"), std::pair(torch::kBFloat16, "bf16")}) {
    carica::add_softmaxes(type, kind);
    carica::add_losses(type, kind, /*autocast=*/false);
    carica::add_argmaxes(type, kind);
  }
  if (carica::device().is_cuda()) {
    carica::add_softmaxes_under_autocast();
    carica::add_losses(torch::kBFloat16, "bf16-autocast", /*autocast=*/true);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
