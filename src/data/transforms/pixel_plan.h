#pragma once

#include <cstdint>

#include "core/error.h"
#include "data/images/window.h"
#include "data/pixels/crop.h"
#include "data/stored_sample.h"

namespace carica::data {

enum class Interpolation { kBilinear, kNearest, kArea };  // of pictures; masks are always kNearest

/// What a row of transforms that only choose pixels comes to: a window of the stored picture,
/// resized, of which a part is taken, which may reach outside, and mirrored. Made before anything
/// is decoded, so that only pixels that are wanted are made. The result equals what the transforms
/// give one after the other, bit for bit.
struct PixelPlan {
  explicit PixelPlan(Size stored) : from(whole(stored)), resized(stored), part(whole(stored)) {}

  Window from;
  Size resized;
  Interpolation interpolation = Interpolation::kBilinear;
  Window part;
  Border border = Border::kConstant;
  Colour fill{};               // outside the picture
  std::uint8_t mask_fill = 0;  // outside the mask
  bool mirrored_across = false, mirrored_down = false;

  Size size() const { return part.size; }
  bool mirrors() const { return mirrored_across || mirrored_down; }
  /// Whether the result is anything but the stored picture of this size.
  bool changes(Size stored) const { return mirrors() || !may_resize() || from != whole(stored); }
  bool resizes() const { return resized != from.size; }
  /// Nothing but a window has been chosen, and that inside: a further transform may resize.
  bool may_resize() const { return !mirrors() && !resizes() && part == whole(resized); }
  /// `place`, counted from the present part, may be taken: nothing that was left out before comes
  /// back.
  bool may_take(const Window& place) const {
    const bool within = place.top >= 0 && place.left >= 0 &&
                        place.top + place.size.height <= part.size.height &&
                        place.left + place.size.width <= part.size.width;
    return !mirrors() && (part == whole(resized) || (within && inside()));
  }
  bool inside() const {
    return part.top >= 0 && part.left >= 0 && part.top + part.size.height <= resized.height &&
           part.left + part.size.width <= resized.width;
  }
};

/// A picture file that cannot be decoded, as the Error that decoding threw.
class PictureError : public Error {
 public:
  explicit PictureError(const Error& error) : Error(error) {}
};

/// Whether fewer pixels than the file holds may be decoded by fewer coefficients: kReduced does so
/// where the window is at least twice as large as what it is resized to, as Pillow's draft mode
/// does. Not for kNearest, whose pixels are those of the file.
enum class Decoding { kExact, kReduced };

/// By how much fewer pixels than the window holds are decoded: 1, 2, 4 or 8. The plan's window is
/// cut to whole pixels of what is decoded then, so that a mask made of the plan lies on its
/// picture.
int settle_reduction(PixelPlan& plan, const StoredSample& stored, Decoding decoding);

/// The picture of a plan, in two steps, so that room for it need not be found before its file is
/// known to be good. Valid until the same thread makes the next one, and as long as plan and stored
/// sample are.
class PlannedPicture {
 public:
  /// Decodes what is needed. `reduction`: what settle_reduction() gave. Throws PictureError.
  PlannedPicture(const PixelPlan& plan, StoredSample& stored, int reduction);
  /// To uint8[plan.size(),3], rows without gaps.
  void write(std::uint8_t* to) const;

 private:
  void resize(std::uint8_t* to) const;

  const PixelPlan& plan_;
  const Window need_;   // of the resized picture
  Size in_;             // of what is resized
  PictureView pixels_;  // what `need_` is made from
};

/// The mask of a plan to uint8[size].
void make_mask(const PixelPlan& plan, const MaskView& mask, std::uint8_t* to);

}  // namespace carica::data
