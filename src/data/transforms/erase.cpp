#include "data/transforms/erase.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "config/scalar.h"
#include "core/error.h"
#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/pixels/rounding.h"

namespace carica::data {
namespace {

class RandomErasing final : public Transform {
 public:
  /// No colour: noise.
  RandomErasing(config::RandomErasing options, std::optional<Colour> colour,
                const Normalization& normalization)
      : options_(std::move(options)), colour_(colour), normalization_(normalization) {}

  void apply(Sample& sample, RandomStream& random) const override {
    if (!random.chance(options_.p)) return;
    Picture& picture = sample.picture;
    const auto window = random_erased_window(picture.size, options_, random);
    if (!window) return;
    for (int y = 0; y < window->size.height; ++y) {
      const std::size_t first =
          static_cast<std::size_t>(window->top + y) * picture.size.width + window->left;
      std::uint8_t* to = picture.pixels.data() + first * 3;
      for (int x = 0; x < window->size.width; ++x, to += 3) {
        for (std::size_t c = 0; c < 3; ++c) to[c] = colour_ ? (*colour_)[c] : noise(c, random);
      }
    }
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  std::uint8_t noise(std::size_t channel, RandomStream& random) const {
    const double value =
        (normalization_.mean[channel] + normalization_.std[channel] * random.normal()) * 255;
    return static_cast<std::uint8_t>(round_even(std::clamp(value, 0.0, 255.0)));
  }

  config::RandomErasing options_;
  std::optional<Colour> colour_;
  Normalization normalization_;
};

std::optional<Colour> colour_of(const std::vector<std::string>& value,
                                const Normalization& normalization) {
  if (value.size() == 1 && value[0] == "random") return std::nullopt;
  const std::string shown = value.size() == 1 ? value[0] : cat("[", join(value), "]");
  if (value.size() != 1 && value.size() != 3) {
    reject("RandomErasing.value", shown, "a number, [red, green, blue] or random");
  }
  Colour colour;
  for (std::size_t c = 0; c < 3; ++c) {
    const auto parsed = config::to_number(value.size() == 1 ? value[0] : value[c]);
    if (!parsed) reject("RandomErasing.value", shown, "a number, [red, green, blue] or random");
    const double mean = normalization.mean[c], deviation = normalization.std[c];
    const double byte = (mean + deviation * *parsed) * 255;
    if (!(byte > -0.5 && byte < 255.5)) {
      const char* const channels[] = {"red", "green", "blue"};
      throw Error(ErrorCode::kConfig,
                  cat("RandomErasing.value = ", shown, ": must be in ", number(-mean / deviation),
                      " to ", number((1 - mean) / deviation), " for ", channels[c]),
                  "it is in the units after Normalize; 0 is the mean colour");
    }
    colour[c] = static_cast<std::uint8_t>(round_even(byte));
  }
  return colour;
}

}  // namespace

std::optional<Window> random_erased_window(Size picture, const config::RandomErasing& options,
                                           RandomStream& random) {
  const double area = static_cast<double>(picture.height) * picture.width;
  const double log_low = std::log(options.ratio[0]), log_high = std::log(options.ratio[1]);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double target = area * random.uniform(options.scale[0], options.scale[1]);
    const double ratio = std::exp(random.uniform(log_low, log_high));
    const double height = round_even(std::sqrt(target * ratio));
    const double width = round_even(std::sqrt(target / ratio));
    if (!(height < picture.height && width < picture.width)) continue;
    const Size size{static_cast<int>(height), static_cast<int>(width)};
    const int rows = picture.height - size.height + 1, columns = picture.width - size.width + 1;
    const auto top = random.below(static_cast<std::uint64_t>(rows));
    const auto left = random.below(static_cast<std::uint64_t>(columns));
    return Window{static_cast<int>(top), static_cast<int>(left), size};
  }
  return std::nullopt;
}

std::unique_ptr<Transform> make_transform(const config::RandomErasing& options,
                                          const Normalization& normalization) {
  check_probability("RandomErasing", options.p);
  const auto& scale = options.scale;
  if (!(scale.size() == 2 && scale[0] >= 0 && scale[0] <= scale[1] && scale[1] <= 1)) {
    reject("RandomErasing.scale", list_text(scale), "[low, high] with 0 <= low <= high <= 1");
  }
  check_range("RandomErasing.ratio", options.ratio);
  return std::make_unique<RandomErasing>(options, colour_of(options.value, normalization),
                                         normalization);
}

}  // namespace carica::data
