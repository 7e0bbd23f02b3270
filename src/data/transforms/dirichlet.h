#pragma once

#include <vector>

#include "core/random.h"

namespace carica::data {

/// The logarithm of a number with the gamma distribution of this shape (above 0) and scale 1; in
/// logarithms, so that tiny shapes do not end at 0.
/// Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables".
double log_gamma_variate(double shape, RandomStream& random);

/// `count` shares that add up to 1, by the symmetric Dirichlet distribution; of two, the first has
/// the beta distribution of (alpha, alpha).
std::vector<double> dirichlet(int count, double alpha, RandomStream& random);

}  // namespace carica::data
