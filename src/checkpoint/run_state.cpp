#include "checkpoint/run_state.h"

#include <algorithm>
#include <array>
#include <map>

#include "checkpoint/finite.h"
#include "checkpoint/header.h"
#include "checkpoint/run_json.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLast = "last.safetensors";
constexpr const char* kPrevious = "last.prev.safetensors";
constexpr const char* kTemporary = ".last.safetensors.tmp";  // AtomicFile's name for it

// Keys of the metadata. Others are the caller's facts.
constexpr const char* kOwnPrefix = "carica.";
constexpr const char* kFormatVersionKey = "carica.format";
constexpr const char* kKindKey = "carica.kind";
constexpr const char* kDescriptionKey = "carica.description";
constexpr const char* kProgressKey = "carica.progress";
constexpr const char* kPythonKey = "format";  // Python libraries look for "pt"

constexpr const char* kFormatVersion = "1";
constexpr const char* kRun = "run";
constexpr const char* kWeights = "weights";

// Prefixes of tensors in last.safetensors.
constexpr std::string_view kModel = "model.";
constexpr std::string_view kEma = "ema.";
constexpr std::string_view kOptimizer = "optim.";
constexpr const char* kCpuGenerator = "rng.cpu";
constexpr const char* kCudaGenerator = "rng.cuda";

[[noreturn]] void refuse(const std::string& where, const std::string& reason) {
  throw Error(ErrorCode::kCorrupt, cat(where, ": ", reason));
}

bool is_own_key(std::string_view key) { return key.starts_with(kOwnPrefix) || key == kPythonKey; }

Metadata common_metadata(const char* kind, const Description& description) {
  return {{kPythonKey, "pt"},
          {kFormatVersionKey, kFormatVersion},
          {kKindKey, kind},
          {kDescriptionKey, to_json(description)}};
}

void append(NamedTensors& into, std::string_view prefix, const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) into.emplace_back(cat(prefix, name), tensor);
}

const std::string& required(const TensorFile& file, const char* key, const std::string& where) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) {
    refuse(where, cat("no ", key, " in the metadata; only files that carica wrote are allowed"));
  }
  return found->second;
}

/// run or weights; also checks the version of the format.
const std::string& kind_of(const TensorFile& file, const std::string& where) {
  const std::string& version = required(file, kFormatVersionKey, where);
  if (version != kFormatVersion) {
    refuse(where,
           cat("format version ", quoted_name(version), "; this carica reads ", kFormatVersion));
  }
  return required(file, kKindKey, where);
}

Description description_of(const TensorFile& file, const std::string& where) {
  return description_from_json(required(file, kDescriptionKey, where),
                               cat(where, ": ", kDescriptionKey));
}

RunState to_run_state(const TensorFile& file, const std::string& where) {
  if (kind_of(file, where) != kRun) refuse(where, "weights only; the state of a run is needed");
  RunState state;
  state.description = description_of(file, where);
  state.progress =
      progress_from_json(required(file, kProgressKey, where), cat(where, ": ", kProgressKey));
  const std::pair<std::string_view, NamedTensors*> groups[] = {
      {kModel, &state.model}, {kEma, &state.ema}, {kOptimizer, &state.optimizer}};
  for (const auto& [name, tensor] : file.tensors) {
    bool known = name == kCpuGenerator || name == kCudaGenerator;
    if (known) (name == kCpuGenerator ? state.cpu_generator : state.cuda_generator) = tensor;
    for (const auto& [prefix, group] : groups) {
      if (!name.starts_with(prefix)) continue;
      group->emplace_back(name.substr(prefix.size()), tensor);
      known = true;
    }
    if (!known) refuse(where, cat("tensor ", quoted_name(name), " belongs to no part of a run"));
  }
  return state;
}

RunState load_run_state(const fs::path& path) {
  return to_run_state(read_safetensors(path), path.string());
}

/// The model's tensors with the averages in their place.
NamedTensors averaged(const RunState& state) {
  const std::map<std::string, torch::Tensor> averages(state.ema.begin(), state.ema.end());
  NamedTensors result = state.model;
  for (auto& [name, tensor] : result) {
    const auto found = averages.find(name);
    if (found != averages.end()) tensor = found->second;
  }
  return result;
}

