// Every kind of tensor that softmax and its logarithm are asked for.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "ops/softmax.h"
#include "tensor_cases.h"

namespace carica::test {

inline torch::Tensor ours(const torch::Tensor& x, std::int64_t dim, bool log,
                          std::optional<torch::ScalarType> dtype = std::nullopt) {
  return log ? ops::log_softmax(x, dim, dtype) : ops::softmax(x, dim, dtype);
}
inline torch::Tensor theirs(const torch::Tensor& x, std::int64_t dim, bool log,
                            std::optional<torch::ScalarType> dtype = std::nullopt) {
  return log ? torch::log_softmax(x, dim, dtype) : torch::softmax(x, dim, dtype);
}

/// check(x, dim, log) for normal values times `scale`, of all shapes, types, layouts and dims.
template <typename Check>
void for_softmax_cases(torch::Device device, const std::vector<torch::ScalarType>& types,
                       double scale, const Check& check) {
  static const std::vector<std::vector<std::int64_t>> kShapes = {
      {},         {1},           {5},           {7, 1},          {3, 10},       {130, 21},
      {4, 127},   {3, 129},      {2, 1000},     {2, 4096},       {2, 5, 3},     {2, 21, 7, 9},
      {1, 3, 64}, {2, 150, 130}, {300, 2},      {2, 3, 4, 5, 6}, {1, 300, 3},   {65, 4},
      {4, 255},   {4, 1023},     {3, 1025},     {66, 3},         {3, 17, 1, 1}, {0, 4},
      {4, 0},     {2, 19, 0, 3}, {1, 70, 2, 33}};
  for (const auto& shape : kShapes) {
    const auto values = torch::randn(shape, torch::kDouble) * scale;
    for (const auto type : types) {
      for (const auto& [layout, x] : layouts_of(values.to(device, type))) {
        for (std::int64_t dim = 0; dim < std::max<std::int64_t>(x.dim(), 1); ++dim) {
          for (const bool log : {false, true}) {
            SCOPED_TRACE(c10::str(log ? "log_" : "", "softmax ", type, " ", x.sizes(), " ", layout,
                                  " dim ", dim));
            check(x, dim, log);
          }
        }
      }
    }
  }
}

}  // namespace carica::test
