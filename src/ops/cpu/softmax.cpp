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
  const SoftmaxRows work{element_of(x), x.const_data_ptr(),     y.mutable_data_ptr(), size,
                         log,           streams(y, layout.size)};
  at::parallel_for(0, layout.outer, grain(layout.size), [&](std::int64_t begin, std::int64_t end) {
    const Room room(RowBlock::room_bytes(size, compute_bytes(x)));
    softmax_rows(work, static_cast<std::size_t>(begin), static_cast<std::size_t>(end), room.get());
  });
}

void strips(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  const std::size_t value_bytes = compute_bytes(x);
  const auto cut = StripCut::of(layout, value_bytes);
  const auto row = layout.inner > 1 ? layout.inner : layout.size * StripCut::kGroup;
  const SoftmaxStrips work{element_of(x), x.const_data_ptr(), y.mutable_data_ptr(), layout, cut,
                           log,           streams(y, row)};
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
  if (StripCut::takes(layout)) {
    strips(x, y, layout, log);
  } else {
    rows(x, y, layout, log);
  }
}

void softmax_backward(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                      const DimLayout& layout, bool log) {
  const bool rows = !StripCut::takes(layout);
  const std::size_t value_bytes = compute_bytes(y);
  const auto cut = rows ? StripCut() : StripCut::of(layout, value_bytes);
  const auto row = layout.inner > 1 ? layout.inner : layout.size * StripCut::kGroup;
  const SoftmaxBackward work{element_of(y),
                             dy.const_data_ptr(),
                             y.const_data_ptr(),
                             dx.mutable_data_ptr(),
                             layout,
                             cut,
                             log,
                             streams(dx, rows ? layout.size : row)};
  if (rows) {
    at::parallel_for(0, layout.outer, grain(layout.size),
                     [&](std::int64_t begin, std::int64_t end) {
                       softmax_backward_rows(work, static_cast<std::size_t>(begin),
                                             static_cast<std::size_t>(end));
                     });
    return;
  }
  const auto values = layout.size * static_cast<std::int64_t>(StripCut::kGroup);
  const auto tasks = static_cast<std::int64_t>(cut.tasks);
  at::parallel_for(0, tasks, grain(values), [&](std::int64_t begin, std::int64_t end) {
    const Room room(cut.room_bytes(layout, value_bytes));
    softmax_backward_strips(work, static_cast<std::size_t>(begin), static_cast<std::size_t>(end),
                            room.get());
  });
}

}  // namespace carica::ops::cpu
