#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace carica::data {

/// One step of a policy: the operation, how often it is applied, and the bin of its magnitude, 0 to
/// 9; -1 for operations of one strength.
struct PolicyStep {
  std::string_view operation;
  double probability;
  int bin;
};
using PolicyPair = std::array<PolicyStep, 2>;

/// The 25 pairs learned on "imagenet", "cifar10" or "svhn", as torchvision has them; empty for
/// another name.
/// Source: Cubuk et al. 2019, "AutoAugment: Learning Augmentation Strategies from Data".
std::span<const PolicyPair> auto_augment_policy(const std::string& name);

}  // namespace carica::data
