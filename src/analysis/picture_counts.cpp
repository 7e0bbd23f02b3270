#include "analysis/picture_counts.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include "checkpoint/safetensors.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {

void save_counts(FileSystem& fs, const std::filesystem::path& file,
                 const std::vector<std::string>& classes, const std::vector<std::string>& names,
                 const std::vector<metrics::PictureConfusion>& pictures) {
  const auto count = static_cast<std::int64_t>(pictures.size());
  const auto k = static_cast<std::int64_t>(classes.size());
  const auto counts = torch::zeros({count, k, k + 1}, torch::kLong);
  auto* out = counts.mutable_data_ptr<std::int64_t>();
  for (const auto& picture : pictures) {
    out = std::copy(picture.counts.begin(), picture.counts.end(), out);
  }
  const auto text = [](const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  fs.create_directories(file.parent_path());
  AtomicFile stored(fs, file);
  checkpoint::write_safetensors(stored, {{"counts", counts}},
                                {{"classes", text(classes)}, {"names", text(names)}});
  stored.commit();
}

metrics::RunPictures load_counts(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kUsage, cat(file.string(), ": missing; the run has no counts yet"),
                "carica analyze RUN writes them");
  }
  const auto stored = checkpoint::read_safetensors(file.string());
  const auto bad = [&](const std::string& what) {
    return Error(ErrorCode::kCorrupt, cat(file.string(), ": ", what),
                 "carica analyze RUN writes it anew");
  };
  const auto* counts = stored.find("counts");
  if (counts == nullptr) throw bad("lacks the tensor counts");
  metrics::RunPictures pictures;
  try {
    pictures.ids = nlohmann::json::parse(stored.metadata.at("names"));
  } catch (const std::exception&) {
    throw bad("its metadata lack the names");
  }
  const auto count = static_cast<std::int64_t>(pictures.ids.size());
  const bool fits = counts->dim() == 3 && counts->scalar_type() == torch::kLong &&
                    counts->size(0) == count && counts->size(2) == counts->size(1) + 1;
  if (!fits) throw bad("its counts do not fit the names");
  const auto whole = counts->contiguous();
  const auto* first = whole.const_data_ptr<std::int64_t>();
  const auto each = whole.size(1) * whole.size(2);
  metrics::PictureConfusion picture(static_cast<int>(whole.size(1)));
  for (std::int64_t i = 0; i < count; ++i) {
    picture.counts.assign(first + i * each, first + (i + 1) * each);
    pictures.counts.push_back(metrics::overlaps_of(picture));
  }
  return pictures;
}

}  // namespace carica::analysis
