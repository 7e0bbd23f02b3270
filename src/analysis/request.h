// analysis: what a run gets wrong, and what its features say. May include eval, report and all
// below.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/run_place.h"
#include "data/dataset.h"
#include "eval/model.h"

namespace carica::analysis {

/// What `carica analyze` was asked for.
struct Request {
  RunPlace run;
  std::string split = "test";                         // whose mistakes are looked at
  std::size_t per_class = 3;                          // pictures of mistakes or failures
  bool worst = false;                                 // the surest mistakes instead of drawn ones
  std::uint64_t seed = 0;                             // of what is drawn
  std::vector<std::string> embed = {"train", "val"};  // splits whose features are embedded
  bool in_3d = true;                                  // and the last of them in three dimensions
  std::size_t most_points = 5000;                     // of an embedding; more are drawn from
  torch::Device tsne_device{torch::kCPU};             // where t-SNE runs
  std::function<void(const std::string&)> progress = [](const std::string&) {};  // may throw
};

/// What a run's analysis is made from.
struct Subject {
  const eval::Model& model;
  const data::Datasets& datasets;
};

}  // namespace carica::analysis
