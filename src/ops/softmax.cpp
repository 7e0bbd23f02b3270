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

// Whether one pass may lead from one type to the other, and back.
bool changes_in_kernel(const at::Tensor& x, at::ScalarType type, const char* op) {
  const bool narrow = x.scalar_type() == at::kHalf || x.scalar_type() == at::kBFloat16;
  return narrow && type == at::kFloat && kernels_for(x, op).changes_types;
}

// The result's type. Throws for one that is no floating type.
at::ScalarType result_type(const at::Tensor& x, OptionalType dtype, const char* op) {
  const auto type = dtype.value_or(x.scalar_type());
  check_floating(type, op, dtype ? "dtype" : "a tensor of");
  return type;
}

at::Tensor forward(const at::Tensor& given, std::int64_t dim, OptionalType dtype, bool log,
                   const char* op) {
  const auto type = result_type(given, dtype, op);
  dim = checked_dim(given, dim, op);
  auto x = dense(given);
  if (x.scalar_type() != type && !changes_in_kernel(x, type, op)) x = x.to(type);
  const auto y = at::empty_like(x, type);
  if (x.numel() > 0) kernels_for(x, op).softmax(x, y, layout_along(x, dim), log);
  return y;
}

at::Tensor backward(const at::Tensor& dy, const at::Tensor& given, std::int64_t dim,
                    OptionalType x_type, bool log, const char* op) {
  check_floating(given.scalar_type(), op);
  const auto type = result_type(given, x_type, op);
  dim = checked_dim(given, dim, op);
  if (dy.sizes() != given.sizes() || dy.scalar_type() != given.scalar_type()) {
    throw Error(ErrorCode::kShape,
                cat(op, ": gradient ", dy.scalar_type(), " ", dy.sizes(), " of a result ",
                    given.scalar_type(), " ", given.sizes(), "; must be alike"));
  }
  const auto y = dense(given);
  auto dx = at::empty_like(y, type);
  const bool changes = type != y.scalar_type();
  const bool apart = changes && !changes_in_kernel(dx, y.scalar_type(), op);
  if (apart) dx = at::empty_like(y);
  if (y.numel() > 0) {
    kernels_for(y, op).softmax_backward(laid_out_like(dy, y), y, dx, layout_along(y, dim), log);
  }
  return apart ? dx.to(type) : dx;
}

// Of a call under autocast.
OptionalType type_under_autocast(const at::Tensor& x, OptionalType dtype) {
  const bool casts = !dtype && x.is_floating_point() && x.scalar_type() != at::kDouble;
  return casts ? at::kFloat : dtype;
}

// The device's autocast steps aside, so that the call goes on below it.
at::DispatchKeySet autocast_of(const at::Tensor& x) {
  return at::DispatchKeySet(
      at::autocast::get_autocast_dispatch_key_from_device_type(x.device().type()));
}

}  // namespace

at::Tensor softmax_forward(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  return forward(x, dim, dtype, false, "softmax");
}
at::Tensor log_softmax_forward(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  return forward(x, dim, dtype, true, "log_softmax");
}
at::Tensor softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                            OptionalType x_type) {
  return backward(dy, y, dim, x_type, false, "softmax backward");
}
at::Tensor log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                OptionalType x_type) {
  return backward(dy, y, dim, x_type, true, "log_softmax backward");
}

at::Tensor softmax_meta(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  const auto type = result_type(x, dtype, "softmax");
  checked_dim(x, dim, "softmax");
  return at::empty_like(dense(x), type);
}
at::Tensor softmax_gradient_meta(const at::Tensor&, const at::Tensor& y, std::int64_t,
                                 OptionalType x_type) {
  return at::empty_like(dense(y), x_type.value_or(y.scalar_type()));
}

at::Tensor softmax_autocast(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(autocast_of(x));
  return ops::softmax(x, dim, type_under_autocast(x, dtype));
}
at::Tensor log_softmax_autocast(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(autocast_of(x));
  return ops::log_softmax(x, dim, type_under_autocast(x, dtype));
}

}  // namespace carica::ops
