#pragma once

#include <string>
#include <vector>

namespace carica::ops::cpu {

/// The instruction sets that kernels are compiled for and this machine has, best first, by
/// Highway's names: AVX3 (AVX-512), AVX2, SCALAR (the baseline), NEON.
std::vector<std::string> instruction_sets();

/// Kernels use one instruction set while this lives, for tests; and the best one afterwards. Not
/// for several threads at once. Throws Error(kUsage) for a set that instruction_sets() does not
/// have.
class InstructionSetScope {
 public:
  explicit InstructionSetScope(const std::string& name);
  ~InstructionSetScope();
  InstructionSetScope(const InstructionSetScope&) = delete;
  InstructionSetScope& operator=(const InstructionSetScope&) = delete;
};

}  // namespace carica::ops::cpu
