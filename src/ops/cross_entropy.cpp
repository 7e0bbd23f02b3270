#include "ops/cross_entropy.h"

#include <torch/types.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "ops/cross_entropy_op.h"
#include "ops/device_kernels.h"
#include "ops/tensor_layout.h"

namespace carica::ops {

namespace {

const char* op_of(const CrossEntropyCall& call) {
  return call.align_corners ? "upsample_cross_entropy" : "cross_entropy";
}

void check_shapes(const CrossEntropyCall& call) {
  const auto &x = call.logits, &y = call.targets;
  const char* op = op_of(call);
  check_floating(x.scalar_type(), op);
  const auto type = y.scalar_type();
  if (type != at::kByte && type != at::kInt && type != at::kLong) {
    throw Error(ErrorCode::kShape,
                cat(op, ": targets of ", type, "; must be uint8, int32 or int64 class indices"));
  }
  bool fits = x.dim() >= 2 && y.dim() == x.dim() - 1 && y.size(0) == x.size(0);
  if (call.align_corners) {
    fits = fits && x.dim() == 4 && (y.numel() == 0 || x.numel() > 0);
  } else {
    for (std::int64_t dim = 2; fits && dim < x.dim(); ++dim) fits = x.size(dim) == y.size(dim - 1);
  }
  if (!fits || (x.size(1) == 0 && y.numel() > 0)) {
    throw Error(ErrorCode::kShape,
                cat(op, ": logits ", x.sizes(), " and targets ", y.sizes(), "; must be ",
                    call.align_corners ? "[N,C,h,w] and [N,H,W]"
                                       : "[N,C] and [N], or [N,C,d1,...] and [N,d1,...]",
                    " with at least one class"));
  }
  const auto& weight = call.options.weight;
  if (weight && (weight->dim() != 1 || weight->size(0) != x.size(1))) {
    throw Error(ErrorCode::kShape, cat(op, ": weight ", weight->sizes(), " for ", x.size(1),
                                       " classes; must be one for each"));
  }
  if (y.device() != x.device() || (weight && weight->device() != x.device())) {
    throw Error(ErrorCode::kShape,
                cat(op, ": logits are on ", x.device().str(), "; targets and weight must be, too"));
  }
  const double smoothing = call.options.label_smoothing;
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw Error(ErrorCode::kShape,
                cat(op, ": label_smoothing = ", smoothing, "; must be in 0 to 1"));
  }
}

// What the kernels take: checked, dense, in the types they want.
struct Prepared {
  Prepared(const CrossEntropyCall& call, bool with_gradient)
      : kernels(kernels_for(call.logits, op_of(call))), align_corners(call.align_corners) {
    check_shapes(call);
    work.logits = class_dim_ready(call.logits.detach());
    const auto compute = compute_type(work.logits.scalar_type());
    work.targets.values = call.targets.contiguous();
    if (call.options.weight) {
      work.targets.weight = call.options.weight->detach().to(compute).contiguous();
    }
    work.targets.ignore_index = call.options.ignore_index;
    work.targets.label_smoothing = call.options.label_smoothing;
    if (empty()) return;
    const bool mean = call.options.reduction == Reduction::kMean;
    work.mean = mean && !with_gradient && kernels.takes_mean;
    if (work.mean) return;
    if (mean) {
      mean_scale = at::empty({}, work.logits.options().dtype(compute));
    }
    kernels.weigh_targets(work.targets, work.logits.size(1), mean_scale);
    if (mean && call.options.weight) enlarge_tiny_weights();
  }

  // Where 1 / sum of weights overflows, the mean is that with larger ones. On a GPU to look at the
  // sum would be to wait for it.
  void enlarge_tiny_weights() {
    if (!mean_scale.is_cpu() || !std::isinf(mean_scale.item<double>())) return;
    auto& weight = work.targets.weight;
    const bool wide = weight.scalar_type() == at::kDouble;
    const double largest =
        wide ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
    weight = (weight * 0x1p100).clamp(-largest, largest);  // of classes that are not in the batch
    kernels.weigh_targets(work.targets, work.logits.size(1), mean_scale);
  }

  bool empty() const { return work.targets.values.numel() == 0; }

  void run() const {
    const auto& x = work.logits;
    if (align_corners) {
      const auto& y = work.targets.values;
      kernels.upsample_cross_entropy(work,
                                     {x.size(2), x.size(3), y.size(1), y.size(2), *align_corners});
    } else {
      kernels.cross_entropy(work, layout_along(x, 1));
    }
  }

  const DeviceKernels& kernels;
  std::optional<bool> align_corners;
  CrossEntropyWork work;
  // 1 / sum of weights, and 0 for 0; undefined where it is not wanted.
  at::Tensor mean_scale;
};

}  // namespace

std::tuple<at::Tensor, at::Tensor> cross_entropy_forward(const CrossEntropyCall& call,
                                                         bool with_gradient) {
  Prepared prepared(call, with_gradient);
  auto& work = prepared.work;
  const auto options = work.logits.options().dtype(compute_type(work.logits.scalar_type()));
  const auto reduction = call.options.reduction;
  const bool each = reduction == Reduction::kNone;
  const auto loss = each ? at::empty(call.targets.sizes(), options) : at::empty({}, options);
  if (prepared.empty()) {
    const auto none = at::empty({0}, work.logits.options());
    return {loss.zero_(), with_gradient ? at::zeros_like(work.logits) : none};
  }
  (each ? work.losses : work.loss) = loss;
  if (reduction == Reduction::kMean) work.scale = prepared.mean_scale;
  if (with_gradient) work.gradient = at::empty_like(work.logits);
  prepared.run();
  return {loss, with_gradient ? work.gradient : at::empty({0}, work.logits.options())};
}

at::Tensor cross_entropy_gradient(const at::Tensor& d_loss, const CrossEntropyCall& call) {
  Prepared prepared(call, true);
  auto& work = prepared.work;
  work.gradient = at::empty_like(work.logits);
  if (prepared.empty()) return work.gradient.zero_();
  work.scale = d_loss.to(compute_type(work.logits.scalar_type())).contiguous();
  if (call.options.reduction == Reduction::kMean) work.scale = work.scale * prepared.mean_scale;
  prepared.run();
  return work.gradient;
}

std::tuple<at::Tensor, at::Tensor> cross_entropy_meta(const CrossEntropyCall& call,
                                                      bool with_gradient) {
  // Sizes may be symbols here: what fits is checked when there are numbers.
  const auto options = call.logits.options().dtype(compute_type(call.logits.scalar_type()));
  const bool each = call.options.reduction == Reduction::kNone;
  const auto loss =
      each ? at::empty_symint(call.targets.sym_sizes(), options) : at::empty({}, options);
  if (!with_gradient) return {loss, at::empty({0}, call.logits.options())};
  return {loss, at::empty_like(class_dim_ready(call.logits))};
}

Reduction reduction_named(std::string_view name) {
  if (name == "none") return Reduction::kNone;
  if (name == "mean") return Reduction::kMean;
  if (name == "sum") return Reduction::kSum;
  throw Error(ErrorCode::kShape,
              cat("cross_entropy: reduction = ", name, "; must be none, mean or sum"));
}

const char* name_of(Reduction reduction) {
  return reduction == Reduction::kNone ? "none" : reduction == Reduction::kMean ? "mean" : "sum";
}

}  // namespace carica::ops
