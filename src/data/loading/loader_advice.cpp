#include "data/loading/loader_advice.h"

#include <algorithm>

#include "core/text.h"

namespace carica::data {
namespace {

bool has_random_resized_crop(const config::Config& config) {
  const auto& list = config.transforms.train;
  return std::any_of(list.begin(), list.end(), [](const config::TransformOptions& options) {
    return std::holds_alternative<config::RandomResizedCrop>(options);
  });
}

void advise_on_files(const LoaderProfile& profile, const config::Config& config, bool decoding,
                     std::vector<std::string>& settings) {
  // Half of the memory: the network and the page cache want some, too.
  const bool fits = profile.decoded_bytes < profile.memory_bytes / 2;
  if (config.data.cache == "none" && fits) {
    settings.push_back(cat("data.cache=ram keeps the decoded pictures, about ",
                           byte_size(profile.decoded_bytes), " of ",
                           byte_size(profile.memory_bytes)));
  }
  if (config.data.cache == "none") {
    const bool segments = config.task == config::Task::kSegment;
    settings.push_back(
        cat("`carica data pack CONFIG --out FOLDER`, then data.cache=shards data.shards=FOLDER: ",
            segments ? "all samples" : "smaller pictures", " in few files"));
  }
  if (config.data.cache == "shards" && decoding) {
    settings.push_back(
        cat("`carica data pack CONFIG --picture raw --out FOLDER`: no decoding at all"));
  }
  if (decoding && config.loader.decode == "exact" && has_random_resized_crop(config)) {
    settings.push_back(cat("loader.decode=reduced decodes large JPEGs by fewer coefficients"));
  }
}

}  // namespace

LoaderAdvice advise(const LoaderProfile& profile, const config::Config& config) {
  LoaderAdvice advice;
  const StageSeconds& spent = profile.stages;
  const double all = std::max(spent.open + spent.decode + spent.transform, 1e-12);
  const double samples = static_cast<double>(std::max<std::int64_t>(spent.samples, 1));
  const double loader_rate = samples / std::max(profile.seconds, 1e-12);
  if (profile.copy_seconds * loader_rate > 1) {
    advice.limit = cat("copying to the device and normalising limits: the loader is faster");
    advice.settings.push_back(cat("nothing to change in the loader"));
    return advice;
  }
  const auto share = [&](double part) { return cat(fixed(100 * part / all, 0), "%"); };
  const double most = std::max({spent.open, spent.decode, spent.transform});
  if (most == spent.decode) {
    advice.limit = cat("decoding limits: ", share(spent.decode), " of the workers' time");
  } else if (most == spent.transform) {
    advice.limit = cat("transforms limit: ", share(spent.transform), " of the workers' time");
  } else {
    advice.limit = cat("reading limits: ", share(spent.open), " of the workers' time");
  }
  if (profile.workers < profile.cores) {
    advice.settings.push_back(cat("loader.workers=", std::min<std::size_t>(profile.cores, 16),
                                  " uses all cores; now ", profile.workers));
  }
  if (most != spent.transform) {
    advise_on_files(profile, config, most == spent.decode, advice.settings);
  } else {
    advice.settings.push_back(
        cat("leave out or weaken the transforms that take longest, see the table"));
    // A segmenter would be scored on masks that were shrunk.
    const bool classifies = config.task == config::Task::kClassify;
    if (classifies && config.data.cache == "none" && !has_random_resized_crop(config)) {
      advice.settings.push_back(
          cat("`carica data pack CONFIG --short-side N`: smaller pictures to begin with"));
    }
  }
  if (advice.settings.empty()) advice.settings.push_back(cat("more cores; the settings are good"));
  return advice;
}

}  // namespace carica::data
