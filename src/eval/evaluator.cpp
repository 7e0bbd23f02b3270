#include "eval/evaluator.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "eval/device_batch.h"
#include "eval/top_classes.h"
#include "metrics/accumulator.h"

namespace carica::eval {

namespace {

data::LoaderOptions loader_options(const Model& model, const Evaluator::Options& options) {
  data::LoaderOptions loader;
  loader.batch_size = options.batch_size;
  loader.workers = options.workers;
  loader.prefetch = options.prefetch;
  loader.keep_own_masks = model.segments();
  if (model.answer() == Answer::kLabelSet) loader.label_classes = model.classes.size();
  loader.skip_bad = options.skip_bad;
  loader.max_bad_fraction = options.max_bad_fraction;
  loader.seed = model.config.seed;
  loader.memory = slab_memory(model.runtime);
  return loader;
}

std::int64_t pixels_that_count(const data::Mask& mask, int ignore) {
  const auto ignored =
      std::count(mask.values.begin(), mask.values.end(), static_cast<std::uint8_t>(ignore));
  return static_cast<std::int64_t>(mask.values.size()) - ignored;
}

}  // namespace

struct Evaluator::Impl {
  Impl(const Model& m, const loss::Loss& l, std::shared_ptr<const data::Dataset> data,
       const Options& o)
      : model(m),
        loss(l),
        options(o),
        dataset(std::move(data)),
        loader(dataset, {.size = dataset->size()}, model.pipeline, loader_options(model, options)),
        feed(loader, model.runtime, model.pipeline->normalization()),
        counts(static_cast<int>(model.classes.size()), ignore_index(model.config),
               std::min<int>(options.top_k, static_cast<int>(model.classes.size())),
               model.runtime.device, model.has_other_outputs()),
        label_sets(static_cast<int>(model.classes.size())) {}

  void add_classification(const DeviceBatch& batch, const torch::Tensor& logits,
                          Evaluation& result);
  void add_label_sets(const DeviceBatch& batch, const torch::Tensor& logits, Evaluation& result);
  void add_segmentation(const DeviceBatch& batch, const torch::Tensor& logits, Evaluation& result);
  void keep_features(const torch::Tensor& probabilities);
  void add(const DeviceBatch& batch, const torch::Tensor& logits, Evaluation& result);

