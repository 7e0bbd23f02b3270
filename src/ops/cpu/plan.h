#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>

#include "ops/cpu/element.h"
#include "ops/dim_layout.h"

namespace carica::ops::cpu {

/// The element type of a tensor that a front function has let through.
Element element_of(const at::Tensor& tensor);

/// Bytes of a value of the type that it is computed in.
std::size_t compute_bytes(const at::Tensor& tensor);

/// Whether results are stored past the caches: pays when they are larger than a cache is.
bool streams(const at::Tensor& result);
/// The same of kernels that want aligned rows of `row` elements for it.
bool streams(const at::Tensor& result, std::int64_t row);
/// The same of strips of `layout`: columns may begin anywhere, short rows are stored as they come.
bool streams(const at::Tensor& result, const DimLayout& layout);
/// Whether it is worth asking ahead for the memory that such a result is made of.
bool is_far(const at::Tensor& result);

/// Tasks that a thread takes at least, each of `values` values: less is not worth a second thread.
std::int64_t grain(std::int64_t values);

}  // namespace carica::ops::cpu
