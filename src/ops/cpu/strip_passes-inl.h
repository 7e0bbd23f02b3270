// Brings the strips of a tensor to a kernel and its results back. Included once for each
// instruction set.
//
// A kernel for elements T computed in C, V a vector of C:
//   static constexpr std::size_t kInputs;       // tensors: 1, of short rows 1 or 2
//   const T* inputs[kInputs];
//   T* output;                                  // null: none
//   void prepare(strip);                        // before its values come
//   void take(strip, i, V v);                   // values of rows i and on of the first input
//   void compute(strip, at, task, beside);      // calls beside(c) once for each value c of a row
//   V result(strip, c, std::ptrdiff_t i);       // for rows i and on; any i: others are ignored
// `at` is where the strip's first value lies in the tensor.
#if defined(CARICA_OPS_CPU_STRIP_PASSES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_STRIP_PASSES_INL_H_
#undef CARICA_OPS_CPU_STRIP_PASSES_INL_H_
#else
#define CARICA_OPS_CPU_STRIP_PASSES_INL_H_
#endif

#include "ops/cpu/strip-inl.h"
#include "ops/cpu/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// What kernels of one tensor share that want the largest value of each row: it comes to spare(0).
/// A NaN may be lost there: it comes back with the exponentials.
template <typename T>
struct MaxKernel {
  using C = Compute<T>;
  using D = hn::ScalableTag<C>;
  using V = hn::Vec<D>;
  static constexpr D d{};
  static constexpr std::size_t kInputs = 1;

  HWY_INLINE void prepare(const Strip<C>& strip) const { StartMax(d, strip, strip.spare(0)); }
  HWY_INLINE void take(const Strip<C>& strip, std::size_t i, V v) const {
    C* const max = strip.spare(0) + i;
    hn::Store(hn::Max(v, hn::Load(d, max)), d, max);
  }

  const T* inputs[kInputs];
  T* output;
};

template <typename C>
HWY_INLINE C* PartOf(const Strip<C>& strip, std::size_t input) {
  return input == 0 ? strip.values : strip.second();
}

// One strip of columns: its rows in memory lie `stride` apart.
template <typename T, bool kStream, class Kernel>
struct ColumnStrip {
  using C = Compute<T>;
  using D = hn::ScalableTag<C>;
  using V = hn::Vec<D>;
  static constexpr D d{};
  static constexpr std::size_t kLanes = hn::MaxLanes(d), kVectors = StripCut::kGroup / kLanes;
  static constexpr std::size_t kLine = LineOf<T>();

  HWY_INLINE void read(const Kernel& kernel, std::size_t c) const {
    const T* from = kernel.inputs[0] + at + c * stride;
    C* to = strip.values + c * strip.pitch;
    const auto take = [&](auto v, std::size_t i) HWY_ATTR {
      hn::Store(v, d, to + i);
      kernel.take(strip, i, v);
    };
    if (HWY_LIKELY(strip.width == StripCut::kGroup)) {
      prefetch(from, c);
      V v[kVectors];
      for (std::size_t k = 0; k < kVectors; ++k) v[k] = Read(d, from + k * kLanes);
      for (std::size_t k = 0; k < kVectors; ++k) take(v[k], k * kLanes);
      return;
    }
    std::size_t i = 0;
    for (; i + kLanes <= strip.width; i += kLanes) take(Read(d, from + i), i);
    if (i < strip.width) {
      take(ReadN(d, from + i, strip.width - i, C(0)), i);
      i += kLanes;
    }
    for (; i < strip.pitch; i += kLanes) take(hn::Zero(d), i);
  }
  HWY_INLINE void write(const Kernel& kernel, std::size_t c) const {
    T* to = kernel.output + at + c * stride;
    if (kStream && BeforeInLine(to) > 0) {
      write_lines(kernel, c, to);
    } else if (HWY_LIKELY(strip.width == StripCut::kGroup)) {
      for (std::size_t i = 0; i < StripCut::kGroup; i += 2 * kLanes) {
        const V v = kernel.result(strip, c, i), next = kernel.result(strip, c, i + kLanes);
        WriteTwo<kStream>(d, v, next, to + i);
      }
    } else {
      std::size_t i = 0;
      for (; i + kLanes <= strip.width; i += kLanes) {
        WriteAs<kStream>(d, kernel.result(strip, c, i), to + i);
      }
      if (i < strip.width) WriteN(d, kernel.result(strip, c, i), to + i, strip.width - i);
    }
  }

