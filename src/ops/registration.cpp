// The one file that registers operators with torch, and the C++ functions that call them through
// its dispatcher, so that a program that uses one has them all.
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>
#include <torch/types.h>

#include "ops/cross_entropy_op.h"
#include "ops/softmax.h"
#include "ops/softmax_op.h"
#include "ops/tensor_layout.h"
#include "ops/upsample.h"
#include "ops/upsample_argmax_op.h"

namespace carica::ops {

namespace {

using std::optional;
using std::string_view;
using std::tuple;

template <typename Signature>
auto op(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

CrossEntropyCall make_call(const at::Tensor& logits, const at::Tensor& targets,
                           const optional<at::Tensor>& weight, std::int64_t ignore_index,
                           double label_smoothing, string_view reduction,
                           optional<bool> align_corners) {
  const bool weighted = weight && weight->defined();
  return {
      logits,
      targets,
      {weighted ? weight : std::nullopt, ignore_index, label_smoothing, reduction_named(reduction)},
      align_corners};
}

// The operators' own signatures, one for each kind; `kRun` is what they do.
using Forward = tuple<at::Tensor, at::Tensor>(const CrossEntropyCall&, bool);

template <Forward* kRun>
tuple<at::Tensor, at::Tensor> plain_forward(const at::Tensor& logits, const at::Tensor& targets,
                                            const optional<at::Tensor>& weight,
                                            std::int64_t ignore_index, double label_smoothing,
                                            string_view reduction, bool with_gradient) {
  return kRun(make_call(logits, targets, weight, ignore_index, label_smoothing, reduction, {}),
              with_gradient);
}
template <Forward* kRun>
tuple<at::Tensor, at::Tensor> upsample_forward(const at::Tensor& logits, const at::Tensor& targets,
                                               const optional<at::Tensor>& weight,
                                               std::int64_t ignore_index, double label_smoothing,
                                               string_view reduction, bool align_corners,
                                               bool with_gradient) {
  return kRun(
      make_call(logits, targets, weight, ignore_index, label_smoothing, reduction, align_corners),
      with_gradient);
}
at::Tensor plain_gradient(const at::Tensor& d_loss, const at::Tensor& logits,
                          const at::Tensor& targets, const optional<at::Tensor>& weight,
                          std::int64_t ignore_index, double label_smoothing,
                          string_view reduction) {
  return cross_entropy_gradient(
      d_loss, make_call(logits, targets, weight, ignore_index, label_smoothing, reduction, {}));
}
at::Tensor upsample_gradient(const at::Tensor& d_loss, const at::Tensor& logits,
                             const at::Tensor& targets, const optional<at::Tensor>& weight,
                             std::int64_t ignore_index, double label_smoothing,
                             string_view reduction, bool align_corners) {
  return cross_entropy_gradient(d_loss, make_call(logits, targets, weight, ignore_index,
                                                  label_smoothing, reduction, align_corners));
}
at::Tensor gradient_meta(const at::Tensor&, const at::Tensor& logits, const at::Tensor&,
                         const optional<at::Tensor>&, std::int64_t, double, string_view) {
  return at::empty_like(class_dim_ready(logits));
}
at::Tensor upsample_gradient_meta(const at::Tensor&, const at::Tensor& logits, const at::Tensor&,
                                  const optional<at::Tensor>&, std::int64_t, double, string_view,
                                  bool) {
  return at::empty_like(class_dim_ready(logits));
}

at::Tensor loss_only(const CrossEntropyCall& call) {
  return std::get<0>(call_forward(call, false));
}

using Loss = at::Tensor(const CrossEntropyCall&);

template <Loss* kRun>
at::Tensor plain(const at::Tensor& logits, const at::Tensor& targets,
                 const optional<at::Tensor>& weight, std::int64_t ignore_index,
                 double label_smoothing, string_view reduction) {
  return kRun(make_call(logits, targets, weight, ignore_index, label_smoothing, reduction, {}));
}
template <Loss* kRun>
at::Tensor upsampled(const at::Tensor& logits, const at::Tensor& targets,
                     const optional<at::Tensor>& weight, std::int64_t ignore_index,
                     double label_smoothing, string_view reduction, bool align_corners) {
  return kRun(
      make_call(logits, targets, weight, ignore_index, label_smoothing, reduction, align_corners));
}

void register_kernels(torch::Library& m) {
  m.impl("softmax", softmax_forward);
  m.impl("log_softmax", log_softmax_forward);
  m.impl("_softmax_backward", softmax_gradient);
  m.impl("_log_softmax_backward", log_softmax_gradient);
  m.impl("_cross_entropy", plain_forward<cross_entropy_forward>);
  m.impl("_cross_entropy_backward", plain_gradient);
  m.impl("_upsample_cross_entropy", upsample_forward<cross_entropy_forward>);
  m.impl("_upsample_cross_entropy_backward", upsample_gradient);
  m.impl("upsample_argmax", upsample_argmax_forward);
}

void register_autocast(torch::Library& m) {
  m.impl("softmax", softmax_autocast);
  m.impl("log_softmax", log_softmax_autocast);
}

}  // namespace

TORCH_LIBRARY(carica, m) {
  m.def("softmax(Tensor x, int dim, ScalarType? dtype=None) -> Tensor");
  m.def("log_softmax(Tensor x, int dim, ScalarType? dtype=None) -> Tensor");
  m.def("_softmax_backward(Tensor dy, Tensor y, int dim, ScalarType? x_type=None) -> Tensor");
  m.def("_log_softmax_backward(Tensor dy, Tensor y, int dim, ScalarType? x_type=None) -> Tensor");
  m.def(
      "cross_entropy(Tensor logits, Tensor targets, Tensor? weight=None, int ignore_index=-100, "
      "float label_smoothing=0.0, str reduction=\"mean\") -> Tensor");
  m.def(
      "_cross_entropy(Tensor logits, Tensor targets, Tensor? weight, int ignore_index, "
      "float label_smoothing, str reduction, bool with_gradient) -> (Tensor, Tensor)");
  m.def(
      "_cross_entropy_backward(Tensor d_loss, Tensor logits, Tensor targets, Tensor? weight, "
      "int ignore_index, float label_smoothing, str reduction) -> Tensor");
  m.def(
      "upsample_cross_entropy(Tensor logits, Tensor targets, Tensor? weight=None, "
      "int ignore_index=-100, float label_smoothing=0.0, str reduction=\"mean\", "
      "bool align_corners=False) -> Tensor");
  m.def(
      "_upsample_cross_entropy(Tensor logits, Tensor targets, Tensor? weight, int ignore_index, "
      "float label_smoothing, str reduction, bool align_corners, bool with_gradient) "
      "-> (Tensor, Tensor)");
  m.def(
      "_upsample_cross_entropy_backward(Tensor d_loss, Tensor logits, Tensor targets, "
      "Tensor? weight, int ignore_index, float label_smoothing, str reduction, "
      "bool align_corners) -> Tensor");
  m.def(
      "upsample_argmax(Tensor logits, int height, int width, bool align_corners=False) -> Tensor");
}

TORCH_LIBRARY_IMPL(carica, CPU, m) { register_kernels(m); }
#ifdef CARICA_HAVE_NVCC
TORCH_LIBRARY_IMPL(carica, CUDA, m) { register_kernels(m); }
#endif

TORCH_LIBRARY_IMPL(carica, Meta, m) {
  m.impl("softmax", softmax_meta);
  m.impl("log_softmax", softmax_meta);
  m.impl("_softmax_backward", softmax_gradient_meta);
  m.impl("_log_softmax_backward", softmax_gradient_meta);
  m.impl("_cross_entropy", plain_forward<cross_entropy_meta>);
  m.impl("_cross_entropy_backward", gradient_meta);
  m.impl("_upsample_cross_entropy", upsample_forward<cross_entropy_meta>);
  m.impl("_upsample_cross_entropy_backward", upsample_gradient_meta);
  m.impl("upsample_argmax", upsample_argmax_meta);
}

TORCH_LIBRARY_IMPL(carica, CompositeExplicitAutograd, m) {
  m.impl("cross_entropy", plain<loss_only>);
  m.impl("upsample_cross_entropy", upsampled<loss_only>);
}

TORCH_LIBRARY_IMPL(carica, Autograd, m) {
  m.impl("softmax", softmax_autograd);
  m.impl("log_softmax", log_softmax_autograd);
  m.impl("_softmax_backward", softmax_gradient_autograd);
  m.impl("_log_softmax_backward", log_softmax_gradient_autograd);
  m.impl("cross_entropy", plain<cross_entropy_autograd>);
  m.impl("upsample_cross_entropy", upsampled<cross_entropy_autograd>);
}

TORCH_LIBRARY_IMPL(carica, AutocastCPU, m) { register_autocast(m); }
TORCH_LIBRARY_IMPL(carica, AutocastCUDA, m) { register_autocast(m); }

at::Tensor softmax(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  static const auto call = op<decltype(softmax_forward)>("carica::softmax");
  return call.call(x, dim, dtype);
}

at::Tensor log_softmax(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  static const auto call = op<decltype(log_softmax_forward)>("carica::log_softmax");
  return call.call(x, dim, dtype);
}

at::Tensor call_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                 OptionalType x_type) {
  static const auto call = op<decltype(softmax_gradient)>("carica::_softmax_backward");
  return call.call(dy, y, dim, x_type);
}

at::Tensor call_log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                     OptionalType x_type) {
  static const auto call = op<decltype(log_softmax_gradient)>("carica::_log_softmax_backward");
  return call.call(dy, y, dim, x_type);
}

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& targets,
                         const CrossEntropyOptions& options) {
  static const auto call = op<decltype(plain<loss_only>)>("carica::cross_entropy");
  return call.call(logits, targets, options.weight, options.ignore_index, options.label_smoothing,
                   name_of(options.reduction));
}

