#include <ATen/Parallel.h>

#include <numeric>
#include <vector>

#include "ops/cpu/cross_entropy_work.h"
#include "ops/cpu/plan.h"
#include "ops/cpu/room.h"
#include "ops/cpu/row_block.h"
#include "ops/cpu/target_work.h"
#include "ops/kernels.h"

namespace carica::ops::cpu {

void cross_entropy(const CrossEntropyWork& work, const DimLayout& layout) {
  const auto& logits = work.logits;
  const bool strips = StripCut::takes(layout);
  const std::size_t value_bytes = compute_bytes(logits);
  CrossEntropyRows rows{element_of(logits),
                        logits.const_data_ptr(),
                        layout,
                        {},
                        target_work(work, layout.size),
                        nullptr,
                        work.losses.defined() ? work.losses.mutable_data_ptr() : nullptr,
                        work.gradient.defined() ? work.gradient.mutable_data_ptr() : nullptr,
                        false};
  std::int64_t tasks, values_of_a_task;
  if (strips) {
    rows.cut = StripCut::of(layout, value_bytes);
    tasks = static_cast<std::int64_t>(rows.cut.tasks);
    values_of_a_task = layout.size * static_cast<std::int64_t>(StripCut::kGroup);
  } else {
    tasks = (layout.outer + kLongRows - 1) / kLongRows;
    values_of_a_task = layout.size * kLongRows;
  }
  if (work.gradient.defined()) {
    rows.stream = strips ? streams(work.gradient, layout) : streams(work.gradient);
  }
  std::vector<double> sums(static_cast<std::size_t>(tasks));
  rows.sums = sums.data();
  const std::size_t room_bytes =
      strips ? rows.cut.room_bytes(layout, value_bytes)
             : RowBlock::two_blocks_bytes(static_cast<std::size_t>(layout.size), value_bytes);
  at::parallel_for(0, tasks, grain(values_of_a_task), [&](std::int64_t begin, std::int64_t end) {
    const Room room(room_bytes);
    const auto run = strips ? cross_entropy_strips : cross_entropy_long_rows;
    run(rows, static_cast<std::size_t>(begin), static_cast<std::size_t>(end), room.get());
  });
  // In the order of tasks, which depends on the shape only.
  if (work.loss.defined()) work.loss.fill_(std::accumulate(sums.begin(), sums.end(), 0.0));
}

}  // namespace carica::ops::cpu
