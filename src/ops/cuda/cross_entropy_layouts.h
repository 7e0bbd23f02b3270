// cross_entropy() of kernels.h by layout: a source each, since nvcc takes its time.
#pragma once

#include "ops/kernels.h"

namespace carica::ops::cuda {

class BlockTotals;

/// All but work.loss, whose parts go to `sums`.
void cross_entropy_rows(const CrossEntropyWork& work, const DimLayout& layout, BlockTotals& totals);
void cross_entropy_columns(const CrossEntropyWork& work, const DimLayout& layout,
                           BlockTotals& totals);
/// Columns, where the copy engine can bring them; false, with nothing done, elsewhere.
bool cross_entropy_tiles(const CrossEntropyWork& work, const DimLayout& layout,
                         BlockTotals& totals);

}  // namespace carica::ops::cuda
