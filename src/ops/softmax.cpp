#include "ops/softmax.h"

#include <ATen/autocast_mode.h>
#include <ATen/ops/empty_like.h>

#include "core/error.h"
#include "core/text.h"
#include "ops/device_kernels.h"
#include "ops/softmax_op.h"
#include "ops/tensor_layout.h"

namespace carica::ops {

namespace {

at::Tensor forward(const at::Tensor& given, std::int64_t dim, bool log, const char* op) {
  check_floating(given, op);
  dim = checked_dim(given, dim, op);
  const auto x = dense(given);
  const auto y = at::empty_like(x);
  if (x.numel() > 0) kernels_for(x, op).softmax(x, y, layout_along(x, dim), log);
  return y;
}

at::Tensor backward(const at::Tensor& dy, const at::Tensor& given, std::int64_t dim, bool log,
                    const char* op) {
  check_floating(given, op);
  dim = checked_dim(given, dim, op);
  if (dy.sizes() != given.sizes() || dy.scalar_type() != given.scalar_type()) {
    throw Error(ErrorCode::kShape,
                cat(op, ": gradient ", dy.scalar_type(), " ", dy.sizes(), " of a result ",
                    given.scalar_type(), " ", given.sizes(), "; must be alike"));
  }
  const auto y = dense(given);
  const auto dx = at::empty_like(y);
  if (y.numel() > 0) {
    kernels_for(y, op).softmax_backward(laid_out_like(dy, y), y, dx, layout_along(y, dim), log);
  }
  return dx;
}

// The device's autocast steps aside, so that the call goes on below it.
at::Tensor in_float32(const at::Tensor& x) {
  const auto device = x.device().type();
  return at::autocast::cached_cast(at::kFloat, x, device);
}

}  // namespace

at::Tensor softmax_forward(const at::Tensor& x, std::int64_t dim) {
  return forward(x, dim, false, "softmax");
}
at::Tensor log_softmax_forward(const at::Tensor& x, std::int64_t dim) {
  return forward(x, dim, true, "log_softmax");
}
at::Tensor softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim) {
  return backward(dy, y, dim, false, "softmax backward");
}
at::Tensor log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim) {
  return backward(dy, y, dim, true, "log_softmax backward");
}

at::Tensor softmax_meta(const at::Tensor& x, std::int64_t dim) {
  check_floating(x, "softmax");
  checked_dim(x, dim, "softmax");
  return at::empty_like(dense(x));
}
at::Tensor softmax_gradient_meta(const at::Tensor&, const at::Tensor& y, std::int64_t) {
  return at::empty_like(dense(y));
}

at::Tensor softmax_autocast(const at::Tensor& x, std::int64_t dim) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(
      at::autocast::get_autocast_dispatch_key_from_device_type(x.device().type()));
  return ops::softmax(in_float32(x), dim);
}
at::Tensor log_softmax_autocast(const at::Tensor& x, std::int64_t dim) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(
      at::autocast::get_autocast_dispatch_key_from_device_type(x.device().type()));
  return ops::log_softmax(in_float32(x), dim);
}

}  // namespace carica::ops
