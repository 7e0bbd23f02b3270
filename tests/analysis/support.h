#pragma once

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace carica::analysis {

/// A copy of golden numbers in this shape.
template <typename T>
torch::Tensor golden_tensor(const std::vector<T>& values, torch::IntArrayRef shape) {
  return torch::tensor(values, torch::CppTypeToScalarType<T>::value).view(shape);
}

/// float[rows,columns] of standard normal numbers; the same on every machine.
inline torch::Tensor normal_numbers(std::int64_t rows, std::int64_t columns,
                                    std::uint64_t seed = 1) {
  RandomStream random(seed, 0, 0);
  auto result = torch::empty({rows, columns});
  auto* value = result.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < result.numel(); ++i) value[i] = static_cast<float>(random.normal());
  return result;
}

inline double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kDouble) - b.to(torch::kDouble)).abs().max().item<double>();
}

/// |a - b| / |b| over all entries.
inline double relative_error(const torch::Tensor& a, const torch::Tensor& b) {
  const auto exact = b.to(torch::kDouble);
  return ((a.to(torch::kDouble) - exact).norm() / exact.norm()).item<double>();
}

/// What the error that `act` must throw says, when its code is `code`.
inline std::string message_of(ErrorCode code, const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

}  // namespace carica::analysis
