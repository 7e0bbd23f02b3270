#include "data/loading/loader.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <opencv2/core.hpp>
#include <unordered_set>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "core/thread_pool.h"
#include "data/loading/batch_maker.h"
#include "data/loading/slab_pool.h"

namespace carica::data {
namespace {

using Clock = std::chrono::steady_clock;

void check(const Dataset* dataset, const Pipeline* pipeline, const Sampler& sampler,
           const LoaderOptions& options) {
  if (!dataset || !pipeline) {
    throw Error(ErrorCode::kUsage, "loader: a data set and a pipeline must be given");
  }
  if (options.batch_size == 0) {
    throw Error(ErrorCode::kUsage, "loader: batch_size = 0; must be at least 1");
  }
  if (sampler.size > dataset->size()) {
    throw Error(ErrorCode::kUsage, cat("loader: the sampler counts ", sampler.size,
                                       " samples; the data set has ", dataset->size()));
  }
  if (static_cast<bool>(options.memory.allocate) != static_cast<bool>(options.memory.release)) {
    throw Error(ErrorCode::kUsage, "loader: SlabMemory needs both of allocate and release");
  }
}

}  // namespace

struct Loader::Impl {
  Impl(std::shared_ptr<const Dataset> dataset, Sampler order_of_epochs,
       std::shared_ptr<const Pipeline> pipeline, LoaderOptions given)
      : options(std::move(given)),
        sampler(order_of_epochs),
        batches(options.drop_last
                    ? sampler.share() / options.batch_size
                    : (sampler.share() + options.batch_size - 1) / options.batch_size),
        window(options.workers == 0 ? 1 : std::max<std::size_t>(1, options.prefetch)),
        next_to_make(batches),
        workers(options.workers) {
    recipe = std::make_shared<const BatchRecipe>(BatchRecipe{
        std::move(dataset), std::move(pipeline), std::make_shared<SlabPool>(options.memory),
        std::min(options.batch_size, sampler.share()), options.keep_own_masks, options.skip_bad,
        options.decoding, options.seed, options.label_classes, std::make_shared<StageClock>()});
    // The workers are the parallelism; OpenCV's own threads, a setting of the process, would only
    // get in their way.
    cv::setNumThreads(0);
  }

  ~Impl() { drop_work_under_way(); }

  void drop_work_under_way() {
    for (const auto& maker : under_way) maker->cancel();
    workers.clear();
    under_way.clear();
  }

  void fill_window() {
    while (under_way.size() < window && next_to_make < batches) {
      const std::size_t begin = next_to_make * options.batch_size;
      const std::size_t end = std::min(begin + options.batch_size, order.size());
      std::vector<std::int64_t> indices(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                        order.begin() + static_cast<std::ptrdiff_t>(end));
      auto maker = std::make_shared<BatchMaker>(recipe, epoch, next_to_make, std::move(indices));
      under_way.push_back(maker);
      ++next_to_make;
      const std::size_t helpers = std::clamp<std::size_t>(workers.size(), 1, end - begin);
      for (std::size_t i = 0; i < helpers; ++i) workers.submit([maker] { maker->work(); });
      read_ahead();
    }
  }

  // Files of batches behind the window: a disk or a network reads them while others are decoded.
  void read_ahead() {
    if (options.read_ahead == 0) return;
    const std::size_t last = std::min(batches, next_to_make + options.read_ahead);
    for (next_to_fetch = std::max(next_to_fetch, next_to_make); next_to_fetch < last;
         ++next_to_fetch) {
      const std::size_t begin = next_to_fetch * options.batch_size;
      const std::size_t end = std::min(begin + options.batch_size, order.size());
      std::vector<std::int64_t> indices(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                        order.begin() + static_cast<std::ptrdiff_t>(end));
      workers.submit([dataset = recipe->dataset, indices = std::move(indices)] {
        for (const std::int64_t index : indices) dataset->fetch(static_cast<std::size_t>(index));
      });
    }
  }

  // The first batch under way, complete; null at the end of the epoch.
  std::shared_ptr<BatchMaker> wait_for_first() {
    const Clock::time_point begin = Clock::now();
    fill_window();
    if (under_way.empty()) return nullptr;
    const std::shared_ptr<BatchMaker> maker = under_way.front();
    maker->wait();
    under_way.pop_front();
    waited += std::chrono::duration<double>(Clock::now() - begin).count();
    if (options.workers > 0) fill_window();
    return maker;
  }

  void note_bad(const BatchMaker& maker) {
    for (const BadSample& sample : maker.bad()) {
      if (!bad_indices.insert(sample.index).second) continue;
      const auto place = static_cast<std::size_t>(sample.index);
      bad.push_back({recipe->dataset->item(place).name, sample.reason});
    }
    const std::size_t total = recipe->dataset->size();
    if (static_cast<double>(bad.size()) <= options.max_bad_fraction * static_cast<double>(total)) {
      return;
    }
    constexpr std::size_t kNamed = 5;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(kNamed, bad.size()); ++i) names.push_back(bad[i].name);
    if (bad.size() > kNamed) names.push_back("...");
    throw Error(ErrorCode::kData,
                cat("data: ", bad.size(), " of ", total, " pictures are bad (", join(names),
                    "; the first: ", bad[0].reason, "); at most a share of ",
                    number(options.max_bad_fraction), " is allowed"),
                "repair or remove these files, or raise data.max_bad_fraction");
  }

  const LoaderOptions options;
  const Sampler sampler;
  const std::size_t batches, window;
  std::shared_ptr<const BatchRecipe> recipe;

  std::uint64_t epoch = 0;
  std::vector<std::int64_t> order;
  std::size_t next_to_make;
  std::size_t next_to_fetch = 0;
  std::deque<std::shared_ptr<BatchMaker>> under_way;  // in the order of the epoch
  double waited = 0;
  std::vector<BadFile> bad;  // noted when their batch is due, so that the order is no accident
  std::unordered_set<std::int64_t> bad_indices;
  ThreadPool workers;  // last: joined before anything above goes
};

Loader::Loader(std::shared_ptr<const Dataset> dataset, Sampler sampler,
               std::shared_ptr<const Pipeline> pipeline, LoaderOptions options) {
  check(dataset.get(), pipeline.get(), sampler, options);
  impl_ =
      std::make_unique<Impl>(std::move(dataset), sampler, std::move(pipeline), std::move(options));
}

Loader::~Loader() = default;

std::size_t Loader::batches() const { return impl_->batches; }

void Loader::start(std::uint64_t epoch, std::size_t first_batch) {
  impl_->drop_work_under_way();
  impl_->epoch = epoch;
  impl_->order = impl_->sampler.epoch(epoch);
  impl_->next_to_make = std::min(first_batch, impl_->batches);
  impl_->next_to_fetch = 0;
  impl_->waited = 0;
  impl_->recipe->clock->reset();
  if (impl_->options.workers > 0) impl_->fill_window();
}

std::shared_ptr<const Batch> Loader::next() {
  while (const std::shared_ptr<BatchMaker> maker = impl_->wait_for_first()) {
    impl_->note_bad(*maker);
    std::shared_ptr<const Batch> batch = maker->take();
    if (batch->count > 0) return batch;
  }
  return nullptr;
}

double Loader::wait_seconds() const { return impl_->waited; }

StageSeconds Loader::stage_seconds() const { return impl_->recipe->clock->read(); }

std::vector<BadFile> Loader::bad_files() const { return impl_->bad; }

}  // namespace carica::data
