#include <algorithm>
#include <array>

#include "core/text.h"
#include "data/pixels/crop.h"
#include "data/pixels/options_check.h"
#include "data/transforms/crop.h"

namespace carica::data {
namespace {

class Pad final : public Transform {
 public:
  struct Sides {
    int left, top, right, bottom;
  };
  Pad(Sides sides, Border border, Colour fill, std::uint8_t outside)
      : sides_(sides), border_(border), fill_(fill), outside_(outside) {}

  void apply(Sample& sample, RandomStream&) const override {
    const Size size = padded(sample.picture.size);
    sample.picture = crop(sample.picture, -sides_.top, -sides_.left, size, border_, fill_);
    if (sample.mask.empty()) return;
    sample.mask = crop(sample.mask, -sides_.top, -sides_.left, size, border_, outside_);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override {
    if (!input) return std::nullopt;
    return padded(*input);
  }

 private:
  Size padded(Size from) const {
    return checked_size("Pad", from, 0.0 + from.height + sides_.top + sides_.bottom,
                        0.0 + from.width + sides_.left + sides_.right);
  }

  Sides sides_;
  Border border_;
  Colour fill_;
  std::uint8_t outside_;
};

Pad::Sides sides_of(const std::vector<int>& padding) {
  const bool good = (padding.size() == 1 || padding.size() == 2 || padding.size() == 4) &&
                    std::all_of(padding.begin(), padding.end(), [](int side) { return side >= 0; });
  if (!good) {
    reject("Pad.padding", list_text(padding),
           "one number, [left/right, top/bottom] or [left, top, right, bottom], each 0 or more");
  }
  const int x = padding[0], y = padding.size() == 1 ? x : padding[1];
  if (padding.size() == 4) return {x, y, padding[2], padding[3]};
  return {x, y, x, y};
}

}  // namespace

std::unique_ptr<Transform> make_transform(const config::Pad& options, std::uint8_t outside) {
  return std::make_unique<Pad>(sides_of(options.padding), border_of("Pad", options.padding_mode),
                               required_fill("Pad", options.fill), outside);
}

}  // namespace carica::data
