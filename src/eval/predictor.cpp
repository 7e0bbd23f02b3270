#include "eval/predictor.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "eval/device_batch.h"
#include "eval/inference.h"
#include "eval/top_classes.h"

namespace carica::eval {

namespace {

// Of large pictures fewer go through the network at once: maps of whole batches of them take more
// memory than there is.
constexpr std::int64_t kMostPixels = std::int64_t{1} << 24;

// Pictures of one transformed size on their way through the network.
struct Group {
  data::Size size;
  data::PixelBytes pixels;  // uint8[n,height,width,3]
  std::vector<PictureResult> results;
};

void classify(const Model& model, const torch::Tensor& logits, int top_k, Group& group) {
  const auto host = [](const torch::Tensor& values) { return values.cpu().contiguous(); };
  const auto values = host(loss::probabilities(logits.to(torch::kFloat), model.head.activation));
  const auto scores = host(ranking_scores(logits, model.head.activation));
  const auto classes = static_cast<std::size_t>(values.size(1));
  const auto row_of = [&](const torch::Tensor& of, std::size_t i) {
    return std::span(of.const_data_ptr<float>() + i * classes, classes);
  };
  for (std::size_t i = 0; i < group.results.size(); ++i) {
    group.results[i].top =
        top_classes(row_of(scores, i), row_of(values, i), static_cast<std::size_t>(top_k));
  }
}

void label(const Model& model, const torch::Tensor& logits, Group& group) {
  const auto probabilities =
      loss::probabilities(logits.to(torch::kFloat), model.head.activation).cpu().contiguous();
  const auto* value = probabilities.const_data_ptr<float>();
  for (auto& result : group.results) {
    result.probabilities.assign(value, value + probabilities.size(1));
    value += probabilities.size(1);
  }
}

void segment(const Model& model, const torch::Tensor& logits, Group& group) {
  const auto classes = static_cast<int>(model.classes.size());
  for (std::size_t i = 0; i < group.results.size(); ++i) {
    auto& result = group.results[i];
    const auto size = result.picture.size;
    const auto own =
        logits.slice(0, static_cast<std::int64_t>(i), static_cast<std::int64_t>(i) + 1);
    const auto mask =
        loss::predicted_map(own, size.height, size.width, model.head.activation).cpu().contiguous();
    const auto none = static_cast<std::uint8_t>(ignore_index(model.config));  // outputs of no class
    result.mask.size = size;
    result.mask.values.assign(mask.data_ptr<std::uint8_t>(),
                              mask.data_ptr<std::uint8_t>() + mask.numel());
    result.shares.assign(static_cast<std::size_t>(classes), 0);
    for (auto& value : result.mask.values) {
      if (value < classes) {
        result.shares[value] += 1;
      } else {
        value = none;
      }
    }
    for (auto& share : result.shares) share /= static_cast<double>(result.mask.values.size());
  }
}

void flush(const Model& model, const PredictOptions& options, Group& group,
           const std::function<void(PictureResult)>& take) {
  if (group.results.empty()) return;
  const auto pictures = normalized(group.pixels.data(), group.results.size(), group.size,
                                   model.runtime, model.pipeline->normalization());
  const auto logits = infer(model, pictures, Inference::of(model.config));
  switch (model.answer()) {
    case Answer::kClass:
      classify(model, logits, options.top_k, group);
      break;
    case Answer::kLabelSet:
      label(model, logits, group);
      break;
    case Answer::kMask:
      segment(model, logits, group);
      break;
  }
  for (auto& result : group.results) take(std::move(result));
  group = {};
}

// Classifiers know things at about the scale that they have learned. Many take any, and answer with
// confidence all the same.
bool is_of_another_scale(const Model& model, data::Size size) {
  constexpr double kMost = 2;
  if (model.segments()) return false;
  const double height = static_cast<double>(size.height) / model.size.height;
  const double width = static_cast<double>(size.width) / model.size.width;
  return std::max(height, width) > kMost || std::min(height, width) < 1 / kMost;
}

// The setting with which all pictures come at the size that the network has learned from.
std::string resizing(const Model& model) {
  const auto list = [](const std::array<float, 3>& values) {
    return cat("[", fixed(values[0], 4), ", ", fixed(values[1], 4), ", ", fixed(values[2], 4), "]");
  };
  const auto [height, width] = model.size;
  const auto normalization = model.pipeline->normalization();
  return cat("transforms.eval=[{Resize: {size: [", height, ", ", width,
             "]}}, {Normalize: {mean: ", list(normalization.mean),
             ", std: ", list(normalization.std), "}}]");
}

void warn_of_scale(const Model& model, const std::filesystem::path& path, data::Size size) {
  log_warning(cat(readable(path.string()), ": comes to the network at ", size.width, "x",
                  size.height, " px, which has learned from ", model.size.width, "x",
                  model.size.height, "; ", resizing(model), " brings pictures there"));
}

// Some classifiers take pictures of one size only.
void require_size(const Model& model, const std::filesystem::path& path, data::Size size) {
  try {
    model.network->check({1, 3, size.height, size.width});
  } catch (const Error& error) {
    throw Error(error.code(), cat(readable(path.string()), ": ", error.what()),
                cat("--set '", resizing(model), "' brings pictures there"));
  }
}

}  // namespace

void predict(const Model& model, const std::vector<std::filesystem::path>& pictures,
             const PredictOptions& options, const std::function<void(PictureResult)>& take) {
  torch::InferenceMode inference;
  PrecisionScope precision(model.runtime);
  data::DecodeLimits limits;
  limits.allow_tiff = model.config.data.allow_tiff;
  Group group;
  bool warned = false;
  for (const auto& path : pictures) {
    PictureResult result;
    result.path = path;
    data::Sample sample;
    try {
      result.picture = data::read_picture(path, limits);
      sample.picture = result.picture;
      RandomStream random(model.config.seed, 0, 0);
      model.pipeline->apply(sample, random);
      const auto size = sample.picture.size;
      if (!model.segments()) require_size(model, path, size);
      if (!warned && is_of_another_scale(model, size)) {
        warned = true;
        warn_of_scale(model, path, size);
      }
    } catch (const Error& error) {
      result.error = error.what();
      result.hint = error.hint();
    }
    const bool fits = result.error.empty() && group.size == sample.picture.size;
    const auto pixels = std::int64_t{group.size.height} * group.size.width;
    const auto next = static_cast<std::int64_t>(group.results.size()) + 1;
    const bool full = group.results.size() >= options.batch_size || next * pixels > kMostPixels;
    if (!fits || full) flush(model, options, group, take);
    if (!result.error.empty()) {
      take(std::move(result));
      continue;
    }
    group.size = sample.picture.size;
    group.pixels.insert(group.pixels.end(), sample.picture.pixels.begin(),
                        sample.picture.pixels.end());
    group.results.push_back(std::move(result));
  }
  flush(model, options, group, take);
}

}  // namespace carica::eval
