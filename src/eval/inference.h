#pragma once

#include <torch/types.h>

#include "eval/model.h"

namespace carica::eval {

/// How a network looks at pictures, beside the plain way: the config's keys of the same names.
struct Inference {
  bool flip = false;
  std::vector<double> scales = {1};
  std::int64_t window = 0;  // px; 0: the picture as a whole
  double window_overlap = 0.5;

  /// What the config's section eval asks for.
  static Inference of(const config::Config& config);
  bool is_plain() const { return !flip && window == 0 && scales == std::vector<double>{1}; }
};

/// Where windows of `window` begin along a side of `size` px, the last one at its end: as few as
/// overlap by at least `overlap` (a share of the window).
std::vector<std::int64_t> window_starts(std::int64_t size, std::int64_t window, double overlap);

/// Logits for pictures float[N,C,H,W]: float[N,outputs] or [N,outputs,h,w]. The outputs are in the
/// order of model.classes; others (model.outputs) follow. Windows: the mean of their logits. Flips
/// and scales: the mean of the probabilities, given as the logits that mean it, at the pictures'
/// size. Source of both: mmsegmentation's slide inference and test-time augmentation. `features`,
/// where given, gets network->features() of the pictures as they are, from the same pass if it can.
torch::Tensor infer(const Model& model, const torch::Tensor& pictures, const Inference& how,
                    torch::Tensor* features = nullptr);

/// float[N,K], what classifiers rank classes by: the logits, in the order of the classes, since
/// probabilities of clear cases are equal in float32; the probabilities where one logit stands for
/// two classes.
torch::Tensor ranking_scores(const torch::Tensor& logits, loss::Activation activation);

}  // namespace carica::eval
