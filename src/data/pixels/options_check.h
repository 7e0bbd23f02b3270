#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/images/picture.h"
#include "data/pixels/crop.h"

namespace carica::data {

// Checks of options that several transforms have, for those who build them without the parser.
// `name` is the transform, `where` is "Transform.option". Each throws Error(kConfig) with what was
// found and what is allowed.

[[noreturn]] void reject(std::string_view where, const std::string& found,
                         std::string_view allowed);
/// "[0.5, 2]", for messages.
std::string list_text(std::span<const double> values);
std::string list_text(std::span<const int> values);
/// "20x30": height and width.
std::string size_text(Size size);

/// One number or [height, width].
void check_size(const char* name, const std::vector<int>& size);
/// The same for a crop, where one number is a square.
Size crop_size(const char* name, const std::vector<int>& size);
/// [low, high] with 0 < low <= high.
void check_range(std::string_view where, const std::vector<double>& range);
void check_probability(const char* name, double p);

struct Interval {
  double low = 0, high = 0;
};
/// x as [-x, x], or [low, high]; finite.
Interval interval_around_zero(std::string_view where, const std::vector<double>& values);

/// One value for all channels, or red, green and blue, each 0..255; nothing is nullopt.
std::optional<Colour> fill_colour(const char* name, const std::vector<int>& fill);
/// The same where nothing is not allowed.
Colour required_fill(const char* name, const std::vector<int>& fill);

/// constant, edge, reflect or symmetric.
Border border_of(const char* name, const std::string& padding_mode);

/// How the pixels of a picture are taken between those of another. Masks are always nearest.
enum class Sampling { kNearest, kBilinear };
Sampling sampling_of(const char* name, const std::string& interpolation);

/// `from` at a new size; throws Error(kData) for a sliver of a picture that would become enormous.
Size checked_size(const char* name, Size from, double height, double width);

}  // namespace carica::data
