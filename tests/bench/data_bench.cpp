// The loader against a naive OpenCV pipeline (imdecode, crop, resize, flip, float, normalise,
// planes: one sample after the other on one thread), on photographs of the user's:
// CARICA_BENCH_PHOTOS names their folder. Both are timed in turn, epoch by epoch, in one process,
// from files in the page cache; counters are medians of their rates in pictures per second, and
// `ratio` the median of candidate / peer. Shards are packed into a temporary folder first.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
// jpeglib.h needs FILE before it.
#include <jpeglib.h>

#include "core/file_system.h"
#include "core/heap.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "data/loading/loader.h"
#include "data/shards/pack.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kSide = 224, kBatch = 50, kRounds = 9;

double seconds_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The photographs as a data set of one class, or the shards that were made of them.
struct Photos {
  fs::path folder, scratch;
  std::vector<std::string> files;

  Photos() {
    const char* name = std::getenv("CARICA_BENCH_PHOTOS");
    if (name == nullptr) return;
    folder = name;
    scratch = fs::temp_directory_path() / cat("carica-bench-", ::getpid());
    fs::create_directories(scratch / "data");
    fs::create_directory_symlink(fs::absolute(folder), scratch / "data" / "photo");
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
  }
  ~Photos() {
    if (!scratch.empty()) fs::remove_all(scratch);
  }

  config::Config config() const {
    config::Config config;
    config.data.root = (scratch / "data").string();
    config.data.split.train = 1;
    config.data.split.val = config.data.split.test = 0;
    return config;
  }
  std::shared_ptr<const Dataset> dataset() const { return open_datasets(config()).train; }
  std::shared_ptr<const Dataset> shards(StoredPicture picture, int side) const {
    const auto target = scratch / cat("shards", static_cast<int>(picture), "-", side);
    PackOptions options;
    options.picture = picture;
    options.short_side = side;
    options.threads = 2;
    auto with = config();
    pack(with, open_datasets(with), options, FileSystem::real(), target, [](auto, auto) {});
    with.data.cache = "shards";
    with.data.shards = target.string();
    return open_datasets(with).train;
  }
};

Photos& photos() {
  static Photos all;
  return all;
}

// What a user writes who knows OpenCV and no more.
void naive_epoch(const std::vector<std::string>& files, std::uint32_t epoch) {
  std::mt19937 random(epoch);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<float> batch(static_cast<std::size_t>(kBatch) * 3 * kSide * kSide);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const cv::Mat picture = cv::imread(files[i], cv::IMREAD_COLOR);
    cv::Rect window(0, 0, picture.cols, picture.rows);
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double area = picture.total() * (0.08 + 0.92 * uniform(random));
      const double ratio = std::exp((2 * uniform(random) - 1) * std::log(4.0 / 3));
      const int width = cvRound(std::sqrt(area * ratio)), height = cvRound(std::sqrt(area / ratio));
      if (width > picture.cols || height > picture.rows) continue;
      window = {static_cast<int>(uniform(random) * (picture.cols - width + 1)),
                static_cast<int>(uniform(random) * (picture.rows - height + 1)), width, height};
      break;
    }
    cv::Mat resized, rgb, floats;
    cv::resize(picture(window), resized, {kSide, kSide}, 0, 0, cv::INTER_LINEAR);
    if (uniform(random) < 0.5) cv::flip(resized, resized, 1);
    cv::cvtColor(resized, rgb, cv::COLOR_BGR2RGB);
    rgb.convertTo(floats, CV_32FC3, 1.0 / 255);
    cv::subtract(floats, cv::Scalar(0.485, 0.456, 0.406), floats);
    cv::divide(floats, cv::Scalar(0.229, 0.224, 0.225), floats);
    float* to = batch.data() + i % kBatch * 3 * kSide * kSide;
    cv::Mat planes[3];
    for (int c = 0; c < 3; ++c) planes[c] = cv::Mat(kSide, kSide, CV_32F, to + c * kSide * kSide);
    cv::split(floats, planes);
  }
  benchmark::DoNotOptimize(batch.data());
}

// Entropy decoding alone, of whole files.
void entropy_epoch(const std::vector<std::string>& files) {
  PixelBytes bytes;
  for (const auto& file : files) {
    read_bytes(file.c_str(), bytes);
    jpeg_decompress_struct info;
    jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes.data(), static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&info, TRUE);
    jpeg_read_coefficients(&info);
    jpeg_destroy_decompress(&info);
  }
}

std::unique_ptr<Loader> loader_of(std::shared_ptr<const Dataset> dataset, std::size_t workers,
                                  Decoding decoding, std::size_t read_ahead = 0) {
  const std::vector<config::TransformOptions> transforms = {
      config::RandomResizedCrop{.size = {kSide}}, config::RandomHorizontalFlip{},
      config::Normalize{}};
  LoaderOptions options;
  options.batch_size = kBatch;
  options.workers = workers;
  options.decoding = decoding;
  options.read_ahead = read_ahead;
  const Sampler sampler{.size = dataset->size(), .shuffle = true};
  return std::make_unique<Loader>(dataset, sampler,
                                  std::make_shared<const Pipeline>(transforms, 255), options);
}

