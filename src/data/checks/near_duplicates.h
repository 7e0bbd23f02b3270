#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "data/checks/picture_hash.h"

namespace carica::data {

/// The nearest picture among the near ones (is_near) of each part (split), by their places; -1:
/// none. Within its own part a picture is matched with earlier ones only, so that each pair counts
/// once. Flat pictures match nothing.
using NearestInParts = std::array<std::int64_t, 3>;

/// `parts` tells the part 0..2 of each picture. Linear in the number of pictures as long as they
/// differ: pictures are looked up by quarters of their bits, of which one must agree but for a bit
/// (multi-index hashing: Norouzi, Punjani & Fleet 2012). Of thousands with the same quarter, a
/// picture meets a thousand only.
std::vector<NearestInParts> find_near_duplicates(std::span<const Fingerprint> pictures,
                                                 std::span<const std::uint8_t> parts);

}  // namespace carica::data