/// What people take for a checkpoint, told by its name: the first bytes of a zip or a text say
/// nothing.
void refuse_other_endings(const std::filesystem::path& file) {
  static constexpr std::array kOfOthers = {".pth", ".pt", ".bin", ".ckpt"};
  static constexpr std::array kConfigs = {".yaml", ".yml"};
  const std::string ending = lower_case(file.extension().string());
  const bool weights = std::ranges::find(kOfOthers, ending) != kOfOthers.end();
  const bool config = std::ranges::find(kConfigs, ending) != kConfigs.end();
  if (!std::filesystem::exists(file) || !(weights || config)) return;
  throw Error(
      ErrorCode::kCorrupt,
      cat(file.string(), ": ends in ", ending,
          "; must be the folder of a run or a checkpoint of carica (.safetensors)"),
      weights ? cat("weights of other programs: carica eval CONFIG model.weights=", file.string())
              : "runs/latest is the folder of the newest run");
}

}  // namespace

void save_last(FileSystem& fs, const std::filesystem::path& folder, const RunState& state) {
  NamedTensors tensors;
  append(tensors, kModel, state.model);
  append(tensors, kEma, state.ema);
  tensors = on_host(tensors);
  require_finite(tensors);
  append(tensors, kOptimizer, state.optimizer);
  if (state.cpu_generator.defined()) tensors.emplace_back(kCpuGenerator, state.cpu_generator);
  if (state.cuda_generator.defined()) tensors.emplace_back(kCudaGenerator, state.cuda_generator);
  Metadata metadata = common_metadata(kRun, state.description);
  metadata[kProgressKey] = to_json(state.progress);

  const auto last = folder / kLast;
  AtomicFile file(fs, last);
  write_safetensors(file, tensors, metadata);
  const auto& written = file.finish();
  // A missing `last` means that a save stopped between the renames: then `previous` is the only
  // whole file and stays until the new one has its name.
  if (std::filesystem::exists(last)) fs.rename(last, folder / kPrevious);
  fs.rename(written, last);
  fs.sync_directory(folder);
}

RunState load_last(const std::filesystem::path& folder, std::string& fallback_reason) {
  std::vector<std::string> reasons;
  for (const char* name : {kLast, kPrevious, kTemporary}) {
    try {
      RunState state = load_run_state(folder / name);
      fallback_reason = join(reasons, "; ");
      return state;
    } catch (const Error& error) {
      reasons.emplace_back(error.what());
    }
  }
  reasons.pop_back();  // the temporary file is no name that a person knows
  throw Error(ErrorCode::kCorrupt, cat("no usable checkpoint: ", join(reasons, "; ")),
              "start the run again, or restore one of these files from a copy");
}

void save_weights(FileSystem& fs, const std::filesystem::path& file, const NamedTensors& weights,
                  const Description& description, const Metadata& facts) {
  const NamedTensors tensors = on_host(weights);
  require_finite(tensors);
  Metadata metadata = common_metadata(kWeights, description);
  for (const auto& [key, value] : facts) {
    if (is_own_key(key)) {
      throw Error(ErrorCode::kShape,
                  cat("checkpoint: fact ", quoted_name(key), "; the name \"", kPythonKey,
                      "\" and names that begin with \"", kOwnPrefix, "\" are taken"));
    }
    metadata[key] = value;
  }
  AtomicFile atomic(fs, file);
  write_safetensors(atomic, tensors, metadata);
  atomic.commit();
}

Weights load_weights(const std::filesystem::path& file) {
  const std::string where = file.string();
  refuse_other_endings(file);
  const TensorFile content = read_safetensors(file);
  Weights weights;
  const std::string& kind = kind_of(content, where);
  if (kind == kRun) {
    const RunState state = to_run_state(content, where);
    weights.tensors = averaged(state);
    weights.description = state.description;
    weights.facts = {{"epoch", std::to_string(state.progress.epoch)},
                     {"step", std::to_string(state.progress.step)}};
  } else if (kind == kWeights) {
    weights.tensors = content.tensors;
    weights.description = description_of(content, where);
    for (const auto& [key, value] : content.metadata) {
      if (!is_own_key(key)) weights.facts.emplace(key, value);
    }
  } else {
    refuse(where, cat("kind ", quoted_name(kind), "; ", kRun, " and ", kWeights, " are allowed"));
  }
  return weights;
}

}  // namespace carica::checkpoint
