// What the tests of this folder share: bytes of files, comparisons, a small run.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "checkpoint/run_state.h"
#include "core/error.h"
#include "support/temp_folder.h"

namespace carica::checkpoint {

inline std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void put_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::remove(path);  // ext4 syncs a file that is truncated and written again
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(out.flush());
}

inline void put_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                        const Metadata& metadata = {}) {
  AtomicFile file(FileSystem::real(), path);
  write_safetensors(file, tensors, metadata);
  file.commit();
}

/// Type, shape and every bit; NaN equals itself.
inline bool same_bits(const torch::Tensor& a, const torch::Tensor& b) {
  if (a.defined() != b.defined()) return false;
  if (!a.defined()) return true;
  if (a.scalar_type() != b.scalar_type() || a.sizes() != b.sizes()) return false;
  const auto x = a.detach().contiguous();
  const auto y = b.detach().contiguous();
  return x.numel() == 0 || std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) == 0;
}

/// The same names and bits in any order.
inline bool same_tensors(const NamedTensors& a, const NamedTensors& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a) {
    bool found = false;
    for (const auto& [other_name, other] : b) {
      found = found || (other_name == name && same_bits(tensor, other));
    }
    if (!found) return false;
  }
  return true;
}

/// The message of the Error that `act` throws; its code must be `code`.
inline std::string message_of(ErrorCode code, const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(code)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

/// A run after `step` steps; different steps differ in every part.
inline RunState sample_state(std::int64_t step) {
  RunState state;
  state.description = {.config_yaml = "task: classify\nname: \"ä\"\n",
                       .classes = {"not sweet", "sweet, \"ripe\""},
                       .height = 128,
                       .width = 96,
                       .torch_version = "2.11.0",
                       .carica_version = "0.1.0"};
  state.progress.step = step;
  state.progress.samples = 32 * step;
  state.progress.best_metric = 0.1 * static_cast<double>(step);
  const auto filled = [step](torch::IntArrayRef shape, double salt) {
    return torch::full(shape, static_cast<double>(step) + salt);
  };
  state.model = {{"fc.weight", filled({2, 3}, 0.25)},
                 {"bn.num_batches_tracked", torch::tensor(step)},
                 {"bn.running_var", filled({3}, 0.5)}};
  state.ema = {{"fc.weight", filled({2, 3}, 0.75)}};
  state.optimizer = {{"exp_avg.fc.weight", filled({2, 3}, 0.125)}, {"step", torch::tensor(step)}};
  state.cpu_generator = torch::full({16}, step % 256, torch::kUInt8);
  return state;
}

inline bool same_state(const RunState& a, const RunState& b) {
  return a.progress.step == b.progress.step && a.progress.samples == b.progress.samples &&
         a.progress.best_metric == b.progress.best_metric &&
         a.description.config_yaml == b.description.config_yaml &&
         a.description.classes == b.description.classes && same_tensors(a.model, b.model) &&
         same_tensors(a.ema, b.ema) && same_tensors(a.optimizer, b.optimizer) &&
         same_bits(a.cpu_generator, b.cpu_generator) &&
         same_bits(a.cuda_generator, b.cuda_generator);
}

}  // namespace carica::checkpoint
