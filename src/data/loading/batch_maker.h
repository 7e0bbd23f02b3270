#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/loading/loader.h"
#include "data/loading/slab_pool.h"
#include "data/transforms/pixel_plan.h"

namespace carica::data {

/// Sums of times, from any thread.
class StageClock {
 public:
  void add(double open, double decode, double transform);
  void reset();
  StageSeconds read() const;

 private:
  std::atomic<std::int64_t> open_{0}, decode_{0}, transform_{0}, samples_{0};  // nanoseconds
};

/// What all batches of a loader have in common.
struct BatchRecipe {
  std::shared_ptr<const Dataset> dataset;
  std::shared_ptr<const Pipeline> pipeline;
  std::shared_ptr<SlabPool> slabs;
  std::size_t slab_samples = 0;  // room in a slab
  bool keep_own_masks = false;
  bool skip_bad = false;
  Decoding decoding = Decoding::kExact;
  std::uint64_t seed = 0;
  std::size_t label_classes = 0;
  std::shared_ptr<StageClock> clock;
};

/// A sample that could not be loaded and was left out.
struct BadSample {
  std::int64_t index = 0;
  std::string reason;
};

/// One batch in the making. Any number of threads share its samples one by one through work(), so
/// that a slow sample keeps one thread busy and not more. Results do not depend on who makes what:
/// of several failures the one of the first sample counts.
class BatchMaker {
 public:
  BatchMaker(std::shared_ptr<const BatchRecipe> recipe, std::uint64_t epoch, std::size_t number,
             std::vector<std::int64_t> indices);

  /// Makes samples until none is left to begin. Does not throw. The last one to finish completes
  /// the batch.
  void work();
  /// No further sample is begun; nobody may wait any more.
  void cancel() { cancelled_ = true; }
  /// Until the batch is complete or has failed.
  void wait();

  /// After wait(), once: the batch, whose count is 0 when all samples were bad. Throws what the
  /// first failing sample threw, or Error(kData) when sizes differ.
  std::shared_ptr<const Batch> take();
  /// After wait(): in the order of the batch; empty when take() throws.
  const std::vector<BadSample>& bad() const { return bad_; }

 private:
  struct Outcome {
    bool good = false;
    Size size;
    bool has_mask = false;
    std::int64_t label = -1;
    Mask own_mask;
    std::string bad_reason;
    std::exception_ptr failure;
  };

  class Slot;

  void make(std::size_t slot);
  bool make_good(std::size_t slot, StoredSample& stored);
  void transform(std::size_t slot, StoredSample& stored);
  PixelRoom room(std::size_t slot, Size size, bool has_mask);
  void complete();
  void check_sizes(const std::vector<std::size_t>& good) const;
  void close_gaps(const std::vector<std::size_t>& good);
  void describe(const std::vector<std::size_t>& good);
  void append_label_set(std::size_t slot);
  const std::string& name(std::size_t slot) const;

  const std::shared_ptr<const BatchRecipe> recipe_;
  const std::uint64_t epoch_;
  const std::size_t number_;
  const std::vector<std::int64_t> indices_;

  std::atomic<bool> cancelled_{false};
  std::atomic<std::size_t> next_slot_{0};
  std::atomic<std::size_t> unfinished_;
  std::atomic<std::size_t> first_failed_;  // samples after it need not be made
  std::vector<Outcome> outcomes_;          // each written by the thread that makes the sample

  std::mutex mutex_;
  std::condition_variable done_changed_;
  bool done_ = false;
  std::shared_ptr<Slab> slab_;  // laid out by the first sample that arrives
  std::exception_ptr failure_;
  std::vector<BadSample> bad_;
};

}  // namespace carica::data
