#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/loading/loader.h"
#include "eval/inference.h"
#include "eval/model.h"
#include "metrics/confusion.h"
#include "metrics/label_sets.h"

namespace carica::eval {

/// One sample of a classification split.
struct Prediction {
  std::int64_t index = 0;  // in the data set
  std::int64_t truth = -1;
  std::vector<std::pair<int, double>> top;  // class, probability; the most likely first
  std::vector<float> probabilities;         // several labels: of each class, instead of `top`
};

/// Pixels of one picture of a segmentation split.
struct PictureCounts {
  std::int64_t index = 0;            // in the data set
  std::vector<std::int64_t> counts;  // int64[K,K+1]: truth, prediction; the last column: no class
};

/// A picture of a segmentation split with what was predicted, both at the size of its own mask.
struct PictureMasks {
  std::int64_t index = 0;  // in the data set
  const data::Mask& truth;
  std::span<const std::uint8_t> prediction;  // uint8[height,width]; >= K: an output of no class
};

/// Counts over a split, and what follows from them.
struct Evaluation {
  metrics::Confusion confusion;         // of one label each, or of pixels
  metrics::LabelSetMetrics label_sets;  // of several labels
  double loss = 0;                      // mean over samples, or over the pixels that count
  double top_k = 0;  // classification: share with the truth among the k most likely
  int k = 5;
  std::int64_t samples = 0;
  double seconds = 0;
  double threshold = 0.5;               // several labels: predicted above this probability
  std::vector<Prediction> predictions;  // classification, when asked for
  // Classification, when asked for, on the host, in the order of `predictions`, of the same passes:
  torch::Tensor probabilities;          // float[N,K]
  torch::Tensor features;               // float[N,F], what the head gets
  std::vector<PictureCounts> pictures;  // segmentation, when asked for
  std::vector<data::BadFile> bad_files;
};

/// Evaluates a network on one split again and again (validation), or once. Classification counts
/// samples; where they have several labels, each label of each. Segmentation counts pixels at each
/// mask's own size: logits are upsampled to it before the largest is taken. Counts do not depend on
/// the batch size, nor does the loss but for its last bits, unless it has a dice term: that is of a
/// whole batch.
class Evaluator {
 public:
  struct Options {
    std::size_t batch_size = 64;
    std::size_t workers = 0;
    std::size_t prefetch = 4;
    bool skip_bad = false;
    double max_bad_fraction = 0.01;
    int top_k = 5;
    double threshold = 0.5;  // several labels: predicted above this probability
    bool keep_predictions = false;
    bool keep_features = false;  // and probabilities; with keep_predictions
    bool keep_pictures = false;
    std::function<void(const PictureMasks&)> each_picture = {};  // segmentation; during the pass
    Inference inference = {};
  };
  /// Options that a config asks for; inference stays plain.
  static Options options_of(const config::Config& config);

  Evaluator(const Model& model, const loss::Loss& loss,
            std::shared_ptr<const data::Dataset> dataset, const Options& options);
  ~Evaluator();

  /// One pass. `after_batch(done, all)` is called between batches and may throw to stop.
  Evaluation run(const std::function<void(std::size_t, std::size_t)>& after_batch = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The flat metrics object of metrics.json as name -> value, in the order of the documentation
/// (docs/formats.md).
std::vector<std::pair<std::string, double>> flat_metrics(const Evaluation& evaluation,
                                                         Answer answer);

/// What flat_metrics() gives for a model, of no sample: its names.
std::vector<std::pair<std::string, double>> empty_metrics(const Model& model);

}  // namespace carica::eval
