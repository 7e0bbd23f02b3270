#include "analysis/collected.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include "checkpoint/safetensors.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/checks/finding.h"

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

float Collected::probability(std::size_t row, std::int64_t label) const {
  return probabilities
      .const_data_ptr<float>()[static_cast<std::int64_t>(row) * probabilities.size(1) + label];
}

data::Picture Collected::picture(std::size_t row) const {
  if (dataset == nullptr) {
    throw Error(ErrorCode::kUsage, cat(names[row], ": its picture is not at hand"));
  }
  return dataset->load(static_cast<std::size_t>(indices[row])).picture;
}

Collected collect(const eval::Model& model, std::shared_ptr<const data::Dataset> dataset,
                  const std::string& split,
                  const std::function<void(std::size_t, std::size_t)>& after_batch,
                  eval::Evaluation* evaluation) {
  if (model.answer() != eval::Answer::kClass) {
    throw Error(ErrorCode::kUsage, "analysis of features: needs a classifier with one label each");
  }
  auto options = eval::Evaluator::options_of(model.config);
  options.keep_predictions = options.keep_features = true;
  options.inference = eval::Inference::of(model.config);
  const auto loss = eval::evaluation_loss(model);
  auto result = eval::Evaluator(model, loss, dataset, options).run(after_batch);
  for (const auto& bad : result.bad_files) {
    log_warning(cat(readable(bad.name), ": left out: ", bad.reason));
  }
  Collected collected;
  collected.split = split;
  collected.classes = model.classes;
  collected.dataset = dataset;
  for (const auto& prediction : result.predictions) {
    const auto& item = dataset->item(static_cast<std::size_t>(prediction.index));
    collected.names.push_back(data::printable(item.name));
    collected.indices.push_back(prediction.index);
    collected.truth.push_back(prediction.truth);
    collected.predicted.push_back(prediction.top.front().first);
  }
  const auto classes = static_cast<std::int64_t>(model.classes.size());
  collected.features =
      result.features.defined() ? result.features.contiguous() : torch::zeros({0, 0});
  collected.probabilities = result.probabilities.defined() ? result.probabilities.contiguous()
                                                           : torch::zeros({0, classes});
  if (evaluation != nullptr) *evaluation = std::move(result);
  return collected;
}

void save_collected(FileSystem& fs, const std::filesystem::path& file, const Collected& collected) {
  fs.create_directories(file.parent_path());
  AtomicFile out(fs, file);
  const auto text = [](const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  checkpoint::write_safetensors(out,
                                {{"features", collected.features},
                                 {"predicted", as_tensor(collected.predicted)},
                                 {"probabilities", collected.probabilities},
                                 {"truth", as_tensor(collected.truth)}},
                                {{"split", collected.split},
                                 {"classes", text(collected.classes)},
                                 {"names", text(collected.names)}});
  out.commit();
}

Collected load_collected(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kUsage, cat(file.string(), ": missing; the run has no features yet"),
                "carica analyze RUN writes them");
  }
  const auto stored = checkpoint::read_safetensors(file.string());
  const auto bad = [&](const std::string& what) {
    return Error(ErrorCode::kCorrupt, cat(file.string(), ": ", what),
                 "carica analyze RUN writes it anew");
  };
  const auto tensor = [&](const char* name) {
    const auto* found = stored.find(name);
    if (found == nullptr) throw bad(cat("lacks the tensor ", name));
    return *found;
  };
  Collected collected;
  collected.features = tensor("features").contiguous();
  collected.probabilities = tensor("probabilities").contiguous();
  collected.truth = as_vector(tensor("truth"));
  collected.predicted = as_vector(tensor("predicted"));
  try {
    collected.split = stored.metadata.at("split");
    collected.classes = nlohmann::json::parse(stored.metadata.at("classes"));
    collected.names = nlohmann::json::parse(stored.metadata.at("names"));
  } catch (const std::exception&) {
    throw bad("its metadata lack the split, the classes or the names");
  }
  const auto count = static_cast<std::int64_t>(collected.size());
  const auto classes = static_cast<std::int64_t>(collected.classes.size());
  const bool fits = collected.features.dim() == 2 && collected.features.size(0) == count &&
                    collected.features.scalar_type() == torch::kFloat &&
                    collected.probabilities.sizes() == torch::IntArrayRef({count, classes}) &&
                    collected.probabilities.scalar_type() == torch::kFloat &&
                    static_cast<std::int64_t>(collected.truth.size()) == count &&
                    static_cast<std::int64_t>(collected.predicted.size()) == count;
  if (!fits) throw bad("its tensors do not fit each other");
  return collected;
}

}  // namespace carica::analysis
