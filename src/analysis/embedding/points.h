// analysis/embedding: points in few dimensions, of any features. Knows no networks and no files.
#pragma once

#include <torch/types.h>

#include <string_view>

namespace carica::analysis {

/// `values` as contiguous float32 without a graph, on its device. Throws Error(kShape) unless it is
/// floating[N,F] with N and F at least 1, and Error(kNumeric) naming the first row that is not
/// finite, or so large that its squares are not. `where` begins the message.
torch::Tensor checked_points(const torch::Tensor& values, std::string_view where);

}  // namespace carica::analysis
