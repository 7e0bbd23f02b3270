#include "weights/read.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/input_file.h"
#include "weights/byte_cursor.h"
#include "weights/state_dict.h"
#include "weights/torch_file.h"

namespace carica::weights {
namespace {

constexpr const char* kKindKey = "carica.kind";

/// What a file is that is none of ours: (bytes, what to say, where the bytes begin).
struct Stranger {
  std::string_view magic, words;
  std::size_t place = 0;
};
constexpr Stranger kStrangers[] = {
    {"version https://git-lfs", "a pointer of Git LFS instead of the file itself"},
    {"<!DOCTYPE", "a web page: the download went wrong"},
    {"<!doctype", "a web page: the download went wrong"},
    {"<html", "a web page: the download went wrong"},
    {"\x1f\x8b", "packed by gzip; unpack it first"},
    {"\x93NUMPY", "an array of numpy"},
    {"\x89HDF", "an HDF5 file, as Keras writes"},
    {"GGUF", "a GGUF file"},
    {"ustar",
     "a tar archive, as the first versions of torch wrote; load and save it with a later one", 257},
};

// Of a run, its weights are meant.
[[noreturn]] void refuse_folder(const std::filesystem::path& folder) {
  const auto best = folder / "weights" / "best.safetensors";
  std::error_code ignored;
  refuse(folder.string(), "is a folder; must be a file",
         std::filesystem::exists(best, ignored) ? cat("the weights of this run: ", best.string())
                                                : "");
}

std::string first_bytes(const std::filesystem::path& path) {
  InputFile file;
  if (const int reason = file.open(path.c_str()); reason != 0) {
    if (reason == EISDIR) refuse_folder(path);
    if (reason == ENOENT) {
      refuse(path.string(), "no such file", "paths are relative to where carica is started");
    }
    refuse(path.string(), std::strerror(reason));
  }
  std::array<std::uint8_t, 512> bytes{};
  const auto count = std::min<std::uint64_t>(bytes.size(), file.size());
  if (const int reason = file.read(0, std::span(bytes).first(count)); reason != 0) {
    refuse(path.string(), std::strerror(reason));
  }
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

WeightsFile read_torch(const std::filesystem::path& path, const std::string& key) {
  const TorchFile file = TorchFile::open(path);
  const StateDict found = find_state_dict(file.tree(), key, path.string());
  WeightsFile result;
  result.tensors = file.read(found.tensors);
  result.metadata = facts_of(file.tree());
  result.format = file.format();
  if (!found.path.empty()) result.notes.push_back(cat("taken from '", found.path, "'"));
  if (!found.others.empty()) {
    result.notes.push_back(cat(found.others.size(), " entries that are no tensors left out (",
                               readable(found.others.front()), ")"));
  }
  return result;
}

WeightsFile read_safe(const std::filesystem::path& path, const std::string& key) {
  auto file = checkpoint::read_safetensors(path);
  WeightsFile result;
  result.metadata = std::move(file.metadata);
  result.format = "safetensors";
  const auto kind = result.metadata.find(kKindKey);
  if (kind == result.metadata.end() || kind->second != "run") {
    if (!key.empty()) {
      refuse(path.string(), cat("no weights under '", readable(key), "'; it has one set of them"),
             "leave out model.weights_key (or --key)");
    }
    result.tensors = std::move(file.tensors);
    return result;
  }
  const auto has = [&](const std::string& prefix) {
    return std::ranges::any_of(file.tensors,
                               [&](const auto& named) { return named.first.starts_with(prefix); });
  };
  const std::string chosen = !key.empty() ? key : has("ema.") ? "ema" : "model";
  const std::string prefix = chosen + ".";
  if ((chosen != "ema" && chosen != "model") || !has(prefix)) {
    refuse(path.string(), cat("no weights under '", readable(chosen), "'; a state of a run has ",
                              has("ema.") ? "model and ema" : "model"));
  }
  for (auto& [name, tensor] : file.tensors) {
    if (name.starts_with(prefix)) result.tensors.emplace_back(name.substr(prefix.size()), tensor);
  }
  result.notes.push_back(cat("taken from '", chosen, "' of a run's state"));
  return result;
}

}  // namespace

WeightsFile read_weights(const std::filesystem::path& path, const std::string& key) {
  const std::string begin = first_bytes(path);
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(begin.data()), begin.size());
  for (const auto& stranger : kStrangers) {
    if (begin.compare(std::min(stranger.place, begin.size()), stranger.magic.size(),
                      stranger.magic) == 0) {
      refuse(path.string(), cat(stranger.words, "; .safetensors and files of torch.save are read"));
    }
  }
  return looks_like_torch(bytes) ? read_torch(path, key) : read_safe(path, key);
}

}  // namespace carica::weights
