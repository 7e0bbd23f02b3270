#include "data/pixels/resize.h"

#include <algorithm>
#include <cstring>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "data/images/image_io.h"
#include "data/pixels/resize_kernels.h"
#include "data/pixels/resize_weights.h"

namespace carica::data {
namespace {

Picture blank(Size size) { return {size, PixelBytes(pixel_count(size) * 3)}; }

// Working memory of a thread, a few kilobytes for usual sizes, kept so that a call allocates its
// result only.
struct Scratch {
  AxisWeights across, down;
  std::vector<std::uint8_t> ring;
  std::vector<const std::uint8_t*> rows;
  std::vector<int> columns;
};

Scratch& scratch() {
  thread_local Scratch kept;
  return kept;
}

// The rows of a picture after the horizontal pass, made four at a time when they are asked for, and
// kept in a ring that fits the first-level cache. Rows are asked for in rising order.
class NarrowedRows {
 public:
  NarrowedRows(const PictureView& from, int width, int first_row, int taps, Scratch& memory)
      : from_(from),
        axis_(memory.across),
        ring_(memory.ring),
        width_(width),
        base_(first_row),
        slots_((taps + 3) / 4 * 4 + 4) {
    ring_.resize(static_cast<std::size_t>(slots_) * width_ * 3);
  }

  const std::uint8_t* row(int y) {
    while (base_ + made_ <= y) make_more();
    return slot(y - base_);
  }

 private:
  std::uint8_t* slot(int number) {
    return ring_.data() + static_cast<std::size_t>(number % slots_) * width_ * 3;
  }

  void make_more() {
    const int first = base_ + made_;
    const int count = std::min(4, from_.size.height - first);
    resize_kernels().horizontal(from_.pixels + first * from_.row_bytes, from_.row_bytes, count,
                                from_.size.width, axis_, slot(made_), width_);
    made_ += count;
  }

