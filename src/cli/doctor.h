#pragma once

#include <string>
#include <vector>

namespace carica::cli {

/// One line of `carica doctor`.
struct Finding {
  enum class Grade { kGood, kNote, kBad };
  Grade grade = Grade::kGood;
  std::string subject, text, hint;
};

/// Looks at torch, CUDA, driver, cuDNN, GPUs, picture codecs, processor, allocator, disk and shared
/// memory. Changes nothing.
std::vector<Finding> examine_machine();

}  // namespace carica::cli
