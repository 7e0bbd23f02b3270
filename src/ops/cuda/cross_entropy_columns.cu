#include "ops/cuda/cross_entropy_layouts.h"
#include "ops/cuda/cross_entropy_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

void cross_entropy_columns(const CrossEntropyWork& work, const DimLayout& layout,
                           BlockTotals& totals) {
  const DeviceScope scope(work.logits);
  with_type(work.logits.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const bool pairs =
        allows_pairs<T>(work.logits.const_data_ptr()) &&
        (!work.gradient.defined() || allows_pairs<T>(work.gradient.const_data_ptr()));
    const auto launches = [&](const auto& make_op) {
      return launch_columns<T, 1>(layout, pairs, scope, make_op);
    };
    if (work.targets.label_smoothing > 0
            ? launches(make_cross_entropy_op<T>(work, layout.size, totals))
            : launches(make_cross_entropy_op<T, true>(work, layout.size, totals))) {
      return;
    }
    launch_long_strips<1>(layout, scope, make_cross_entropy_pass<T>(work, layout.size, totals));
  });
}

}  // namespace carica::ops::cuda