  const Model& model;
  const loss::Loss& loss;
  Options options;
  std::shared_ptr<const data::Dataset> dataset;
  data::Loader loader;
  Feed feed;
  metrics::Accumulator counts;
  metrics::LabelSets label_sets;
  torch::Tensor features;                           // of the batch, when asked for
  torch::Tensor kept_probabilities, kept_features;  // of the pass, with room for all
  std::int64_t kept = 0;                            // rows of them that are filled
};

// Room for all samples at once: batches that are joined at the end need it twice.
void Evaluator::Impl::keep_features(const torch::Tensor& scores) {
  if (!options.keep_features) return;
  const auto all = static_cast<std::int64_t>(dataset->size()), count = scores.size(0);
  const auto room = [&](const torch::Tensor& like) {
    return torch::empty({all, like.size(1)}, torch::kFloat);
  };
  if (kept == 0) {
    kept_probabilities = room(scores);
    kept_features = room(features);
  }
  kept_probabilities.narrow(0, kept, count).copy_(scores);
  kept_features.narrow(0, kept, count).copy_(features);
  kept += count;
}

void Evaluator::Impl::add_classification(const DeviceBatch& batch, const torch::Tensor& logits,
                                         Evaluation& result) {
  counts.add_loss(loss(logits, batch.targets), static_cast<double>(batch.source->count));
  counts.add(loss::predicted_class(logits, model.head.activation), batch.targets);
  const auto ranking = ranking_scores(logits, model.head.activation);
  counts.add_top_k(ranking, batch.targets);
  if (!options.keep_predictions) return;
  const auto probabilities = loss::probabilities(logits.to(torch::kFloat), model.head.activation);
  keep_features(probabilities);
  const auto values = probabilities.cpu().contiguous(), scores = ranking.cpu().contiguous();
  const auto classes = static_cast<std::size_t>(values.size(1));
  const auto row_of = [&](const torch::Tensor& of, std::size_t i) {
    return std::span(of.const_data_ptr<float>() + i * classes, classes);
  };
  for (std::size_t i = 0; i < batch.source->count; ++i) {
    Prediction prediction;
    prediction.index = batch.source->indices[i];
    prediction.truth = batch.source->labels[i];
    prediction.top =
        top_classes(row_of(scores, i), row_of(values, i), static_cast<std::size_t>(options.top_k));
    result.predictions.push_back(std::move(prediction));
  }
}

void Evaluator::Impl::add_label_sets(const DeviceBatch& batch, const torch::Tensor& logits,
                                     Evaluation& result) {
  counts.add_loss(loss(logits, batch.targets), static_cast<double>(batch.source->count));
  const auto probabilities = loss::probabilities(logits.to(torch::kFloat), model.head.activation);
  label_sets.add(probabilities, batch.targets);
  if (!options.keep_predictions) return;
  keep_features(probabilities);
  const auto host = probabilities.cpu().contiguous();
  const auto* value = host.const_data_ptr<float>();
  for (std::size_t i = 0; i < batch.source->count; ++i, value += host.size(1)) {
    Prediction prediction;
    prediction.index = batch.source->indices[i];
    prediction.probabilities.assign(value, value + host.size(1));
    result.predictions.push_back(std::move(prediction));
  }
}

void Evaluator::Impl::add_segmentation(const DeviceBatch& batch, const torch::Tensor& logits,
                                       Evaluation& result) {
  const auto& masks = batch.source->own_masks;
  // Neighbours of one size go together; each group is scored at the size of its masks.
  for (std::size_t begin = 0; begin < masks.size();) {
    std::size_t end = begin + 1;
    while (end < masks.size() && masks[end].size == masks[begin].size) ++end;
    const auto size = masks[begin].size;
    std::vector<torch::Tensor> truths;
    double pixels = 0;
    for (std::size_t i = begin; i < end; ++i) {
      truths.push_back(torch::from_blob(const_cast<std::uint8_t*>(masks[i].values.data()),
                                        {size.height, size.width}, torch::kByte));
      pixels += static_cast<double>(pixels_that_count(masks[i], ignore_index(model.config)));
    }
    const auto truth = torch::stack(truths).to(model.runtime.device);
    const auto part =
        logits.slice(0, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end));
    counts.add_loss(loss(part, truth), pixels);
    const auto map = loss::predicted_map(part, size.height, size.width, model.head.activation);
    if (options.keep_pictures) {
      const auto each = counts.add_each(map, truth).cpu().contiguous();
      for (std::size_t i = begin; i < end; ++i) {
        const auto own = each[static_cast<std::int64_t>(i - begin)];
        const auto* first = own.const_data_ptr<std::int64_t>();
        result.pictures.push_back({batch.source->indices[i], {first, first + own.numel()}});
      }
    } else {
      counts.add(map, truth);
    }
    if (options.each_picture) {
      const auto host = map.cpu().contiguous();
      const auto pixels_each = static_cast<std::size_t>(size.height * size.width);
      for (std::size_t i = begin; i < end; ++i) {
        const auto* first = host.const_data_ptr<std::uint8_t>() + (i - begin) * pixels_each;
        options.each_picture({batch.source->indices[i], masks[i], {first, pixels_each}});
      }
    }
    begin = end;
  }
}

void Evaluator::Impl::add(const DeviceBatch& batch, const torch::Tensor& logits,
                          Evaluation& result) {
  switch (model.answer()) {
    case Answer::kClass:
      return add_classification(batch, logits, result);
    case Answer::kLabelSet:
      return add_label_sets(batch, logits, result);
    case Answer::kMask:
      return add_segmentation(batch, logits, result);
  }
}

Evaluator::Evaluator(const Model& model, const loss::Loss& loss,
                     std::shared_ptr<const data::Dataset> dataset, const Options& options)
    : impl_(std::make_unique<Impl>(model, loss, std::move(dataset), options)) {}

Evaluator::~Evaluator() = default;

Evaluator::Options Evaluator::options_of(const config::Config& config) {
  Options options;
  const auto& loader = config.loader;
  options.batch_size = static_cast<std::size_t>(loader.eval_batch_size > 0 ? loader.eval_batch_size
                                                                           : loader.batch_size);
  options.workers = loader.workers >= 0
                        ? static_cast<std::size_t>(loader.workers)
                        : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
  options.prefetch = static_cast<std::size_t>(loader.prefetch);
  options.skip_bad = config.data.on_bad_image == "skip";
  options.max_bad_fraction = config.data.max_bad_fraction;
  options.top_k = config.eval.top_k;
  options.threshold = config.eval.threshold;
  return options;
}