  // A row that begins within a line, in whole lines: its last values wait for the strip behind it.
  // Places count from the beginning of that line.
  HWY_INLINE void write_lines(const Kernel& kernel, std::size_t c, T* to) const {
    const std::size_t before = BeforeInLine(to), end = before + strip.width;
    const std::size_t first_line = HWY_MIN(kLine, end);
    T* const line = to - before;
    C* const waiting = kept + c * kLine;
    const auto result = [&](std::size_t place) HWY_ATTR {
      const auto i = static_cast<std::ptrdiff_t>(place) - static_cast<std::ptrdiff_t>(before);
      return kernel.result(strip, c, i);
    };
    const auto joined = [&](std::size_t place) HWY_ATTR {
      const V v = result(place);
      if (place >= before) return v;
      return hn::IfThenElse(hn::FirstN(d, before - place), hn::Load(d, waiting + place), v);
    };
    if (!follows) {
      WritePart(d, result, before, first_line, line);
    } else if (first_line < kLine) {
      WritePart(d, joined, 0, first_line, line);
    } else {
      WriteLine<kStream>(d, joined, 0, line);
    }
    std::size_t place = first_line;
    for (; place + kLine <= end; place += kLine) WriteLine<kStream>(d, result, place, line);
    if (!precedes) return WritePart(d, result, place, end, line);
    for (std::size_t i = 0; place + i < end; i += kLanes) {
      hn::Store(result(place + i), d, waiting + i);
    }
  }

  // The row that is read kAhead rows later, of this strip or the one beside it. Not further ahead:
  // rows that lie a power of two apart would push each other out.
  HWY_INLINE void prefetch(const T* from, std::size_t c) const {
    constexpr std::size_t kAhead = sizeof(T) == 2 ? 12 : 4;
    const T* later = from + StripCut::kGroup;
    if (c + kAhead < strip.size) {
      later = from + kAhead * stride;
    } else if (kAhead < strip.size) {
      later -= (strip.size - kAhead) * stride;
    }
    for (std::size_t i = 0; i < StripCut::kGroup; i += kLine) hwy::Prefetch(later + i);
  }

  Strip<C> strip;
  std::size_t stride, at;
  C* kept;                 // for each value of a row a line
  bool follows, precedes;  // a strip of the same columns, that this thread works on
};

// Reads row c of one strip and writes that of another; null: none.
template <class Piece, class Kernel>
struct ReadAndWrite {
  HWY_INLINE void operator()(std::size_t c) const {
    if (next) next->read(kernel, c);
    if (last) last->write(kernel, c);
  }
  const Kernel& kernel;
  const Piece *next, *last;
};

// Three strips at a time: while the kernel computes one, the next is read and the last is written,
// so that neither the core nor its way to memory waits for the other.
template <typename T, bool kStream, class Kernel>
HWY_INLINE void ForColumns(const Kernel& kernel, const DimLayout& layout, const StripCut& cut,
                           std::size_t begin, std::size_t end, void* memory) {
  using Piece = ColumnStrip<T, kStream, Kernel>;
  const auto size = static_cast<std::size_t>(layout.size);
  const auto stride = static_cast<std::size_t>(layout.inner);
  const bool writes = kernel.output != nullptr, overlaps = cut.depth > 1;
  // What waits lies before the strips: vectors of results may begin before a strip's values.
  auto* const kept = static_cast<Compute<T>*>(memory);
  auto* const room = kept + StripCut::kept_values(size);
  const auto piece = [&](std::size_t task) HWY_ATTR {
    const std::size_t place = task % cut.strips, first = place * StripCut::kGroup;
    const Strip<Compute<T>> strip(room + task % cut.depth * StripCut::strip_values(size), size,
                                  HWY_MIN(StripCut::kGroup, stride - first));
    return Piece{strip,
                 stride,
                 task / cut.strips * size * stride + first,
                 kept,
                 place > 0 && task > begin,
                 place + 1 < cut.strips && task + 1 < end};
  };
  const auto read_all = [&](const Piece& p) HWY_ATTR {
    kernel.prepare(p.strip);
    for (std::size_t c = 0; c < size; ++c) p.read(kernel, c);
  };
  const auto write_all = [&](const Piece& p) HWY_ATTR {
    for (std::size_t c = 0; c < size && writes; ++c) p.write(kernel, c);
  };
  if (!overlaps) {
    for (std::size_t task = begin; task < end; ++task) {
      const Piece p = piece(task);
      read_all(p);
      kernel.compute(p.strip, p.at, task, [](std::size_t) HWY_ATTR {});
      write_all(p);
    }
    hwy::FlushStream();
    return;
  }
  Piece last = piece(begin), present = last;
  read_all(present);
  for (std::size_t task = begin; task < end; ++task) {
    const bool more = task + 1 < end, done = writes && task > begin;
    const Piece next = piece(more ? task + 1 : task);
    if (more) kernel.prepare(next.strip);
    const ReadAndWrite<Piece, Kernel> beside{kernel, more ? &next : nullptr,
                                             done ? &last : nullptr};
    kernel.compute(present.strip, present.at, task, beside);
    last = present;
    present = next;
  }
  write_all(last);
  hwy::FlushStream();
}

