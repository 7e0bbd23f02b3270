// Values of memory in 128 bits at a time, as the type of computing.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace carica::ops::cuda {

/// `value`, of which the compiler knows nothing: else it keeps the places of all loads of a thread
/// in registers, for the stores, and has none left for the values.
__device__ __forceinline__ std::int64_t separate(std::int64_t value) {
  asm volatile("" : "+l"(value));
  return value;
}
__device__ __forceinline__ std::uint32_t separate(std::uint32_t value) {
  asm volatile("" : "+r"(value));
  return value;
}

/// What lies k * step bytes on: one instruction. In C++ the product of two 64-bit numbers takes
/// more, although the upper halves are known to be 0.
template <typename T>
__device__ __forceinline__ T* at_step(T* data, std::uint32_t k, std::uint32_t step) {
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;
#ifdef __CUDA_ARCH__
  std::uint64_t distance;
  asm("mul.wide.u32 %0, %1, %2;" : "=l"(distance) : "r"(step), "r"(k));
#else
  const std::uint64_t distance = std::uint64_t{step} * k;
#endif
  return reinterpret_cast<T*>(reinterpret_cast<Byte*>(data) + distance);
}

/// Values of T in 128 bits.
template <typename T>
constexpr int kVector = static_cast<int>(16 / sizeof(T));

template <typename T, int kWidth>
struct alignas(sizeof(T) * kWidth) Vector {
  T values[kWidth];
};

template <int kBytes>
struct WordsOf;
template <>
struct WordsOf<1> {
  using type = std::uint8_t;
};
template <>
struct WordsOf<2> {
  using type = std::uint16_t;
};
template <>
struct WordsOf<4> {
  using type = std::uint32_t;
};
template <>
struct WordsOf<8> {
  using type = uint2;
};
template <>
struct WordsOf<16> {
  using type = uint4;
};
template <>
struct WordsOf<32> {
  struct type {
    uint4 first, second;
  };
};
/// A vector as it was loaded, in whole registers. Several loads should come before the first
/// conversion: behind a branch, the compiler cannot move them there.
template <int kWidth, typename T>
using Words = typename WordsOf<kWidth* static_cast<int>(sizeof(T))>::type;

/// `from` must be a multiple of the vector's size.
template <int kWidth, typename T>
__device__ __forceinline__ Words<kWidth, T> load_words(const T* __restrict__ from) {
  return *reinterpret_cast<const Words<kWidth, T>*>(from);
}
template <int kWidth, typename T, typename A>
__device__ __forceinline__ Words<kWidth, T> filled_words(A value) {
  Vector<T, kWidth> vector;
#pragma unroll
  for (int i = 0; i < kWidth; ++i) vector.values[i] = static_cast<T>(value);
  Words<kWidth, T> words;
  memcpy(&words, &vector, sizeof(words));
  return words;
}
template <int kWidth, typename T, typename A>
__device__ __forceinline__ void convert(const Words<kWidth, T>& words, A* values) {
  Vector<T, kWidth> vector;
  memcpy(&vector, &words, sizeof(words));
#pragma unroll
  for (int i = 0; i < kWidth; ++i) values[i] = static_cast<A>(vector.values[i]);
}

/// In one instruction: a Vector's own assignment moves values of a class one by one.
template <int kWidth, typename T, typename A>
__device__ __forceinline__ void store_vector(T* to, const A* values) {
  Vector<T, kWidth> vector;
#pragma unroll
  for (int i = 0; i < kWidth; ++i) vector.values[i] = static_cast<T>(values[i]);
  Words<kWidth, T> words;
  memcpy(&words, &vector, sizeof(words));
  *reinterpret_cast<Words<kWidth, T>*>(to) = words;
}

}  // namespace carica::ops::cuda
