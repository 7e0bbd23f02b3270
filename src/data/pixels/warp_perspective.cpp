#include "data/pixels/warp_perspective.h"

#include <cmath>
#include <cstddef>
#include <utility>

namespace carica::data {
namespace {

class PerspectiveWarp final : public Warp {
 public:
  explicit PerspectiveWarp(const std::array<float, 8>& c) : c_(c) {}

  void row(int y, std::span<double> xs, std::span<double> ys) const override {
    const double down = y + 0.5;
    const double a = c_[0], d = c_[3], g = c_[6];
    const double x_of_row = c_[1] * down + c_[2], y_of_row = c_[4] * down + c_[5];
    const double below_of_row = c_[7] * down + 1;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const double right = static_cast<double>(static_cast<int>(i)) + 0.5;
      const double below = g * right + below_of_row;
      xs[i] = (a * right + x_of_row) / below - 0.5;
      ys[i] = (d * right + y_of_row) / below - 0.5;
    }
  }

 private:
  std::array<float, 8> c_;
};

using System = std::array<std::array<double, 9>, 8>;  // eight equations, the right side last

// Gauss-Jordan elimination with the greatest pivot of each column.
std::optional<std::array<float, 8>> solve(System& rows) {
  for (std::size_t column = 0; column < 8; ++column) {
    std::size_t best = column;
    for (std::size_t row = column + 1; row < 8; ++row) {
      if (std::abs(rows[row][column]) > std::abs(rows[best][column])) best = row;
    }
    std::swap(rows[column], rows[best]);
    // The entries are whole numbers up to the product of two sides.
    if (!(std::abs(rows[column][column]) > 1e-9)) return std::nullopt;
    for (std::size_t row = 0; row < 8; ++row) {
      if (row == column) continue;
      const double factor = rows[row][column] / rows[column][column];
      for (std::size_t i = column; i < 9; ++i) rows[row][i] -= factor * rows[column][i];
    }
  }
  std::array<float, 8> solution;
  for (std::size_t i = 0; i < 8; ++i) {
    solution[i] = static_cast<float>(rows[i][8] / rows[i][i]);  // float as in torchvision
    if (!std::isfinite(solution[i])) return std::nullopt;
  }
  return solution;
}

}  // namespace

std::optional<std::array<float, 8>> perspective_coefficients(const Corners& from,
                                                             const Corners& to) {
  System rows;
  for (std::size_t i = 0; i < 4; ++i) {
    const double x = to[i].x, y = to[i].y, u = from[i].x, v = from[i].y;
    rows[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
    rows[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
  }
  return solve(rows);
}

void perspective_sample(Sample& sample, const std::array<float, 8>& coefficients,
                        const WarpSettings& settings) {
  warp_sample(sample, PerspectiveWarp(coefficients), sample.picture.size, settings);
}

}  // namespace carica::data
