#include "ops/cuda/cross_entropy_layouts.h"
#include "ops/cuda/cross_entropy_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

void cross_entropy_rows(const CrossEntropyWork& work, const DimLayout& layout,
                        BlockTotals& totals) {
  const DeviceScope scope(work.logits);
  with_type(work.logits.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const bool vectors =
        work.logits.numel() % kVector<T> == 0 && allows_vectors(work.logits.const_data_ptr()) &&
        (!work.gradient.defined() || allows_vectors(work.gradient.const_data_ptr()));
    const auto make_op = make_cross_entropy_op<T>(work, layout.size, totals);
    if (launch_rows<T, 1>(layout, vectors, scope, make_op)) return;
    const auto make_pass = make_cross_entropy_pass<T>(work, layout.size, totals);
    if (vectors && layout.size % kVector<T> == 0) {
      return launch_long_strips<kVector<T>>(layout, scope, make_pass);
    }
    launch_long_strips<1>(layout, scope, make_pass);
  });
}

}  // namespace carica::ops::cuda