  const PictureView& from_;
  const AxisWeights& axis_;
  std::vector<std::uint8_t>& ring_;
  const int width_, base_, slots_;
  int made_ = 0;
};

// Calls weigh(y, first, weights) for each result row; row_of gives a source row.
template <typename RowOf>
void vertical_pass(const AxisWeights& axis, int in_height, Size size, RowOf&& row_of,
                   std::vector<const std::uint8_t*>& rows, std::uint8_t* to) {
  const std::size_t bytes = static_cast<std::size_t>(size.width) * 3;
  rows.resize(axis.taps);
  for (int y = 0; y < size.height; ++y) {
    for (int j = 0; j < axis.taps; ++j) {
      rows[j] = row_of(std::min(axis.first[y] + j, in_height - 1));
    }
    resize_kernels().vertical(rows.data(),
                              axis.weights.data() + static_cast<std::size_t>(y) * axis.taps,
                              axis.taps, axis.precision, to + y * bytes, bytes);
  }
}

// The source column of each result column [begin, begin + count).
const std::vector<int>& nearest_columns(int in, int out, int begin, int count,
                                        std::vector<int>& columns) {
  columns.resize(count);
  for (int x = 0; x < count; ++x) {
    columns[x] =
        static_cast<int>((2 * (std::int64_t{begin} + x) + 1) * in / (2 * std::int64_t{out}));
  }
  return columns;
}

template <int kChannels>
void nearest(const std::uint8_t* from, Size in, std::size_t row_bytes, Size size,
             const Window& part, std::uint8_t* to) {
  const std::vector<int>& columns =
      nearest_columns(in.width, size.width, part.left, part.size.width, scratch().columns);
  const std::size_t bytes = static_cast<std::size_t>(part.size.width) * kChannels;
  std::int64_t drawn = -1;  // source row of the result row above
  for (int y = 0; y < part.size.height; ++y, to += bytes) {
    const std::int64_t source =
        (2 * (std::int64_t{part.top} + y) + 1) * in.height / (2 * std::int64_t{size.height});
    if (source == drawn) {
      std::memcpy(to, to - bytes, bytes);
      continue;
    }
    drawn = source;
    const std::uint8_t* row = from + static_cast<std::size_t>(source) * row_bytes;
    if (in.width == size.width) {
      std::memcpy(to, row + static_cast<std::size_t>(part.left) * kChannels, bytes);
      continue;
    }
    for (int x = 0; x < part.size.width; ++x) {
      const std::uint8_t* pixel = row + static_cast<std::size_t>(columns[x]) * kChannels;
      for (int c = 0; c < kChannels; ++c) to[x * kChannels + c] = pixel[c];
    }
  }
}

Span across(const Window& part) { return {part.left, part.left + part.size.width}; }
Span down(const Window& part) { return {part.top, part.top + part.size.height}; }

// Both axes in the thread's memory; an axis that keeps its size reads its own places.
void compute_axes(Size in, Size size, const Window& part, Scratch& memory) {
  if (in.width != size.width) compute_axis(in.width, size.width, across(part), 4, memory.across);
  if (in.height != size.height) compute_axis(in.height, size.height, down(part), 2, memory.down);
}

}  // namespace

Window bilinear_source(Size in, Size size, const Window& part) {
  Scratch& memory = scratch();
  compute_axes(in, size, part, memory);
  const Span columns = in.width == size.width ? across(part) : memory.across.source;
  const Span rows = in.height == size.height ? down(part) : memory.down.source;
  return {rows.begin, columns.begin, {rows.size(), columns.size()}};
}

void resize_bilinear(const PictureView& source, Size in, Size size, const Window& part,
                     std::uint8_t* to) {
  Scratch& memory = scratch();
  compute_axes(in, size, part, memory);
  const bool narrow = in.width != size.width, shorten = in.height != size.height;
  if (narrow && shorten) {
    NarrowedRows rows(source, part.size.width, memory.down.first[0], memory.down.taps, memory);
    vertical_pass(
        memory.down, source.size.height, part.size, [&](int y) { return rows.row(y); }, memory.rows,
        to);
  } else if (shorten) {
    vertical_pass(
        memory.down, source.size.height, part.size,
        [&](int y) { return source.pixels + y * source.row_bytes; }, memory.rows, to);
  } else if (narrow) {
    resize_kernels().horizontal(source.pixels, source.row_bytes, part.size.height,
                                source.size.width, memory.across, to, part.size.width);
  } else {
    const std::size_t bytes = static_cast<std::size_t>(part.size.width) * 3;
    for (int y = 0; y < part.size.height; ++y) {
      std::memcpy(to + y * bytes, source.pixels + y * source.row_bytes, bytes);
    }
  }
}

Picture resize_bilinear(const PictureView& from, Size size) {
  Picture result = blank(size);
  resize_bilinear(from, from.size, size, whole(size), result.pixels.data());
  return result;
}

void resize_nearest(const PictureView& from, Size size, const Window& part, std::uint8_t* to) {
  nearest<3>(from.pixels, from.size, from.row_bytes, size, part, to);
}

void resize_nearest(const MaskView& from, Size size, const Window& part, std::uint8_t* to) {
  nearest<1>(from.values, from.size, from.row_bytes, size, part, to);
}

Picture resize_nearest(const PictureView& from, Size size) {
  Picture result = blank(size);
  resize_nearest(from, size, whole(size), result.pixels.data());
  return result;
}

Mask resize_nearest(const MaskView& from, Size size) {
  Mask result{size, PixelBytes(pixel_count(size))};
  resize_nearest(from, size, whole(size), result.values.data());
  return result;
}

Picture resize_area(const PictureView& from, Size size) {
  Picture result = blank(size);
  const cv::Mat source(from.size.height, from.size.width, CV_8UC3,
                       const_cast<std::uint8_t*>(from.pixels), from.row_bytes);
  cv::Mat target(size.height, size.width, CV_8UC3, result.pixels.data());
  cv::resize(source, target, target.size(), 0, 0, cv::INTER_AREA);
  return result;
}

Picture resize_bilinear(const Picture& picture, Size size) {
  return resize_bilinear(view(picture), size);
}

Mask resize_nearest(const Mask& mask, Size size) { return resize_nearest(view(mask), size); }

}  // namespace carica::data
