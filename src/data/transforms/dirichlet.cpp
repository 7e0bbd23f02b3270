#include "data/transforms/dirichlet.h"

#include <algorithm>
#include <cmath>

namespace carica::data {

double log_gamma_variate(double shape, RandomStream& random) {
  if (shape < 1) {
    // A variate of shape + 1 times U^(1 / shape).
    const double boost = std::log(1 - random.uniform()) / shape;  // 1 - u is never 0
    return log_gamma_variate(shape + 1, random) + boost;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal();
    const double root = 1 + c * x;
    const double u = 1 - random.uniform();
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return std::log(d * v);
  }
}

std::vector<double> dirichlet(int count, double alpha, RandomStream& random) {
  std::vector<double> shares(static_cast<std::size_t>(count));
  for (double& share : shares) share = log_gamma_variate(alpha, random);
  const double greatest = *std::max_element(shares.begin(), shares.end());
  double total = 0;
  for (double& share : shares) total += share = std::exp(share - greatest);
  for (double& share : shares) share /= total;
  return shares;
}

}  // namespace carica::data
