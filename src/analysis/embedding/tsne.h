#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

#include "analysis/embedding/affinities.h"

namespace carica::analysis {

/// How the repulsion of all pairs is computed. kAuto: kExact up to 8,000 points and always in three
/// dimensions, else kGrid. kExact takes N^2 steps; kGrid is GridRepulsion, in two dimensions only.
enum class TsneGradient { kAuto, kExact, kGrid };

struct TsneProgress {
  int iteration = 0;  // done, of `iterations`
  int iterations = 0;
  double kl = 0;  // without exaggeration
};

struct TsneOptions {
  int dims = 2;            // 2 or 3
  double perplexity = 30;  // at most a third of the other points, and taken down to that
  int iterations = 1000;   // with the exaggerated ones
  int exaggerated = 250;   // of them
  double early_exaggeration = 12;
  double learning_rate = 0;  // of the KL's gradient; 0: N / early_exaggeration / 4, at least 50
  int pca_dims = 50;         // more features than these are reduced to them first; 0: never
  std::uint64_t seed = 0;    // of the noise that parts equal points, 1/100 of the first positions
  TsneGradient gradient = TsneGradient::kAuto;
  int report_every = 50;                            // iterations
  std::function<bool(const TsneProgress&)> report;  // false: stop here
};

struct Embedding {
  torch::Tensor positions;  // float[N,dims] on the CPU, rows as the features'
  double kl = 0;            // KL(P || Q) in nats
  int iterations = 0;       // done: fewer than asked for when `report` stopped it
  double perplexity = 0;    // used
  bool exact = true;        // which gradient was used
};

/// t-SNE of features float[N,F], on their device: the N nearest neighbours' P (3 * perplexity of
/// them), first positions from PCA with a standard deviation of 1e-4, momentum 0.5 then 0.8, gains
/// by the sign of the gradient; the defaults are scikit-learn's. Equal options give equal bits on
/// the same machine with the same number of threads, and on a GPU. One point lies at 0. Throws
/// Error(kUsage) for options out of range, Error(kNumeric) for features or positions that are not
/// finite.
/// Sources: van der Maaten & Hinton 2008; van der Maaten 2014; Linderman et al. 2019; Kobak &
/// Berens 2019 for the first positions and the learning rate.
Embedding tsne(const torch::Tensor& features, const TsneOptions& options);

/// KL(P || Q) of an embedding float[N,2|3], over all N^2 pairs. Throws Error(kShape) when the rows
/// are not P's.
double kl_divergence(const Affinities& p, const torch::Tensor& embedding);

}  // namespace carica::analysis
