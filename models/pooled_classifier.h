#pragma once

#include "models/chain.h"
#include "models/input_rule.h"
#include "models/network.h"

namespace carica::models {

/// The parts of a classifier, in the order in which they see a picture.
struct ClassifierParts {
  InputRule rule;
  Chain trunk;             // pictures to maps
  std::int64_t pool = 1;   // the maps are averaged to pool x pool, and flattened
  Chain hidden = nullptr;  // of vectors, beside the head; may be empty
  double dropout = 0;      // before the head
  torch::nn::Linear head = nullptr;
  std::string head_name;  // "fc", or "classifier.6": the 6 is beside the hidden layers
};

/// A trunk, an average over the map, perhaps hidden layers, a linear head. The children of `trunk`
/// are the network's own, under their names; those of `hidden` are in "classifier". features():
/// float[N,F], what the head gets, before dropout.
class PooledClassifier : public Network {
 public:
  explicit PooledClassifier(ClassifierParts parts);

  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return parts_.head_name + "."; }

 private:
  ClassifierParts parts_;
};

}  // namespace carica::models
