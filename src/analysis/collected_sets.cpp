#include "analysis/collected_sets.h"

#include <ATen/Functions.h>

#include <charconv>

#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr const char* kThreshold = "threshold";

std::size_t place(const CollectedSets& collected, std::size_t row, std::size_t label) {
  return row * collected.classes.size() + label;
}

template <typename Wanted>
std::vector<std::size_t> labels_that(const CollectedSets& collected, const Wanted& wanted) {
  std::vector<std::size_t> labels;
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    if (wanted(k)) labels.push_back(k);
  }
  return labels;
}

}  // namespace

bool CollectedSets::has(std::size_t row, std::size_t label) const {
  return truth.const_data_ptr<std::uint8_t>()[place(*this, row, label)] != 0;
}

bool CollectedSets::predicts(std::size_t row, std::size_t label) const {
  return probabilities.const_data_ptr<float>()[place(*this, row, label)] > threshold;
}

std::vector<std::size_t> CollectedSets::labels(std::size_t row) const {
  return labels_that(*this, [&](std::size_t k) { return has(row, k); });
}

std::vector<std::size_t> CollectedSets::predicted_labels(std::size_t row) const {
  return labels_that(*this, [&](std::size_t k) { return predicts(row, k); });
}

metrics::ScoredLabels CollectedSets::scored() const {
  const auto count = static_cast<std::size_t>(truth.numel());
  return {static_cast<int>(classes.size()),
          {truth.const_data_ptr<std::uint8_t>(), count},
          {probabilities.const_data_ptr<float>(), count}};
}

CollectedSets collect_sets(const eval::Model& model, std::shared_ptr<const data::Dataset> dataset,
                           const std::string& split,
                           const std::function<void(std::size_t, std::size_t)>& after_batch,
                           eval::Evaluation* evaluation) {
  if (model.answer() != eval::Answer::kLabelSet) {
    throw Error(ErrorCode::kUsage, "analysis of labels: needs a classifier with several labels");
  }
  CollectedSets collected;
  auto result = collect_pictures(model, std::move(dataset), split, after_batch, collected);
  collected.threshold = result.threshold;
  collected.truth = torch::zeros(collected.probabilities.sizes(), torch::kByte);
  auto* truth = collected.truth.mutable_data_ptr<std::uint8_t>();
  for (std::size_t row = 0; row < collected.size(); ++row) {
    const auto& item = collected.dataset->item(static_cast<std::size_t>(collected.indices[row]));
    for (const auto label : data::labels_of(item)) {
      truth[place(collected, row, static_cast<std::size_t>(label))] = 1;
    }
  }
  if (evaluation != nullptr) *evaluation = std::move(result);
  return collected;
}

void save_collected(FileSystem& fs, const std::filesystem::path& file,
                    const CollectedSets& collected) {
  save_pictures(fs, file, collected, {{"truth", collected.truth}},
                {{kThreshold, number(collected.threshold)}});
}

CollectedSets load_collected_sets(const std::filesystem::path& file) {
  CollectedSets collected;
  const auto stored = load_pictures(file, collected);
  collected.truth = stored_tensor(stored, "truth", file);
  if (collected.truth.scalar_type() != torch::kByte ||
      collected.truth.sizes() != collected.probabilities.sizes()) {
    throw damaged_features(file, "its tensors do not fit each other");
  }
  const auto found = stored.metadata.find(kThreshold);
  const std::string text = found == stored.metadata.end() ? "" : found->second;
  const auto* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, collected.threshold);
      read.ec != std::errc() || read.ptr != end) {
    throw damaged_features(file, "its metadata lack the threshold");
  }
  return collected;
}

std::string names_of(const CollectedPictures& collected, const std::vector<std::size_t>& labels) {
  std::string text;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    text += cat(i == 0 ? "" : "|", collected.classes[labels[i]]);
  }
  return text;
}

}  // namespace carica::analysis
