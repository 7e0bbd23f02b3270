#include "analysis/collected.h"

#include <torch/utils.h>

namespace carica::analysis {
namespace {

torch::Tensor as_tensor(const std::vector<std::int64_t>& values) {
  return torch::tensor(values, torch::kLong);
}

std::vector<std::int64_t> as_vector(const torch::Tensor& values) {
  const auto whole = values.to(torch::kLong).contiguous();
  const auto* first = whole.const_data_ptr<std::int64_t>();
  return {first, first + whole.numel()};
}

}  // namespace

Collected collect(const eval::Model& model, std::shared_ptr<const data::Dataset> dataset,
                  const std::string& split,
                  const std::function<void(std::size_t, std::size_t)>& after_batch,
                  eval::Evaluation* evaluation) {
  if (model.answer() != eval::Answer::kClass) {
    throw Error(ErrorCode::kUsage, "analysis of features: needs a classifier with one label each");
  }
  Collected collected;
  auto result = collect_pictures(model, std::move(dataset), split, after_batch, collected);
  for (const auto& prediction : result.predictions) {
    collected.truth.push_back(prediction.truth);
    collected.predicted.push_back(prediction.top.front().first);
  }
  if (evaluation != nullptr) *evaluation = std::move(result);
  return collected;
}

void save_collected(FileSystem& fs, const std::filesystem::path& file, const Collected& collected) {
  save_pictures(
      fs, file, collected,
      {{"predicted", as_tensor(collected.predicted)}, {"truth", as_tensor(collected.truth)}});
}

Collected load_collected(const std::filesystem::path& file) {
  Collected collected;
  const auto stored = load_pictures(file, collected);
  collected.truth = as_vector(stored_tensor(stored, "truth", file));
  collected.predicted = as_vector(stored_tensor(stored, "predicted", file));
  if (collected.truth.size() != collected.size() ||
      collected.predicted.size() != collected.size()) {
    throw damaged_features(file, "its tensors do not fit each other");
  }
  return collected;
}

}  // namespace carica::analysis
