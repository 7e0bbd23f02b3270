#include "ops/cpu/instruction_set_scope.h"

#include "core/error.h"
#include "core/text.h"
#include "ops/cpu/instruction_sets.h"

// After the choice of sets, which HWY_TARGETS follows.
#include <hwy/highway.h>

namespace carica::ops::cpu {

namespace {

std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> all;
  const std::int64_t compiled = HWY_TARGETS, here = hwy::SupportedTargets() | HWY_STATIC_TARGET;
  for (std::int64_t bit = 1; bit > 0; bit <<= 1) {  // better sets have lower bits
    if (compiled & here & bit) all.push_back(bit);
  }
  return all;
}

}  // namespace

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const auto target : targets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

InstructionSetScope::InstructionSetScope(const std::string& name) {
  for (const auto target : targets()) {
    if (name == hwy::TargetName(target)) {
      hwy::SetSupportedTargetsForTest(target);
      return;
    }
  }
  throw Error(ErrorCode::kUsage,
              cat("instruction set ", name, ": this machine has ", join(instruction_sets())));
}

InstructionSetScope::~InstructionSetScope() { hwy::SetSupportedTargetsForTest(0); }

}  // namespace carica::ops::cpu
