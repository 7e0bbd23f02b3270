#include "data/pixel_plan.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <opencv2/core.hpp>

#include "data/image_io.h"
#include "data/resize.h"

namespace carica::data {
namespace {

// What a thread keeps for the next picture.
PicturePart& kept_part() {
  thread_local PicturePart part;
  return part;
}

Window inside_of(const Window& part, Size size) {
  const int top = std::clamp(part.top, 0, size.height), left = std::clamp(part.left, 0, size.width);
  const int bottom = std::clamp(part.top + part.size.height, top, size.height);
  const int right = std::clamp(part.left + part.size.width, left, size.width);
  return {top, left, {bottom - top, right - left}};
}

Window moved(const Window& place, int top, int left) {
  return {place.top + top, place.left + left, place.size};
}

PictureView packed(const std::uint8_t* pixels, Size size) {
  return {pixels, size, static_cast<std::size_t>(size.width) * 3};
}
MaskView packed_mask(const std::uint8_t* values, Size size) {
  return {values, size, static_cast<std::size_t>(size.width)};
}

// The stored picture at 1/reduction, of which windows are asked for.
class Source {
 public:
  Source(const PixelPlan& plan, StoredSample& stored, Decoding decoding)
      : stored_(stored), from_(plan.from) {
    if (decoding == Decoding::kReduced && decodes_reduced(stored.encoded)) {
      while (reduction_ < 8 && from_.size.height / (2 * reduction_) >= plan.resized.height &&
             from_.size.width / (2 * reduction_) >= plan.resized.width) {
        reduction_ *= 2;
      }
    }
  }

  /// Of what the plan takes from the stored picture.
  Size size() const { return {from_.size.height / reduction_, from_.size.width / reduction_}; }

  PictureView window(const Window& place) const {
    const Window stored_place{from_.top + place.top * reduction_,
                              from_.left + place.left * reduction_,
                              {place.size.height * reduction_, place.size.width * reduction_}};
    if (stored_.encoded.empty()) {
      const PictureView& all = stored_.picture;
      return {all.pixels + static_cast<std::size_t>(stored_place.top) * all.row_bytes +
                  static_cast<std::size_t>(stored_place.left) * 3,
              stored_place.size, all.row_bytes};
    }
    const auto begin = std::chrono::steady_clock::now();
    try {
      decode_part(stored_.encoded, stored_.name, stored_place, reduction_, kept_part());
    } catch (const Error& error) {
      throw PictureError(error);
    }
    stored_.decode_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return kept_part().view;
  }

 private:
  StoredSample& stored_;
  const Window from_;
  int reduction_ = 1;
};

// `part` of the resized picture, which it lies inside.
void resize_inside(const PixelPlan& plan, const Source& source, const Window& part,
                   std::uint8_t* to) {
  const Size in = source.size();
  switch (plan.interpolation) {
    case Interpolation::kBilinear:
      return resize_bilinear(source.window(bilinear_source(in, plan.resized, part)), in,
                             plan.resized, part, to);
    case Interpolation::kNearest:
      return resize_nearest(source.window(whole(in)), plan.resized, part, to);
    case Interpolation::kArea:
      break;
  }
  const Picture all = resize_area(source.window(whole(in)), plan.resized);
  crop(view(all), part, Border::kConstant, {}, to);
}

// What of the resized picture the part needs: borders that repeat pixels may need any of it.
Window needed(const PixelPlan& plan) {
  if (plan.border != Border::kConstant && !plan.inside()) return whole(plan.resized);
  return inside_of(plan.part, plan.resized);
}

void fill(Colour colour, std::size_t pixels, std::uint8_t* to) {
  for (std::size_t i = 0; i < pixels; ++i, to += 3) std::copy(colour.begin(), colour.end(), to);
}

void mirror(const PixelPlan& plan, int type, std::uint8_t* bytes) {
  if (!plan.mirrors()) return;
  constexpr int kDown = 0, kAcross = 1, kBoth = -1;  // OpenCV's flip codes
  cv::Mat matrix(plan.part.size.height, plan.part.size.width, type, bytes);
  cv::flip(matrix, matrix, !plan.mirrored_down ? kAcross : !plan.mirrored_across ? kDown : kBoth);
}

}  // namespace

void make_picture(const PixelPlan& plan, StoredSample& stored, Decoding decoding,
                  std::uint8_t* to) {
  const Source source(plan, stored, decoding);
  const Window need = needed(plan);
  const Window part = moved(plan.part, -need.top, -need.left);
  if (pixel_count(need.size) == 0) {
    fill(plan.fill, pixel_count(plan.size()), to);
  } else if (source.size() == plan.resized) {
    crop(source.window(need), part, plan.border, plan.fill, to);
  } else if (need == plan.part) {
    resize_inside(plan, source, need, to);
  } else {
    PixelBytes resized(pixel_count(need.size) * 3);
    resize_inside(plan, source, need, resized.data());
    crop(packed(resized.data(), need.size), part, plan.border, plan.fill, to);
  }
  mirror(plan, CV_8UC3, to);
}

void make_mask(const PixelPlan& plan, const MaskView& mask, std::uint8_t* to) {
  const MaskView from{
      mask.values + static_cast<std::size_t>(plan.from.top) * mask.row_bytes + plan.from.left,
      plan.from.size, mask.row_bytes};
  const Window need = needed(plan);
  const Window part = moved(plan.part, -need.top, -need.left);
  if (pixel_count(need.size) == 0) {
    std::memset(to, plan.mask_fill, pixel_count(plan.size()));
  } else if (!plan.resizes()) {
    crop(from, plan.part, plan.border, plan.mask_fill, to);
  } else if (need == plan.part) {
    resize_nearest(from, plan.resized, need, to);
  } else {
    PixelBytes resized(pixel_count(need.size));
    resize_nearest(from, plan.resized, need, resized.data());
    crop(packed_mask(resized.data(), need.size), part, plan.border, plan.mask_fill, to);
  }
  mirror(plan, CV_8UC1, to);
}

}  // namespace carica::data
