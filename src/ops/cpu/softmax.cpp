#include <ATen/Parallel.h>

#include "ops/cpu/plan.h"
#include "ops/cpu/room.h"
#include "ops/cpu/row_block.h"
#include "ops/cpu/softmax_backward.h"
#include "ops/cpu/softmax_rows.h"
#include "ops/cpu/softmax_strips.h"
#include "ops/kernels.h"

namespace carica::ops::cpu {

namespace {

void rows(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  const auto size = static_cast<std::size_t>(layout.size);
  const SoftmaxRows work{element_of(x), x.const_data_ptr(), y.mutable_data_ptr(), size,
                         log,           streams(y)};
  at::parallel_for(0, layout.outer, grain(layout.size), [&](std::int64_t begin, std::int64_t end) {
    const Room room(RowBlock::room_bytes(size, compute_bytes(x)));
    softmax_rows(work, static_cast<std::size_t>(begin), static_cast<std::size_t>(end), room.get());
  });
}

void strips(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  const std::size_t value_bytes = compute_bytes(x);
  const auto cut = StripCut::of(layout, value_bytes);
  const SoftmaxStrips work{element_of(x), x.const_data_ptr(), y.mutable_data_ptr(), layout, cut,
                           log,           streams(y, layout)};
  const auto values = layout.size * static_cast<std::int64_t>(StripCut::kGroup);
  const auto tasks = static_cast<std::int64_t>(cut.tasks);
  at::parallel_for(0, tasks, grain(values), [&](std::int64_t begin, std::int64_t end) {
    const Room room(cut.room_bytes(layout, value_bytes));
    softmax_strips(work, static_cast<std::size_t>(begin), static_cast<std::size_t>(end),
                   room.get());
  });
}

}  // namespace

void softmax(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  // Measured: the logarithm, and conversion, make turning worth it a little longer.
  const std::int64_t longest = !log && x.scalar_type() == at::kFloat ? 28 : 32;
  if (StripCut::takes(layout, longest)) {
    strips(x, y, layout, log);
  } else {
    rows(x, y, layout, log);
  }
}

void softmax_backward(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                      const DimLayout& layout, bool log) {
  const std::size_t value_bytes = compute_bytes(y);
  SoftmaxBackward work{element_of(y),
                       dy.const_data_ptr(),
                       y.const_data_ptr(),
                       dx.mutable_data_ptr(),
                       layout,
                       {},
                       0,
                       log,
                       false};
  // With little to compute, turning rows pays only where they are shorter than a cache line (longer
  // ones RowWriter takes), or conversion is dear.
  const bool columns = layout.inner > 1;
  const bool strips = !columns && StripCut::takes(layout, y.element_size() == 2 ? 32 : 15);
  std::size_t rows_of_a_task = 1, tasks = static_cast<std::size_t>(layout.outer), room_bytes = 0;
  if (columns) {
    work.columns = SoftmaxBackward::columns_together(layout, y.element_size());
    const bool few = work.columns == SoftmaxBackward::kFew;
    work.fetch = is_far(dx);
    work.stream = few ? streams(dx, layout.inner) : streams(dx, layout);
    tasks *= work.column_strips();
    rows_of_a_task = std::min(work.columns, static_cast<std::size_t>(layout.inner));
    room_bytes = SoftmaxBackward::room_values(work.columns) * value_bytes;
  } else if (strips) {
    work.cut = StripCut::of(layout, value_bytes);
    work.stream = streams(dx, layout);
    tasks = work.cut.tasks;
    rows_of_a_task = StripCut::kGroup;
    room_bytes = work.cut.room_bytes(layout, value_bytes);
  } else {
    work.stream = streams(dx);
  }
  const auto values = layout.size * static_cast<std::int64_t>(rows_of_a_task);
  const auto run = [&](std::int64_t first, std::int64_t last) {
    const auto begin = static_cast<std::size_t>(first), end = static_cast<std::size_t>(last);
    const Room room(room_bytes);
    if (work.columns == SoftmaxBackward::kFew) {
      return softmax_backward_few_columns(work, begin, end);
    }
    if (columns) return softmax_backward_columns(work, begin, end, room.get());
    if (strips) return softmax_backward_short_rows(work, begin, end, room.get());
    softmax_backward_long_rows(work, begin, end);
  };
  // The gradient of a softmax has little to compute: a second thread pays later.
  at::parallel_for(0, static_cast<std::int64_t>(tasks), (log ? 1 : 2) * grain(values), run);
}

}  // namespace carica::ops::cpu
