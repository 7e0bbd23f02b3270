#include "data/loading/batch_maker.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "data/images/picture_view.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kTransforming = 0;  // RandomStream's purpose; the sampler shuffles with 1

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

std::string text(Size size) { return cat(size.height, "x", size.width); }

// Lowers `value` to `candidate` if that is less.
void lower(std::atomic<std::size_t>& value, std::size_t candidate) {
  std::size_t seen = value.load();
  while (candidate < seen && !value.compare_exchange_weak(seen, candidate)) {
  }
}

}  // namespace

void StageClock::add(double open, double decode, double transform) {
  const auto nanoseconds = [](double time) { return static_cast<std::int64_t>(time * 1e9); };
  open_ += nanoseconds(open);
  decode_ += nanoseconds(decode);
  transform_ += nanoseconds(transform);
  ++samples_;
}

void StageClock::reset() { open_ = decode_ = transform_ = samples_ = 0; }

StageSeconds StageClock::read() const {
  const auto time = [](const std::atomic<std::int64_t>& sum) {
    return static_cast<double>(sum.load()) * 1e-9;
  };
  return {time(open_), time(decode_), time(transform_), samples_};
}

BatchMaker::BatchMaker(std::shared_ptr<const BatchRecipe> recipe, std::uint64_t epoch,
                       std::size_t number, std::vector<std::int64_t> indices)
    : recipe_(std::move(recipe)),
      epoch_(epoch),
      number_(number),
      indices_(std::move(indices)),
      unfinished_(indices_.size()),
      first_failed_(indices_.size()),
      outcomes_(indices_.size()) {}

const std::string& BatchMaker::name(std::size_t slot) const {
  return recipe_->dataset->item(static_cast<std::size_t>(indices_[slot])).name;
}

void BatchMaker::work() {
  for (;;) {
    const std::size_t slot = next_slot_.fetch_add(1);
    if (slot >= indices_.size()) return;
    if (!cancelled_ && slot < first_failed_) make(slot);
    if (unfinished_.fetch_sub(1) == 1) complete();
  }
}

// The place of one sample in the batch.
class BatchMaker::Slot : public SampleSink {
 public:
  Slot(BatchMaker& maker, std::size_t number) : maker_(maker), number_(number) {}
  PixelRoom room(Size size, bool has_mask) override { return maker_.room(number_, size, has_mask); }

 private:
  BatchMaker& maker_;
  const std::size_t number_;
};

void BatchMaker::make(std::size_t slot) {
  thread_local StoredSample stored;  // its memory serves all samples of this thread
  Outcome& outcome = outcomes_[slot];
  try {
    outcome.good = make_good(slot, stored);
  } catch (...) {
    outcome.failure = std::current_exception();
    lower(first_failed_, slot);
  }
  stored.shared.reset();
}

// False for a bad picture that is left out.
bool BatchMaker::make_good(std::size_t slot, StoredSample& stored) {
  Outcome& outcome = outcomes_[slot];
  const auto leave_out = [&](const Error& error) {
    if (!recipe_->skip_bad || error.code() != ErrorCode::kData) return false;
    outcome.bad_reason = error.what();
    if (outcome.bad_reason.empty()) outcome.bad_reason = "unknown reason";
    return true;
  };
  stored.decode_seconds = 0;
  const auto begin = Clock::now();
  try {
    recipe_->dataset->open(static_cast<std::size_t>(indices_[slot]), stored);
  } catch (const Error& error) {
    if (leave_out(error)) return false;
    throw;
  }
  const auto opened = Clock::now();
  outcome.label = stored.label;
  if (recipe_->keep_own_masks && stored.mask.values != nullptr) {
    outcome.own_mask = copy_of(stored.mask);
    stored.mask = {};
  }
  try {
    transform(slot, stored);
  } catch (const PictureError& error) {
    if (leave_out(error)) return false;
    throw;
  }
  recipe_->clock->add(seconds(opened - begin), stored.decode_seconds,
                      seconds(Clock::now() - opened) - stored.decode_seconds);
  return true;
}

void BatchMaker::transform(std::size_t slot, StoredSample& stored) {
  try {
    RandomStream random(recipe_->seed, epoch_, static_cast<std::uint64_t>(indices_[slot]),
                        kTransforming);
    Slot place(*this, slot);
    recipe_->pipeline->apply(stored, random, recipe_->decoding, place);
  } catch (const PictureError&) {
    throw;  // names its file
  } catch (const Error& error) {
    throw Error(error.code(), cat(name(slot), ": ", error.what()), error.hint());
  }
}

