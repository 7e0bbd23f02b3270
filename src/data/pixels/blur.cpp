#include "data/pixels/blur.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "data/images/picture_view.h"
#include "data/pixels/crop.h"
#include "data/pixels/rounding.h"

namespace carica::data {
namespace {

// sum[i] += weight * values[i].
void add(float weight, const float* values, std::size_t count, float* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += weight * values[i];
}

// Without the zeros on both sides, which narrow kernels in wide windows have many of.
std::span<const float> trimmed(std::span<const float> kernel) {
  while (kernel.size() > 1 && kernel.front() == 0 && kernel.back() == 0) {
    kernel = kernel.subspan(1, kernel.size() - 2);
  }
  return kernel;
}

// One row with mirrored borders of `reach` pixels.
void mirror_row(const float* row, int width, int channels, int reach, float* to) {
  for (int x = -reach; x < width + reach; ++x) {
    const float* pixel =
        row + static_cast<std::size_t>(source_place(x, width, Border::kReflect)) * channels;
    for (int c = 0; c < channels; ++c) *to++ = pixel[c];
  }
}

// float[height,width,channels], in place: rows first, then columns.
void blur_values(float* values, Size size, int channels, std::span<const float> along_x,
                 std::span<const float> along_y) {
  along_x = trimmed(along_x);
  along_y = trimmed(along_y);
  const std::size_t row_values = static_cast<std::size_t>(size.width) * channels;
  const int reach_x = static_cast<int>(along_x.size() / 2);
  const int reach_y = static_cast<int>(along_y.size() / 2);

  std::vector<float> padded(row_values + 2 * static_cast<std::size_t>(reach_x) * channels);
  std::vector<float> rows(row_values * size.height, 0.0f);
  for (int y = 0; y < size.height; ++y) {
    mirror_row(values + y * row_values, size.width, channels, reach_x, padded.data());
    float* sum = rows.data() + y * row_values;
    for (std::size_t k = 0; k < along_x.size(); ++k) {
      add(along_x[k], padded.data() + k * channels, row_values, sum);
    }
  }
  for (int y = 0; y < size.height; ++y) {
    float* sum = values + y * row_values;
    std::fill_n(sum, row_values, 0.0f);
    for (std::size_t k = 0; k < along_y.size(); ++k) {
      const int from =
          source_place(y + static_cast<int>(k) - reach_y, size.height, Border::kReflect);
      add(along_y[k], rows.data() + from * row_values, row_values, sum);
    }
  }
}

}  // namespace

std::vector<float> gaussian_kernel(int size, double sigma) {
  std::vector<double> weights(static_cast<std::size_t>(size));
  double total = 0;
  for (int i = 0; i < size; ++i) {
    const double distance = i - (size - 1) * 0.5;
    const bool none = sigma <= 0;
    weights[i] = distance == 0 ? 1
                 : none        ? 0
                               : std::exp(-distance * distance / (2 * sigma * sigma));
    total += weights[i];
  }
  std::vector<float> kernel(weights.size());
  std::transform(weights.begin(), weights.end(), kernel.begin(), [total](double weight) {
    return static_cast<float>(round_even(weight / total * 0x1p24) * 0x1p-24);
  });
  return kernel;
}

void blur(Picture& picture, std::span<const float> along_x, std::span<const float> along_y) {
  std::vector<float> values(picture.pixels.begin(), picture.pixels.end());
  blur_values(values.data(), picture.size, 3, along_x, along_y);
  std::transform(values.begin(), values.end(), picture.pixels.begin(), nearest_byte);
}

void blur(std::span<float> values, Size size, std::span<const float> along_x,
          std::span<const float> along_y) {
  blur_values(values.data(), size, 1, along_x, along_y);
}

}  // namespace carica::data
