#include "analysis/collected_pictures.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/checks/finding.h"

namespace carica::analysis {

float CollectedPictures::probability(std::size_t row, std::int64_t label) const {
  return probabilities
      .const_data_ptr<float>()[static_cast<std::int64_t>(row) * probabilities.size(1) + label];
}

data::Picture CollectedPictures::picture(std::size_t row) const {
  if (dataset == nullptr) {
    throw Error(ErrorCode::kUsage, cat(names[row], ": its picture is not at hand"));
  }
  return dataset->load(static_cast<std::size_t>(indices[row])).picture;
}

eval::Evaluation collect_pictures(const eval::Model& model,
                                  std::shared_ptr<const data::Dataset> dataset,
                                  const std::string& split,
                                  const std::function<void(std::size_t, std::size_t)>& after_batch,
                                  CollectedPictures& into) {
  auto options = eval::Evaluator::options_of(model.config);
  options.keep_predictions = options.keep_features = true;
  options.inference = eval::Inference::of(model.config);
  const auto loss = eval::evaluation_loss(model);
  auto result = eval::Evaluator(model, loss, dataset, options).run(after_batch);
  for (const auto& bad : result.bad_files) {
    log_warning(cat(readable(bad.name), ": left out: ", bad.reason));
  }
  into.split = split;
  into.classes = model.classes;
  into.dataset = dataset;
  for (const auto& prediction : result.predictions) {
    const auto& item = dataset->item(static_cast<std::size_t>(prediction.index));
    into.names.push_back(data::printable(item.name));
    into.indices.push_back(prediction.index);
  }
  const auto classes = static_cast<std::int64_t>(model.classes.size());
  into.features = result.features.defined() ? result.features.contiguous() : torch::zeros({0, 0});
  into.probabilities = result.probabilities.defined() ? result.probabilities.contiguous()
                                                      : torch::zeros({0, classes});
  return result;
}

void save_pictures(FileSystem& fs, const std::filesystem::path& file,
                   const CollectedPictures& pictures, checkpoint::NamedTensors labels,
                   checkpoint::Metadata more) {
  fs.create_directories(file.parent_path());
  AtomicFile out(fs, file);
  const auto text = [](const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  labels.emplace_back("features", pictures.features);
  labels.emplace_back("probabilities", pictures.probabilities);
  more["split"] = pictures.split;
  more["classes"] = text(pictures.classes);
  more["names"] = text(pictures.names);
  checkpoint::write_safetensors(out, labels, more);
  out.commit();
}

Error damaged_features(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kCorrupt, cat(file.string(), ": ", what), "carica analyze RUN writes it anew"};
}

torch::Tensor stored_tensor(const checkpoint::TensorFile& stored, const std::string& name,
                            const std::filesystem::path& file) {
  const auto* found = stored.find(name);
  if (found == nullptr) throw damaged_features(file, "lacks the tensor " + name);
  return found->contiguous();
}

checkpoint::TensorFile load_pictures(const std::filesystem::path& file, CollectedPictures& into) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kUsage, cat(file.string(), ": missing; the run has no features yet"),
                "carica analyze RUN writes them");
  }
  auto stored = checkpoint::read_safetensors(file.string());
  into.features = stored_tensor(stored, "features", file);
  into.probabilities = stored_tensor(stored, "probabilities", file);
  try {
    into.split = stored.metadata.at("split");
    into.classes = nlohmann::json::parse(stored.metadata.at("classes"));
    into.names = nlohmann::json::parse(stored.metadata.at("names"));
  } catch (const std::exception&) {
    throw damaged_features(file, "its metadata lack the split, the classes or the names");
  }
  const auto count = static_cast<std::int64_t>(into.size());
  const auto classes = static_cast<std::int64_t>(into.classes.size());
  const bool fits = into.features.dim() == 2 && into.features.size(0) == count &&
                    into.features.scalar_type() == torch::kFloat &&
                    into.probabilities.sizes() == torch::IntArrayRef({count, classes}) &&
                    into.probabilities.scalar_type() == torch::kFloat;
  if (!fits) throw damaged_features(file, "its tensors do not fit each other");
  return stored;
}

}  // namespace carica::analysis
