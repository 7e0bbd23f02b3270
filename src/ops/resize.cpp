#include "ops/resize.h"

#include <ATen/Context.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace carica::ops {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Bilinear {
  bool align_corners;
  at::Tensor operator()(const at::Tensor& maps, std::int64_t height, std::int64_t width) const {
    return at::upsample_bilinear2d(maps, {height, width}, align_corners);
  }
};

struct Average {
  at::Tensor operator()(const at::Tensor& maps, std::int64_t height, std::int64_t width) const {
    return at::adaptive_avg_pool2d(maps, {height, width});
  }
};

// Both are linear, and rows and columns are resized independently: y = R x C^T. What the operator
// makes of each unit vector is a row of R^T: float[from,to].
template <typename Resize>
at::Tensor weights(const Resize& resize, std::int64_t from, std::int64_t to,
                   const at::TensorOptions& options) {
  return resize(at::eye(from, options).view({1, from, from, 1}), to, 1).view({from, to});
}

template <typename Resize>
at::Tensor gradient(const Resize& resize, const at::Tensor& of_result, std::int64_t height,
                    std::int64_t width) {
  const auto type = of_result.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const auto dy = of_result.to(type);
  const auto rows = weights(resize, height, dy.size(2), dy.options());
  const auto columns = weights(resize, width, dy.size(3), dy.options());
  return at::matmul(rows, at::matmul(dy, columns.t())).to(of_result.scalar_type());
}

template <typename Resize>
struct Resized : torch::autograd::Function<Resized<Resize>> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& maps, std::int64_t height,
                            std::int64_t width, bool align_corners) {
    context->saved_data["height"] = maps.size(2);
    context->saved_data["width"] = maps.size(3);
    context->saved_data["align_corners"] = align_corners;
    const at::AutoDispatchBelowADInplaceOrView below;
    return named(align_corners)(maps, height, width);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto& saved = context->saved_data;
    const auto resize = named(saved.at("align_corners").toBool());
    return {gradient(resize, gradients[0], saved.at("height").toInt(), saved.at("width").toInt()),
            {},
            {},
            {}};
  }

 private:
  static Resize named(bool align_corners) {
    if constexpr (std::is_same_v<Resize, Bilinear>) return {align_corners};
    return {};
  }
};

bool sums_in_any_order(const at::Tensor& maps) {
  return maps.is_cuda() && maps.requires_grad() && at::GradMode::is_enabled() &&
         at::globalContext().deterministicAlgorithms();
}

}  // namespace

at::Tensor upsample_bilinear(const at::Tensor& maps, std::int64_t height, std::int64_t width,
                             bool align_corners) {
  if (sums_in_any_order(maps)) {
    return Resized<Bilinear>::apply(maps, height, width, align_corners);
  }
  return Bilinear{align_corners}(maps, height, width);
}

at::Tensor adaptive_average(const at::Tensor& maps, std::int64_t height, std::int64_t width) {
  // To one place it is torch's mean, whose gradient is an expansion.
  const bool is_mean = height == 1 && width == 1;
  if (!is_mean && sums_in_any_order(maps)) {
    return Resized<Average>::apply(maps, height, width, false);
  }
  return Average{}(maps, height, width);
}

at::Tensor upsample_bilinear_gradient(const at::Tensor& of_result, std::int64_t height,
                                      std::int64_t width, bool align_corners) {
  return gradient(Bilinear{align_corners}, of_result, height, width);
}

at::Tensor adaptive_average_gradient(const at::Tensor& of_result, std::int64_t height,
                                     std::int64_t width) {
  return gradient(Average{}, of_result, height, width);
}

}  // namespace carica::ops
