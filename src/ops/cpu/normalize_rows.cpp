#include "ops/cpu/normalize_rows.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/normalize_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

// Bytes to float32.
template <class D>
HWY_INLINE hn::Vec<D> ToFloat(D d, hn::Vec<hn::Rebind<std::uint8_t, D>> bytes) {
  return hn::ConvertTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, D>(), bytes));
}

// The last pixels of a row, in the same arithmetic: where rows are cut is chance.
template <typename T>
HWY_INLINE void WriteOne(std::uint8_t byte, const ChannelAffine& affine, std::size_t c, T* to) {
  const hn::CappedTag<float, 1> d;
  const auto v = hn::Set(d, static_cast<float>(byte));
  Write(d, hn::MulAdd(v, hn::Set(d, affine.scale[c]), hn::Set(d, affine.shift[c])), to);
}

// Pixels as they are: the three channels' factors come round every three vectors.
template <typename T>
void Interleaved(const std::uint8_t* in, std::size_t n, const ChannelAffine& affine, T* out) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN float scale[3 * HWY_MAX_BYTES / sizeof(float)];
  HWY_ALIGN float shift[3 * HWY_MAX_BYTES / sizeof(float)];
  for (std::size_t i = 0; i < 3 * lanes; ++i) {
    scale[i] = affine.scale[i % 3];
    shift[i] = affine.shift[i % 3];
  }
  std::size_t i = 0;
  for (; i + 3 * lanes <= n; i += 3 * lanes) {
    for (std::size_t k = 0; k < 3 * lanes; k += lanes) {
      const auto v = ToFloat(d, hn::LoadU(d8, in + i + k));
      Write(d, hn::MulAdd(v, hn::Load(d, scale + k), hn::Load(d, shift + k)), out + i + k);
    }
  }
  for (; i < n; ++i) WriteOne(in[i], affine, i % 3, out + i);
}

// Channel c of pixel i goes to out[c * plane + i].
template <typename T>
void Planes(const std::uint8_t* in, std::size_t width, std::size_t plane,
            const ChannelAffine& affine, T* out) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t x = 0;
  for (; x + lanes <= width; x += lanes) {
    hn::Vec<decltype(d8)> bytes[3];
    hn::LoadInterleaved3(d8, in + 3 * x, bytes[0], bytes[1], bytes[2]);
    for (std::size_t c = 0; c < 3; ++c) {
      const auto v = hn::MulAdd(ToFloat(d, bytes[c]), hn::Set(d, affine.scale[c]),
                                hn::Set(d, affine.shift[c]));
      Write(d, v, out + c * plane + x);
    }
  }
  for (; x < width; ++x) {
    for (std::size_t c = 0; c < 3; ++c) WriteOne(in[3 * x + c], affine, c, out + c * plane + x);
  }
}

template <typename T>
void Rows(const NormalizeRows& work, std::size_t begin, std::size_t end) {
  T* out = static_cast<T*>(work.out);
  const std::size_t row = 3 * work.width;
  if (work.interleaved) {
    return Interleaved(work.pictures + begin * row, (end - begin) * row, work.affine,
                       out + begin * row);
  }
  const std::size_t plane = work.width * work.height;
  for (std::size_t r = begin; r < end; ++r) {
    Planes(work.pictures + r * row, work.width, plane, work.affine,
           out + r / work.height * 3 * plane + r % work.height * work.width);
  }
}

void Run(const NormalizeRows& work, std::size_t begin, std::size_t end) {
  if (work.bfloat16) return Rows<hwy::bfloat16_t>(work, begin, end);
  Rows<float>(work, begin, end);
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void normalize_rows(const NormalizeRows& work, std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end);
}
}  // namespace carica::ops::cpu
#endif