at::Tensor upsample_cross_entropy(const at::Tensor& logits, const at::Tensor& targets,
                                  const CrossEntropyOptions& options, bool align_corners) {
  static const auto call = op<decltype(upsampled<loss_only>)>("carica::upsample_cross_entropy");
  return call.call(logits, targets, options.weight, options.ignore_index, options.label_smoothing,
                   name_of(options.reduction), align_corners);
}

at::Tensor upsample_argmax(const at::Tensor& logits, std::int64_t height, std::int64_t width,
                           bool align_corners) {
  static const auto call = op<decltype(upsample_argmax_forward)>("carica::upsample_argmax");
  return call.call(logits, height, width, align_corners);
}

tuple<at::Tensor, at::Tensor> call_forward(const CrossEntropyCall& c, bool with_gradient) {
  const auto& o = c.options;
  if (c.align_corners) {
    static const auto call =
        op<decltype(upsample_forward<cross_entropy_forward>)>("carica::_upsample_cross_entropy");
    return call.call(c.logits, c.targets, o.weight, o.ignore_index, o.label_smoothing,
                     name_of(o.reduction), *c.align_corners, with_gradient);
  }
  static const auto call =
      op<decltype(plain_forward<cross_entropy_forward>)>("carica::_cross_entropy");
  return call.call(c.logits, c.targets, o.weight, o.ignore_index, o.label_smoothing,
                   name_of(o.reduction), with_gradient);
}

at::Tensor call_gradient(const at::Tensor& d_loss, const CrossEntropyCall& c) {
  const auto& o = c.options;
  if (c.align_corners) {
    static const auto call =
        op<decltype(upsample_gradient)>("carica::_upsample_cross_entropy_backward");
    return call.call(d_loss, c.logits, c.targets, o.weight, o.ignore_index, o.label_smoothing,
                     name_of(o.reduction), *c.align_corners);
  }
  static const auto call = op<decltype(plain_gradient)>("carica::_cross_entropy_backward");
  return call.call(d_loss, c.logits, c.targets, o.weight, o.ignore_index, o.label_smoothing,
                   name_of(o.reduction));
}

}  // namespace carica::ops
