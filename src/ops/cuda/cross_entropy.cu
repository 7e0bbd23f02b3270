#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/cross_entropy_layouts.h"
#include "ops/cuda/launch.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

void cross_entropy(const CrossEntropyWork& work, const DimLayout& layout) {
  const DeviceScope scope(work.logits);
  BlockTotals totals(work.loss, work.mean ? Result::kMean : Result::kSum);
  if (work.targets.values.numel() > 0) {
    if (layout.inner == 1) {
      cross_entropy_rows(work, layout, totals);
    } else if (!cross_entropy_tiles(work, layout, totals)) {
      cross_entropy_columns(work, layout, totals);
    }
  }
  totals.add(scope.stream);
}

}  // namespace carica::ops::cuda