// Short contiguous rows, turned to columns. Those of the next strip are fetched to the cache.
template <typename T, bool kStream, class Kernel>
HWY_INLINE void ForShortRows(const Kernel& kernel, const DimLayout& layout, const StripCut& cut,
                             std::size_t begin, std::size_t end, void* memory) {
  using C = Compute<T>;
  const hn::ScalableTag<C> d;
  C* const room = static_cast<C*>(memory);
  const auto size = static_cast<std::size_t>(layout.size);
  const auto rows = static_cast<std::size_t>(layout.outer);
  C* const block = room + cut.depth * StripCut::strip_values(size);
  for (std::size_t task = begin; task < end; ++task) {
    const std::size_t first = task * StripCut::kGroup, at = first * size;
    const Strip<C> strip(room, size, HWY_MIN(StripCut::kGroup, rows - first));
    kernel.prepare(strip);
    for (std::size_t input = 0; input < Kernel::kInputs; ++input) {
      const T* x = kernel.inputs[input] + at;
      const C* from;
      if constexpr (std::is_same_v<T, C>) {
        from = x;
      } else {
        ReadAll(d, x, size * strip.width, block);
        from = block;
      }
      TransposeIn(d, from, strip.width, size, strip.pitch, PartOf(strip, input));
    }
    for (std::size_t c = 0; c < size; ++c) {
      ForPitch(d, strip, [&](std::size_t i) HWY_ATTR {
        kernel.take(strip, i, hn::Load(d, strip.values + c * strip.pitch + i));
      });
    }
    const bool more = task + 1 < end;
    kernel.compute(strip, at, task, [&](std::size_t c) HWY_ATTR {
      if (!more) return;
      constexpr std::size_t kLine = 64 / sizeof(T);
      for (std::size_t input = 0; input < Kernel::kInputs; ++input) {
        const T* next = kernel.inputs[input] + at + (size + c) * StripCut::kGroup;
        for (std::size_t i = 0; i < StripCut::kGroup; i += kLine) hwy::Prefetch(next + i);
      }
    });
    if (!kernel.output) continue;
    TransposeOut(d, strip.width, size, block,
                 [&](std::size_t c, std::size_t i) HWY_ATTR { return kernel.result(strip, c, i); });
    WriteAll<kStream>(d, block, size * strip.width, kernel.output + at);
  }
  hwy::FlushStream();
}

// Strips [begin, end). room: cut.room_bytes(), aligned to 64.
template <typename T, bool kStream, class Kernel>
HWY_INLINE void ForStrips(const Kernel& kernel, const DimLayout& layout, const StripCut& cut,
                          std::size_t begin, std::size_t end, void* room) {
  if (begin == end) return;
  if (layout.inner > 1) {
    ForColumns<T, kStream>(kernel, layout, cut, begin, end, room);
  } else {
    ForShortRows<T, kStream>(kernel, layout, cut, begin, end, room);
  }
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_STRIP_PASSES_INL_H_