PixelRoom BatchMaker::room(std::size_t slot, Size size, bool has_mask) {
  outcomes_[slot].size = size;
  outcomes_[slot].has_mask = has_mask;
  const std::size_t pixels = pixel_count(size);
  const std::lock_guard lock(mutex_);
  if (!slab_) {
    std::shared_ptr<Slab> slab = recipe_->slabs->take();
    const std::size_t picture_bytes = pixels * 3 * recipe_->slab_samples;
    const std::size_t masks_at = (picture_bytes + 63) / 64 * 64;
    recipe_->slabs->reserve(*slab,
                            has_mask ? masks_at + pixels * recipe_->slab_samples : picture_bytes);
    auto* bytes = static_cast<std::uint8_t*>(slab->memory);
    slab->batch.size = size;
    slab->batch.pictures = bytes;
    slab->batch.masks = has_mask ? bytes + masks_at : nullptr;
    slab_ = std::move(slab);
  }
  const Batch& batch = slab_->batch;
  // A sample that does not fit is reported when all are known: which one came first is chance.
  if (batch.size != size) return {};
  return {batch.pictures + slot * pixels * 3,
          batch.masks != nullptr && has_mask ? batch.masks + slot * pixels : nullptr};
}

void BatchMaker::complete() {
  try {
    const std::size_t failed = first_failed_;
    if (failed < outcomes_.size()) {
      failure_ = std::exchange(outcomes_[failed].failure, nullptr);
    } else if (!cancelled_) {
      std::vector<std::size_t> good;
      for (std::size_t slot = 0; slot < outcomes_.size(); ++slot) {
        if (outcomes_[slot].good) good.push_back(slot);
      }
      check_sizes(good);
      if (!slab_) slab_ = recipe_->slabs->take();
      close_gaps(good);
      describe(good);
      for (std::size_t slot = 0; slot < outcomes_.size(); ++slot) {
        if (!outcomes_[slot].good) bad_.push_back({indices_[slot], outcomes_[slot].bad_reason});
      }
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  done_changed_.notify_all();
}

void BatchMaker::check_sizes(const std::vector<std::size_t>& good) const {
  for (const std::size_t slot : good) {
    const Outcome &first = outcomes_[good[0]], &other = outcomes_[slot];
    if (other.size != first.size) {
      throw Error(
          ErrorCode::kData,
          cat("batch ", number_, ": ", name(good[0]), " is ", text(first.size), " and ", name(slot),
              " is ", text(other.size),
              " (height x width); all pictures of a batch must be of one size"),
          "add Resize: {size: [height, width]}, or a crop, to the transforms; in evaluation "
          "loader.eval_batch_size: 1 takes each at its own size");
    }
    if (other.has_mask != first.has_mask) {
      throw Error(ErrorCode::kData, cat("batch ", number_, ": one of ", name(good[0]), " and ",
                                        name(slot), " has no mask; all or none must have one"));
    }
  }
}

// Moves the good samples to the front, in order.
void BatchMaker::close_gaps(const std::vector<std::size_t>& good) {
  Batch& batch = slab_->batch;
  const std::size_t pixels = pixel_count(batch.size);
  for (std::size_t to = 0; to < good.size(); ++to) {
    const std::size_t from = good[to];
    if (from == to) continue;
    std::memcpy(batch.pictures + to * pixels * 3, batch.pictures + from * pixels * 3, pixels * 3);
    if (batch.masks) std::memcpy(batch.masks + to * pixels, batch.masks + from * pixels, pixels);
  }
}

void BatchMaker::describe(const std::vector<std::size_t>& good) {
  Batch& batch = slab_->batch;
  batch.count = good.size();
  batch.number = number_;
  bool labelled = false, own_masks = false;
  for (const std::size_t slot : good) {
    batch.indices.push_back(indices_[slot]);
    labelled |= outcomes_[slot].label >= 0;
    own_masks |= !outcomes_[slot].own_mask.empty();
  }
  for (const std::size_t slot : good) {
    if (labelled) batch.labels.push_back(outcomes_[slot].label);
    if (own_masks) batch.own_masks.push_back(std::move(outcomes_[slot].own_mask));
    if (recipe_->label_classes > 0) append_label_set(slot);
  }
}

void BatchMaker::append_label_set(std::size_t slot) {
  auto& sets = slab_->batch.label_sets;
  const std::size_t begin = sets.size();
  sets.resize(begin + recipe_->label_classes, 0);
  for (const auto label :
       labels_of(recipe_->dataset->item(static_cast<std::size_t>(indices_[slot])))) {
    sets[begin + static_cast<std::size_t>(label)] = 1;
  }
}

void BatchMaker::wait() {
  std::unique_lock lock(mutex_);
  done_changed_.wait(lock, [this] { return done_; });
}

std::shared_ptr<const Batch> BatchMaker::take() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  const Batch* batch = &slab_->batch;
  return std::shared_ptr<const Batch>(std::move(slab_), batch);
}

}  // namespace carica::data
