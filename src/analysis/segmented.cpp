#include "analysis/segmented.h"

#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "core/random.h"
#include "core/text.h"
#include "data/checks/finding.h"
#include "data/images/image_io.h"
#include "eval/device_batch.h"
#include "eval/evaluator.h"
#include "eval/results.h"
#include "report/pictures.h"

namespace carica::analysis {
namespace {

constexpr std::uint32_t kPurpose = 42;  // of the random numbers that choose

}  // namespace

Segmented count_pictures(const Request& request, const Subject& subject) {
  const auto& model = subject.model;
  Segmented result;
  result.split = request.split;
  result.classes = model.classes;
  result.dataset = subject.datasets.split(request.split);
  result.colors = report::mask_colors(subject.datasets.colors, model.classes);
  if (result.dataset->size() == 0) {
    throw Error(ErrorCode::kData, cat(model.config.data.root, ": has no ", request.split, " split"),
                "choose another with --split train|val|test");
  }
  auto options = eval::Evaluator::options_of(model.config);
  options.keep_pictures = true;
  options.inference = eval::Inference::of(model.config);
  const auto classes = static_cast<int>(model.classes.size());
  options.each_picture = [&](const eval::PictureMasks& masks) {
    const auto [height, width] = masks.truth.size;
    result.boundaries.push_back(metrics::count_boundaries(classes, eval::ignore_index(model.config),
                                                          {height, width, masks.truth.values},
                                                          {height, width, masks.prediction}));
  };
  const auto loss = eval::evaluation_loss(model);
  auto evaluation = eval::Evaluator(model, loss, result.dataset, options)
                        .run([&](std::size_t done, std::size_t all) {
                          request.progress(cat("looking at ", request.split, "  ", done, "/", all));
                        });
  for (const auto& bad : evaluation.bad_files) {
    log_warning(cat(readable(bad.name), ": left out: ", bad.reason));
  }
  const auto note = eval::absence_note(model, evaluation, request.split);
  if (!note.empty()) log_warning(note);
  result.loss = evaluation.loss;
  for (auto& picture : evaluation.pictures) {
    metrics::PictureConfusion counts(classes);
    counts.counts = std::move(picture.counts);
    result.pictures.push_back(std::move(counts));
    result.indices.push_back(picture.index);
    result.names.push_back(
        data::printable(result.dataset->item(static_cast<std::size_t>(picture.index)).name));
  }
  return result;
}

SegmentedPicture look_again(const Subject& subject, const Segmented& segmented, std::size_t place) {
  const auto& model = subject.model;
  auto sample = segmented.dataset->load(static_cast<std::size_t>(segmented.indices[place]));
  SegmentedPicture result;
  result.truth = sample.mask;
  result.picture = sample.picture.size == sample.mask.size
                       ? sample.picture
                       : data::resize_bilinear(sample.picture, sample.mask.size);
  RandomStream random(model.config.seed, 0, 0);
  data::Sample view;
  view.picture = std::move(sample.picture);
  model.pipeline->apply(view, random);
  torch::InferenceMode inference;
  eval::PrecisionScope precision(model.runtime);
  const auto pictures = eval::normalized(view.picture.pixels.data(), 1, view.picture.size,
                                         model.runtime, model.pipeline->normalization());
  const auto logits = eval::infer(model, pictures, eval::Inference::of(model.config));
  const auto map = loss::predicted_map(logits, result.truth.size.height, result.truth.size.width,
                                       model.head.activation)
                       .cpu()
                       .contiguous();
  const auto* first = map.const_data_ptr<std::uint8_t>();
  result.prediction.size = result.truth.size;
  result.prediction.values.assign(first, first + map.numel());
  const auto none = static_cast<std::uint8_t>(eval::ignore_index(model.config));
  for (auto& value : result.prediction.values) {
    if (value >= model.classes.size()) value = none;
  }
  return result;
}

std::vector<std::size_t> pictures_with(const Segmented& segmented, int class_id, std::size_t most,
                                       std::uint64_t seed) {
  std::vector<std::size_t> with;
  for (std::size_t i = 0; i < segmented.pictures.size(); ++i) {
    if (segmented.pictures[i].support(class_id) > 0) with.push_back(i);
  }
  std::ranges::sort(with, {}, [&](std::size_t i) { return segmented.names[i]; });
  RandomStream random(seed, 0, static_cast<std::uint64_t>(class_id), kPurpose);
  const auto order = permutation(static_cast<std::int64_t>(with.size()), random);
  std::vector<std::size_t> drawn;
  for (std::size_t i = 0; i < std::min(most, with.size()); ++i) {
    drawn.push_back(with[static_cast<std::size_t>(order[i])]);
  }
  return drawn;
}

}  // namespace carica::analysis
