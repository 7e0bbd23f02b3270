#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/loading/sampler.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

/// A bad picture that was left out (`on_bad_image: skip`).
struct BadFile {
  std::string name, reason;
};

/// Samples of one step, decoded, transformed and laid out for one copy to the device. The slab goes
/// back to the loader when the last reference to the batch is dropped; keep one until an
/// asynchronous copy has finished.
struct Batch {
  std::size_t count = 0;  // samples; less than batch_size at the end, or where some were bad
  Size size;              // of every picture
  std::uint8_t* pictures = nullptr;      // uint8[count,height,width,3]
  std::uint8_t* masks = nullptr;         // uint8[count,height,width], segmentation
  std::vector<std::int64_t> labels;      // [count]; empty when no sample has a label
  std::vector<std::uint8_t> label_sets;  // [count,label_classes]: 1 for each label of a sample
  std::vector<std::int64_t> indices;     // [count], places in the data set
  std::vector<Mask> own_masks;  // [count], evaluation of segmenters: truth at the picture's own
                                // size, before any transform
  std::size_t number = 0;       // batch within the epoch
};

/// Where slabs live: page-locked memory when a GPU is fed. release gets what allocate gave. Both
/// are called from the threads that make or drop batches; release once more after the loader is
/// gone, if a batch was kept.
struct SlabMemory {
  std::function<void*(std::size_t bytes)> allocate;
  std::function<void(void*)> release;
};

/// Seconds that the threads of a loader spent on the samples of an epoch, all of them together.
struct StageSeconds {
  double open = 0;       // reading files; reading and decoding masks
  double decode = 0;     // decoding pictures
  double transform = 0;  // everything else up to the pixels in the batch
  std::int64_t samples = 0;
};

struct LoaderOptions {
  std::size_t batch_size = 64;
  std::size_t workers = 2;     // 0: everything happens inside next()
  std::size_t prefetch = 4;    // batches ready or in the making, at most
  std::size_t read_ahead = 0;  // further batches whose files the system is asked to read meanwhile
  bool drop_last = false;
  /// The truth goes to Batch::own_masks; only pictures are transformed, and Batch::masks is null.
  bool keep_own_masks = false;
  /// Classes of samples with several labels, which go to Batch::label_sets; 0: one label each.
  std::size_t label_classes = 0;
  /// Leaves out what Dataset::load rejects with kData; else the first bad picture throws.
  bool skip_bad = false;
  Decoding decoding = Decoding::kExact;
  double max_bad_fraction = 0.01;  // of the data set; more left out: next() throws Error(kData)
  std::uint64_t seed = 0;          // of the transforms' random numbers
  SlabMemory memory;               // empty: ordinary memory
};

/// Batches of a data set in the sampler's order, made by worker threads ahead of time into a
/// bounded number of slabs. The same bytes in the same order for any number of workers: sample i of
/// epoch e draws from RandomStream(seed, e, i). next() from one thread only.
class Loader {
 public:
  Loader(std::shared_ptr<const Dataset> dataset, Sampler sampler,
         std::shared_ptr<const Pipeline> pipeline, LoaderOptions options);
  ~Loader();

  /// Batches of an epoch.
  std::size_t batches() const;
  /// Begins an epoch at a batch, e.g. where a stopped run goes on. Drops what was under way.
  void start(std::uint64_t epoch, std::size_t first_batch = 0);
  /// The next batch, or null at the end of the epoch and before the first start(). A batch of bad
  /// pictures only is passed over. Throws what a worker threw (Error(kData): bad picture, or sizes
  /// that differ within a batch) at the batch it belongs to; the call after that goes on with the
  /// batch behind it.
  std::shared_ptr<const Batch> next();
  /// Seconds next() spent waiting since start(); without workers, making.
  double wait_seconds() const;
  /// Of the batches given since start(), and those made ahead.
  StageSeconds stage_seconds() const;
  /// Bad pictures left out of the batches given so far, each once, in that order; a restart keeps
  /// them.
  std::vector<BadFile> bad_files() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carica::data
