// The AVX2 form of the resize kernels; everything is multiplied as pairs of 16-bit numbers
// (pmaddwd).
#include "data/pixels/resize_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#include <algorithm>
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

// Four pixels of each of two rows: 12 bytes, not one more, or 16, which is faster.
template <bool kMayReadMore>
CARICA_AVX2 inline __m256i load_four_pixels(const std::uint8_t* a, const std::uint8_t* b) {
  if constexpr (kMayReadMore) {
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low),
                                   _mm_loadu_si128(reinterpret_cast<const __m128i*>(b)), 1);
  }
  const __m128i twelve = _mm_setr_epi32(-1, -1, -1, 0);
  const __m128i low = _mm_maskload_epi32(reinterpret_cast<const int*>(a), twelve);
  const __m128i high = _mm_maskload_epi32(reinterpret_cast<const int*>(b), twelve);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

// Pointers to the same place of four rows.
template <typename Byte>
struct FourRows {
  Byte *a, *b, *c, *d;
};

// The sums of one result pixel: rows a and b in the halves of `ab`, c and d in those of `cd`. Four
// bytes are stored faster than three; the fourth is overwritten by the next pixel of the row, so
// `kBytes` is 3 for the last one only.
template <std::size_t kBytes>
CARICA_AVX2 inline void store_pixel(__m256i ab, __m256i cd, __m128i precision,
                                    const FourRows<std::uint8_t>& to, std::size_t at) {
  const __m256i words =
      _mm256_packs_epi32(_mm256_sra_epi32(ab, precision), _mm256_sra_epi32(cd, precision));
  const __m256i bytes = _mm256_packus_epi16(words, words);
  const auto a_and_c = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_castsi256_si128(bytes)));
  const auto b_and_d =
      static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_extracti128_si256(bytes, 1)));
  const auto a = static_cast<std::uint32_t>(a_and_c), c = static_cast<std::uint32_t>(a_and_c >> 32);
  const auto b = static_cast<std::uint32_t>(b_and_d), d = static_cast<std::uint32_t>(b_and_d >> 32);
  std::memcpy(to.a + at, &a, kBytes);
  std::memcpy(to.b + at, &b, kBytes);
  std::memcpy(to.c + at, &c, kBytes);
  std::memcpy(to.d + at, &d, kBytes);
}

// Result pixels [begin, end) of four rows.
template <std::size_t kBytes, bool kMayReadMore>
CARICA_AVX2 inline void narrow_four_rows(const FourRows<const std::uint8_t>& from,
                                         const AxisWeights& axis, int begin, int end,
                                         const FourRows<std::uint8_t>& to) {
  // Bytes of the pixels (0, 1) and (2, 3) as 16-bit pairs: r r, g g, b b, 0 0.
  const __m256i front = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1));
  const __m256i back = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1));
  const __m128i precision = _mm_cvtsi32_si128(axis.precision);
  const __m256i half = _mm256_set1_epi32(1 << (axis.precision - 1));
  const int taps = axis.taps;
  const int* first = axis.first.data();
  const std::int16_t* weights = axis.weights.data() + static_cast<std::size_t>(begin) * taps;
  for (int x = begin; x < end; ++x) {
    std::size_t in = static_cast<std::size_t>(first[x]) * 3;
    __m256i ab = half, cd = half;
    for (int j = 0; j < taps; j += 4, in += 12, weights += 4) {
      const __m256i w_front = weight_pair(weights), w_back = weight_pair(weights + 2);
      const __m256i upper = load_four_pixels<kMayReadMore>(from.a + in, from.b + in);
      const __m256i lower = load_four_pixels<kMayReadMore>(from.c + in, from.d + in);
      ab = _mm256_add_epi32(ab, _mm256_madd_epi16(_mm256_shuffle_epi8(upper, front), w_front));
      cd = _mm256_add_epi32(cd, _mm256_madd_epi16(_mm256_shuffle_epi8(lower, front), w_front));
      ab = _mm256_add_epi32(ab, _mm256_madd_epi16(_mm256_shuffle_epi8(upper, back), w_back));
      cd = _mm256_add_epi32(cd, _mm256_madd_epi16(_mm256_shuffle_epi8(lower, back), w_back));
    }
    store_pixel<kBytes>(ab, cd, precision, to, static_cast<std::size_t>(x) * 3);
  }
}

CARICA_AVX2 void horizontal(const std::uint8_t* from, std::size_t from_bytes, int rows,
                            int in_width, const AxisWeights& axis, std::uint8_t* to,
                            int out_width) {
  if (in_width < axis.taps) {  // the padded taps would read past the row
    portable_resize_kernels().horizontal(from, from_bytes, rows, in_width, axis, to, out_width);
    return;
  }
  const std::size_t to_bytes = static_cast<std::size_t>(out_width) * 3;
  // Pixels whose taps leave two pixels of the row behind them, so that 16 bytes are there.
  int roomy = out_width - 1;
  while (roomy > 0 && axis.first[roomy - 1] + axis.taps + 2 > in_width) --roomy;
  for (int y = 0; y < rows; y += 4) {
    // Rows past the end repeat the last one.
    const auto row = [&](int r) { return static_cast<std::size_t>(std::min(y + r, rows - 1)); };
    const FourRows<const std::uint8_t> source{
        from + row(0) * from_bytes, from + row(1) * from_bytes, from + row(2) * from_bytes,
        from + row(3) * from_bytes};
    const FourRows<std::uint8_t> target{to + row(0) * to_bytes, to + row(1) * to_bytes,
                                        to + row(2) * to_bytes, to + row(3) * to_bytes};
    narrow_four_rows<4, true>(source, axis, 0, roomy, target);
    narrow_four_rows<4, false>(source, axis, roomy, out_width - 1, target);
    narrow_four_rows<3, false>(source, axis, out_width - 1, out_width, target);
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