void loader_epoch(Loader& loader, std::uint64_t epoch) {
  loader.start(epoch);
  while (const auto batch = loader.next()) benchmark::DoNotOptimize(batch->pictures);
}

void compare(benchmark::State& state, const std::function<void(std::uint32_t)>& candidate,
             const std::function<void(std::uint32_t)>& peer) {
  const auto count = static_cast<double>(photos().files.size());
  for (auto _ : state) {
    candidate(0);
    peer(0);
    std::vector<double> ours, theirs, ratios;
    for (std::uint32_t round = 1; round <= kRounds; ++round) {
      const double b = seconds_of([&] { peer(round); });
      const double a = seconds_of([&] { candidate(round); });
      ours.push_back(count / a);
      theirs.push_back(count / b);
      ratios.push_back(b / a);
    }
    state.counters["rate"] = median(ours);
    state.counters["peer_rate"] = median(theirs);
    state.counters["ratio"] = median(ratios);
  }
}

void against_naive(benchmark::State& state, std::shared_ptr<const Dataset> dataset,
                   Decoding decoding) {
  const auto loader = loader_of(std::move(dataset), 0, decoding);
  compare(
      state, [&](auto epoch) { loader_epoch(*loader, epoch); },
      [&](auto epoch) { naive_epoch(photos().files, epoch); });
}

void against_entropy(benchmark::State& state) {
  const auto loader = loader_of(photos().dataset(), 0, Decoding::kReduced);
  compare(
      state, [&](auto epoch) { loader_epoch(*loader, epoch); },
      [&](auto) { entropy_epoch(photos().files); });
}

void two_workers(benchmark::State& state, std::shared_ptr<const Dataset> dataset) {
  const auto two = loader_of(dataset, 2, Decoding::kReduced);
  const auto one = loader_of(dataset, 1, Decoding::kReduced);
  compare(
      state, [&](auto epoch) { loader_epoch(*two, epoch); },
      [&](auto epoch) { loader_epoch(*one, epoch); });
}

// Drops the files from the page cache, as far as the system lets us.
void make_cold(const std::vector<std::string>& files) {
  for (const auto& file : files) {
    const int descriptor = ::open(file.c_str(), O_RDONLY);
    if (descriptor < 0) continue;
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
  }
}

// Files that are not in the page cache, read ahead or not.
void cold(benchmark::State& state, std::size_t workers) {
  const auto ahead = loader_of(photos().dataset(), workers, Decoding::kReduced, 2);
  const auto without = loader_of(photos().dataset(), workers, Decoding::kReduced);
  const auto count = static_cast<double>(photos().files.size());
  for (auto _ : state) {
    std::vector<double> ours, theirs, ratios;
    for (std::uint32_t round = 1; round <= kRounds; ++round) {
      make_cold(photos().files);
      const double b = seconds_of([&] { loader_epoch(*without, round); });
      make_cold(photos().files);
      const double a = seconds_of([&] { loader_epoch(*ahead, round); });
      ours.push_back(count / a);
      theirs.push_back(count / b);
      ratios.push_back(b / a);
    }
    state.counters["rate"] = median(ours);
    state.counters["peer_rate"] = median(theirs);
    state.counters["ratio"] = median(ratios);
  }
}

void add(const char* name, const std::function<void(benchmark::State&)>& body) {
  benchmark::RegisterBenchmark(name, body)->Iterations(1)->Unit(benchmark::kSecond);
}

}  // namespace
}  // namespace carica::data

int main(int argc, char** argv) {
  using namespace carica::data;
  benchmark::Initialize(&argc, argv);
  if (photos().files.empty()) {
    std::fputs("data_bench: CARICA_BENCH_PHOTOS must name a folder of photographs (JPEG)\n",
               stderr);
    return 2;
  }
  carica::tune_heap();  // as the program does, for both sides
  cv::setNumThreads(0);
  add("jpeg/reduced/naive",
      [](auto& s) { against_naive(s, photos().dataset(), Decoding::kReduced); });
  add("jpeg/exact/naive", [](auto& s) { against_naive(s, photos().dataset(), Decoding::kExact); });
  add("jpeg/reduced/entropy_alone", [](auto& s) { against_entropy(s); });
  add("jpeg/two_workers/one", [](auto& s) { two_workers(s, photos().dataset()); });
  for (const std::size_t workers : {1, 2, 8}) {
    add(carica::cat("cold/read_ahead/none/", workers, "_workers").c_str(),
        [workers](auto& s) { cold(s, workers); });
  }
  add("shards_jpeg_256/naive", [](auto& s) {
    against_naive(s, photos().shards(StoredPicture::kJpeg, 256), Decoding::kReduced);
  });
  add("shards_raw_256/naive", [](auto& s) {
    against_naive(s, photos().shards(StoredPicture::kRaw, 256), Decoding::kReduced);
  });
  add("shards_raw_256/two_workers/one",
      [](auto& s) { two_workers(s, photos().shards(StoredPicture::kRaw, 256)); });
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
