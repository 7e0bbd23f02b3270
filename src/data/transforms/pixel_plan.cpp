#include "data/transforms/pixel_plan.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <opencv2/core.hpp>

#include "data/images/image_io.h"
#include "data/pixels/resize.h"

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

// What of the resized picture the part needs: borders that repeat pixels may need any of it.
Window needed(const PixelPlan& plan) {
  if (plan.border != Border::kConstant && !plan.inside()) return whole(plan.resized);
  return inside_of(plan.part, plan.resized);
}

int cut_to(int multiple, int value) { return value / multiple * multiple; }

// A window of the stored picture at 1/reduction, counted from what the plan takes of it.
PictureView stored_window(const PixelPlan& plan, StoredSample& stored, int reduction,
                          const Window& place) {
  const Window wanted{plan.from.top + place.top * reduction,
                      plan.from.left + place.left * reduction,
                      {place.size.height * reduction, place.size.width * reduction}};
  if (stored.encoded.empty()) {
    const PictureView& all = stored.picture;
    return {all.pixels + static_cast<std::size_t>(wanted.top) * all.row_bytes +
                static_cast<std::size_t>(wanted.left) * 3,
            wanted.size, all.row_bytes};
  }
  const auto begin = std::chrono::steady_clock::now();
  try {
    decode_part(stored.encoded, stored.name, wanted, reduction, kept_part());
  } catch (const Error& error) {
    throw PictureError(error);
  }
  stored.decode_seconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return kept_part().view;
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

int settle_reduction(PixelPlan& plan, const StoredSample& stored, Decoding decoding) {
  Window& from = plan.from;
  int reduction = 1;
  if (decoding == Decoding::kExact || plan.interpolation == Interpolation::kNearest ||
      !decodes_reduced(stored.encoded)) {
    return reduction;
  }
  while (reduction < 8 && from.size.height / (2 * reduction) >= plan.resized.height &&
         from.size.width / (2 * reduction) >= plan.resized.width) {
    reduction *= 2;
  }
  for (int* value : {&from.top, &from.left, &from.size.height, &from.size.width}) {
    *value = cut_to(reduction, *value);
  }
  return reduction;
}

PlannedPicture::PlannedPicture(const PixelPlan& plan, StoredSample& stored, int reduction)
    : plan_(plan), need_(needed(plan)) {
  in_ = {plan.from.size.height / reduction, plan.from.size.width / reduction};
  Window source = whole(in_);
  if (in_ == plan.resized) {
    source = need_;
  } else if (plan.interpolation == Interpolation::kBilinear && pixel_count(need_.size) > 0) {
    source = bilinear_source(in_, plan.resized, need_);
  }
  // A picture of which nothing is wanted is decoded too: it may be bad.
  if (pixel_count(source.size) == 0) source = whole(in_);
  pixels_ = stored_window(plan, stored, reduction, source);
}

void PlannedPicture::resize(std::uint8_t* to) const {
  switch (plan_.interpolation) {
    case Interpolation::kBilinear:
      return resize_bilinear(pixels_, in_, plan_.resized, need_, to);
    case Interpolation::kNearest:
      return resize_nearest(pixels_, plan_.resized, need_, to);
    case Interpolation::kArea:
      break;
  }
  crop(view(resize_area(pixels_, plan_.resized)), need_, Border::kConstant, {}, to);
}

void PlannedPicture::write(std::uint8_t* to) const {
  const Window part = moved(plan_.part, -need_.top, -need_.left);
  if (pixel_count(need_.size) == 0) {
    fill(plan_.fill, pixel_count(plan_.size()), to);
  } else if (in_ == plan_.resized) {
    crop(pixels_, part, plan_.border, plan_.fill, to);
  } else if (need_ == plan_.part) {
    resize(to);
  } else {
    PixelBytes resized(pixel_count(need_.size) * 3);
    resize(resized.data());
    crop(packed(resized.data(), need_.size), part, plan_.border, plan_.fill, to);
  }
  mirror(plan_, CV_8UC3, to);
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
