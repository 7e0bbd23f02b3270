// The gradient of softmax, or of its logarithm, from its result y. Included once for each
// instruction set.
#if defined(CARICA_OPS_CPU_SOFTMAX_BACKWARD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_SOFTMAX_BACKWARD_INL_H_
#undef CARICA_OPS_CPU_SOFTMAX_BACKWARD_INL_H_
#else
#define CARICA_OPS_CPU_SOFTMAX_BACKWARD_INL_H_
#endif

#include "ops/cpu/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// What the sum is over.
template <class D>
HWY_INLINE hn::Vec<D> Term(hn::Vec<D> dy, hn::Vec<D> y, bool log) {
  return log ? dy : hn::Mul(dy, y);
}

// dx from the row's sum: y (dy - sum), or dy - e^y sum. `max` is the largest y of the row: -inf
// says that all are, and there is no gradient then.
template <class D>
HWY_INLINE hn::Vec<D> Gradient(D d, hn::Vec<D> dy, hn::Vec<D> y, hn::Vec<D> sum, hn::Vec<D> max,
                               bool log) {
  if (!log) return hn::Mul(y, hn::Sub(dy, sum));
  const auto dx = hn::NegMulAdd(ExpOf(d, y, hn::Zero(d)), sum, dy);
  return hn::IfThenZeroElse(
      hn::Eq(max, hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity())), dx);
}

template <class D>
HWY_INLINE VectorPair<D> Gradient(D d, const VectorPair<D>& dy, const VectorPair<D>& y,
                                  hn::Vec<D> sum, hn::Vec<D> max, bool log) {
  return {Gradient(d, dy.first, y.first, sum, max, log),
          Gradient(d, dy.second, y.second, sum, max, log)};
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_SOFTMAX_BACKWARD_INL_H_
