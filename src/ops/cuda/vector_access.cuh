// Values of memory in 128 bits at a time, as the type of computing.
#pragma once

#include <cstdint>

namespace carica::ops::cuda {

/// `value`, of which the compiler knows nothing: else it keeps the places of all loads of a thread
/// in registers, for the stores, and has none left for the values.
__device__ __forceinline__ std::int64_t separate(std::int64_t value) {
  asm volatile("" : "+l"(value));
  return value;
}

/// Values of T in 128 bits.
template <typename T>
constexpr int kVector = static_cast<int>(16 / sizeof(T));

template <typename T, int kWidth>
struct alignas(sizeof(T) * kWidth) Vector {
  T values[kWidth];
};

/// Reads kWidth values; `from` must be a multiple of their size.
template <int kWidth, typename T, typename A>
__device__ __forceinline__ void load_vector(const T* __restrict__ from, A* values) {
  const auto vector = *reinterpret_cast<const Vector<T, kWidth>*>(from);
#pragma unroll
  for (int i = 0; i < kWidth; ++i) values[i] = static_cast<A>(vector.values[i]);
}

template <int kWidth, typename T, typename A>
__device__ __forceinline__ void store_vector(T* to, const A* values) {
  Vector<T, kWidth> vector;
#pragma unroll
  for (int i = 0; i < kWidth; ++i) vector.values[i] = static_cast<T>(values[i]);
  *reinterpret_cast<Vector<T, kWidth>*>(to) = vector;
}

}  // namespace carica::ops::cuda
