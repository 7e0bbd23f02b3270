#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/images/picture.h"
#include "eval/model.h"

namespace carica::eval {

/// What a network says of one picture.
struct PictureResult {
  std::filesystem::path path;
  std::vector<std::pair<int, double>>
      top;                           // classification: class, probability; the most likely first
  std::vector<float> probabilities;  // several labels: of each class
  data::Mask mask;                   // segmentation: class index, at the picture's own size
  std::vector<double> shares;        // segmentation: share of the pixels of each class
  data::Picture picture;             // as decoded
  std::string error;                 // not empty: the picture could not be used
  std::string hint = {};             // what may be done about it
};

struct PredictOptions {
  int top_k = 5;
  std::size_t batch_size =
      16;  // pictures that come out of the pipeline at one size go through the network together
};

/// Predicts pictures in order; `take` gets each result, bad pictures included, as soon as it is
/// there.
void predict(const Model& model, const std::vector<std::filesystem::path>& pictures,
             const PredictOptions& options, const std::function<void(PictureResult)>& take);

}  // namespace carica::eval
