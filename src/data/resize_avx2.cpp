// The AVX2 form of the resize kernels; everything is multiplied as pairs of 16-bit numbers
// (pmaddwd).
#include "data/resize_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#include <cstring>

#define CARICA_AVX2 __attribute__((target("avx2")))

namespace carica::data {
namespace {

// Two neighbouring weights in each 32-bit lane.
CARICA_AVX2 inline __m256i weight_pair(const std::int16_t* weights) {
  std::int32_t pair;
  std::memcpy(&pair, weights, sizeof pair);
  return _mm256_set1_epi32(pair);
}

// Four pixels (12 bytes, not one more) of each of two rows.
CARICA_AVX2 inline __m256i load_four_pixels(const std::uint8_t* a, const std::uint8_t* b) {
  const __m128i twelve = _mm_setr_epi32(-1, -1, -1, 0);
  const __m128i low = _mm_maskload_epi32(reinterpret_cast<const int*>(a), twelve);
  const __m128i high = _mm_maskload_epi32(reinterpret_cast<const int*>(b), twelve);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

// RGB and a zero byte of the two rows in `sums` to `a` and `b`.
CARICA_AVX2 inline void store_pixels(__m256i sums, __m128i precision, bool last, std::uint8_t* a,
                                     std::uint8_t* b) {
  const __m256i shifted = _mm256_sra_epi32(sums, precision);
  const __m256i words = _mm256_packs_epi32(shifted, shifted);
  const __m256i bytes = _mm256_packus_epi16(words, words);
  const int first = _mm256_extract_epi32(bytes, 0), second = _mm256_extract_epi32(bytes, 4);
  // Four bytes are faster than three; the fourth is overwritten by the next pixel of the row.
  std::memcpy(a, &first, last ? 3 : 4);
  std::memcpy(b, &second, last ? 3 : 4);
}

// One result pixel of four rows.
CARICA_AVX2 inline void pixel_of_four_rows(const std::uint8_t* const from[4], int taps,
                                           const std::int16_t* weights, __m128i precision,
                                           __m256i half, bool last, std::uint8_t* const to[4]) {
  // Bytes of the pixels (0, 1) and (2, 3) as 16-bit pairs: r r, g g, b b, 0 0.
  const __m256i front = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1));
  const __m256i back = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1));
  __m256i upper = half, lower = half;
  for (int j = 0; j < taps; j += 4) {
    const __m256i w_front = weight_pair(weights + j), w_back = weight_pair(weights + j + 2);
    const __m256i a = load_four_pixels(from[0] + j * 3, from[1] + j * 3);
    const __m256i b = load_four_pixels(from[2] + j * 3, from[3] + j * 3);
    upper = _mm256_add_epi32(upper, _mm256_madd_epi16(_mm256_shuffle_epi8(a, front), w_front));
    lower = _mm256_add_epi32(lower, _mm256_madd_epi16(_mm256_shuffle_epi8(b, front), w_front));
    upper = _mm256_add_epi32(upper, _mm256_madd_epi16(_mm256_shuffle_epi8(a, back), w_back));
    lower = _mm256_add_epi32(lower, _mm256_madd_epi16(_mm256_shuffle_epi8(b, back), w_back));
  }
  store_pixels(upper, precision, last, to[0], to[1]);
  store_pixels(lower, precision, last, to[2], to[3]);
}

CARICA_AVX2 void horizontal(const std::uint8_t* from, std::size_t from_bytes, int rows,
                            int in_width, const AxisWeights& axis, std::uint8_t* to,
                            int out_width) {
  if (in_width < axis.taps) {  // the padded taps would read past the row
    portable_resize_kernels().horizontal(from, from_bytes, rows, in_width, axis, to, out_width);
    return;
  }
  const std::size_t to_bytes = static_cast<std::size_t>(out_width) * 3;
  const __m128i precision = _mm_cvtsi32_si128(axis.precision);
  const __m256i half = _mm256_set1_epi32(1 << (axis.precision - 1));
  for (int y = 0; y < rows; y += 4) {
    const std::uint8_t* sources[4];
    std::uint8_t* targets[4];
    for (int r = 0; r < 4; ++r) {  // rows past the end repeat the last one
      const std::size_t row = static_cast<std::size_t>(y + r < rows ? y + r : rows - 1);
      sources[r] = from + row * from_bytes;
      targets[r] = to + row * to_bytes;
    }
    const std::int16_t* weights = axis.weights.data();
    for (int x = 0; x < out_width; ++x, weights += axis.taps) {
      const std::size_t in = static_cast<std::size_t>(axis.first[x]) * 3;
      const std::size_t out = static_cast<std::size_t>(x) * 3;
      const std::uint8_t* const a[4] = {sources[0] + in, sources[1] + in, sources[2] + in,
                                        sources[3] + in};
      std::uint8_t* const b[4] = {targets[0] + out, targets[1] + out, targets[2] + out,
                                  targets[3] + out};
      pixel_of_four_rows(a, axis.taps, weights, precision, half, x == out_width - 1, b);
    }
  }
}

CARICA_AVX2 void vertical(const std::uint8_t* const* rows, const std::int16_t* weights, int taps,
                          int precision, std::uint8_t* to, std::size_t bytes) {
  constexpr std::size_t kWide = 32;
  const __m128i shift = _mm_cvtsi32_si128(precision);
  const __m256i half = _mm256_set1_epi32(1 << (precision - 1));
  const __m256i zero = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + kWide <= bytes; i += kWide) {
    __m256i sums[4] = {half, half, half, half};
    for (int j = 0; j < taps; j += 2) {
      const __m256i weight = weight_pair(weights + j);
      const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows[j] + i));
      const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows[j + 1] + i));
      const __m256i low = _mm256_unpacklo_epi8(a, b), high = _mm256_unpackhi_epi8(a, b);
      const __m256i parts[4] = {_mm256_unpacklo_epi8(low, zero), _mm256_unpackhi_epi8(low, zero),
                                _mm256_unpacklo_epi8(high, zero), _mm256_unpackhi_epi8(high, zero)};
      for (int k = 0; k < 4; ++k) {
        sums[k] = _mm256_add_epi32(sums[k], _mm256_madd_epi16(parts[k], weight));
      }
    }
    for (__m256i& sum : sums) sum = _mm256_sra_epi32(sum, shift);
    // Packing works inside 128-bit halves as unpacking did, which restores the order.
    const __m256i packed = _mm256_packus_epi16(_mm256_packs_epi32(sums[0], sums[1]),
                                               _mm256_packs_epi32(sums[2], sums[3]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), packed);
  }
  for (; i < bytes; ++i) {
    std::int32_t sum = 1 << (precision - 1);
    for (int j = 0; j < taps; ++j) sum += weights[j] * rows[j][i];
    sum >>= precision;
    to[i] = static_cast<std::uint8_t>(sum < 0 ? 0 : sum > 255 ? 255 : sum);
  }
}

}  // namespace

const ResizeKernels* avx2_resize_kernels() {
  static constexpr ResizeKernels kAvx2{horizontal, vertical};
  return __builtin_cpu_supports("avx2") ? &kAvx2 : nullptr;
}

}  // namespace carica::data

#else

namespace carica::data {
const ResizeKernels* avx2_resize_kernels() { return nullptr; }
}  // namespace carica::data

#endif
