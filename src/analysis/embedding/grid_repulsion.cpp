#include "analysis/embedding/grid_repulsion.h"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "analysis/embedding/grid_nodes.h"

namespace carica::analysis {
namespace {

constexpr double kSpacing = 1.0 / 3;
constexpr double kIntervals = 50;

// The next even size that has no factors but 2, 3 and 5.
std::int64_t good_size(std::int64_t least) {
  for (auto size = least + least % 2;; size += 2) {
    auto rest = size;
    for (const int factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return size;
  }
}

}  // namespace

void GridRepulsion::prepare_kernels(std::int64_t size, double spacing, torch::Device device) {
  if (size == size_ && spacing == spacing_ && potential_.device() == device) return;
  size_ = size;
  spacing_ = spacing;
  const auto options = torch::TensorOptions(torch::kDouble).device(device);
  // Distances from node 0, the far half to the left of it.
  const auto steps = torch::arange(size, options);
  const auto wrapped = torch::where(steps <= static_cast<double>(size / 2), steps, steps - size);
  const auto x = (wrapped * spacing).unsqueeze(1), y = (wrapped * spacing).unsqueeze(0);
  const auto q = (x.square() + y.square() + 1).reciprocal();
  const auto square = q.square();
  // Spreading and weighting blur by a B-spline each, of transform sinc^4: undone here.
  const auto blur = torch::sinc(wrapped / static_cast<double>(size)).pow(8);
  const auto sharper =
      (blur.unsqueeze(1) * blur.slice(0, 0, size / 2 + 1).unsqueeze(0)).reciprocal();
  potential_ = torch::real(at::fft_rfft2(q)) * sharper;
  forces_ =
      (at::fft_rfft2(torch::stack({square * x, square * y})) * sharper).to(torch::kComplexFloat);
  weights_ = torch::full({size / 2 + 1}, 2.0, options);
  weights_[0] = 1;
  weights_[size / 2] = 1;
}

Repulsion GridRepulsion::operator()(const torch::Tensor& positions) {
  const auto ends = torch::stack({positions.amin(1), positions.amax(1)}).to(torch::kDouble).cpu();
  const auto* end = ends.const_data_ptr<double>();
  const double range = std::max({end[2] - end[0], end[3] - end[1], 1e-30});
  GridPlace place;
  place.spacing = std::min(kSpacing, range / kIntervals);
  place.nodes = static_cast<std::int64_t>(std::ceil(range / place.spacing)) + 5;
  for (int d = 0; d < 2; ++d) place.origin[d] = end[d] - 1.5 * place.spacing;
  prepare_kernels(good_size(2 * place.nodes), place.spacing, positions.device());

  const bool host = positions.is_cpu();
  const auto points = positions.contiguous();
  const auto charge = host ? spread(points, place) : device_spread(points, place);
  const auto spectrum = at::fft_rfft2(charge, torch::IntArrayRef{size_, size_});
  const auto fields = at::fft_irfft2(forces_ * spectrum, torch::IntArrayRef{size_, size_})
                          .slice(1, 0, place.nodes)
                          .slice(2, 0, place.nodes);
  // The sum over all pairs of nodes, by Parseval's theorem.
  const auto power = torch::view_as_real(spectrum).to(torch::kDouble).square().sum(2);
  const auto pairs = (power * potential_).sum(0).mul(weights_).sum() / (1.0 * size_ * size_);
  return {host ? interpolate(fields, points, place) : device_interpolate(fields, points, place),
          pairs - static_cast<double>(points.size(1))};
}

}  // namespace carica::analysis