Evaluation Evaluator::run(const std::function<void(std::size_t, std::size_t)>& after_batch) {
  auto& self = *impl_;
  const auto started = std::chrono::steady_clock::now();
  torch::InferenceMode inference;
  PrecisionScope precision(self.model.runtime);
  const bool was_training = self.model.network->is_training();
  self.model.network->eval();
  self.counts.reset();
  self.label_sets.reset();
  self.kept = 0;
  Evaluation result;
  self.feed.start(/*epoch=*/0);
  DeviceBatch batch;
  for (std::size_t done = 0; self.feed.next(batch);) {
    if (batch.source->count > 0) {
      const auto logits = infer(self.model, batch.pictures, self.options.inference,
                                self.options.keep_features ? &self.features : nullptr);
      self.add(batch, logits, result);
      result.samples += static_cast<std::int64_t>(batch.source->count);
    }
    if (after_batch) after_batch(++done, self.loader.batches());
  }
  self.model.network->train(was_training);
  result.confusion = self.counts.confusion();
  result.threshold = self.options.threshold;
  if (self.model.answer() == Answer::kLabelSet) {
    result.label_sets = self.label_sets.metrics(result.threshold);
  }
  result.loss = self.counts.mean_loss();
  result.top_k = self.model.answer() == Answer::kClass ? self.counts.top_k_share() : 0;
  result.k = self.options.top_k;
  if (self.kept > 0) {
    result.probabilities = std::exchange(self.kept_probabilities, {}).narrow(0, 0, self.kept);
    result.features = std::exchange(self.kept_features, {}).narrow(0, 0, self.kept);
  }
  result.bad_files = self.loader.bad_files();
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return result;
}

std::vector<std::pair<std::string, double>> flat_metrics(const Evaluation& evaluation,
                                                         Answer answer) {
  if (answer == Answer::kLabelSet) {
    const auto& sets = evaluation.label_sets;
    return {{"loss", evaluation.loss},
            {"map", sets.map},
            {"precision_micro", sets.precision_micro},
            {"recall_micro", sets.recall_micro},
            {"f1_micro", sets.f1_micro},
            {"precision_macro", sets.precision_macro},
            {"recall_macro", sets.recall_macro},
            {"f1_macro", sets.f1_macro},
            {"f1_samples", sets.f1_samples},
            {"exact_match", sets.exact_match},
            {"samples", static_cast<double>(evaluation.samples)}};
  }
  const auto summary = metrics::summarize(evaluation.confusion);
  if (answer == Answer::kMask) {
    return {{"loss", evaluation.loss},
            {"miou", summary.miou},
            {"mdice", summary.mdice},
            {"pixel_accuracy", summary.accuracy},
            {"mean_precision", summary.precision_macro},
            {"mean_recall", summary.recall_macro},
            {"mean_f1", summary.f1_macro},
            {"pixels", static_cast<double>(evaluation.confusion.total())},
            {"samples", static_cast<double>(evaluation.samples)}};
  }
  std::vector<std::pair<std::string, double>> metrics = {{"loss", evaluation.loss},
                                                         {"top1", summary.accuracy}};
  if (evaluation.k > 1) {
    metrics.emplace_back("top" + std::to_string(evaluation.k), evaluation.top_k);
  }
  metrics.insert(metrics.end(), {{"precision_macro", summary.precision_macro},
                                 {"recall_macro", summary.recall_macro},
                                 {"f1_micro", summary.accuracy},
                                 {"f1_macro", summary.f1_macro},
                                 {"f1_weighted", summary.f1_weighted},
                                 {"samples", static_cast<double>(evaluation.samples)}});
  return metrics;
}

std::vector<std::pair<std::string, double>> empty_metrics(const Model& model) {
  Evaluation none;
  none.confusion = metrics::Confusion(static_cast<int>(model.classes.size()));
  none.k = model.config.eval.top_k;
  return flat_metrics(none, model.answer());
}

}  // namespace carica::eval
