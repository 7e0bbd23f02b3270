#include "data/checks/near_duplicates.h"

#include <algorithm>
#include <bit>

namespace carica::data {
namespace {

constexpr int kBands = 4, kBandBits = 64 / kBands;
// 7 differing bits in 4 quarters: one quarter has at most one.
static_assert(kNearBits < 2 * kBands);
constexpr std::size_t kBuckets = std::size_t{1} << kBandBits;
// Of one bucket, so that thousands of pictures that are alike do not take for ever.
constexpr std::size_t kMostCandidates = 1024, kMostMatches = 64;

std::size_t band_of(const Fingerprint& picture, int band) {
  return picture.bits >> (band * kBandBits) & (kBuckets - 1);
}

// The two have met by a quarter before `band`.
bool shares_earlier_band(const Fingerprint& one, const Fingerprint& other, int band) {
  for (int earlier = 0; earlier < band; ++earlier) {
    if (std::popcount(band_of(one, earlier) ^ band_of(other, earlier)) <= 1) return true;
  }
  return false;
}

// Pictures by the value of one quarter, in their order within each value. Bits lie side by side:
// most comparisons see nothing else.
struct BandIndex {
  std::vector<std::uint32_t> begin, places;
  std::vector<std::uint64_t> bits;

  BandIndex(std::span<const Fingerprint> pictures, std::span<const std::uint32_t> kept, int band)
      : begin(kBuckets + 1, 0), places(kept.size()), bits(kept.size()) {
    for (const auto i : kept) ++begin[band_of(pictures[i], band) + 1];
    for (std::size_t b = 0; b < kBuckets; ++b) begin[b + 1] += begin[b];
    auto next = begin;
    for (const auto i : kept) {
      const auto at = next[band_of(pictures[i], band)]++;
      places[at] = i;
      bits[at] = pictures[i].bits;
    }
  }

  struct Range {
    std::size_t begin, end;
  };
  // Those of the bucket behind `place`.
  Range after(std::size_t bucket, std::uint32_t place) const {
    const auto first = places.begin() + begin[bucket], last = places.begin() + begin[bucket + 1];
    const auto from =
        static_cast<std::size_t>(std::upper_bound(first, last, place) - places.begin());
    return {from, std::min<std::size_t>(begin[bucket + 1], from + kMostCandidates)};
  }
};

class Matches {
 public:
  Matches(std::span<const Fingerprint> pictures, std::span<const std::uint8_t> parts)
      : pictures_(pictures), parts_(parts), nearest_(pictures.size(), {-1, -1, -1}) {}

  bool meet(std::size_t i, std::size_t j) {
    if (!is_near(pictures_[i], pictures_[j])) return false;
    keep(i, j);
    keep(j, i);
    return true;
  }
  std::vector<NearestInParts> take() { return std::move(nearest_); }

 private:
  void keep(std::size_t of, std::size_t match) {
    if (parts_[of] == parts_[match] && of < match) return;
    auto& best = nearest_[of][parts_[match]];
    const auto distance = bit_distance(pictures_[of], pictures_[match]);
    const auto place = static_cast<std::int64_t>(match);
    const int before =
        best < 0 ? 65 : bit_distance(pictures_[of], pictures_[static_cast<std::size_t>(best)]);
    if (distance < before || (distance == before && place < best)) best = place;
  }

  std::span<const Fingerprint> pictures_;
  std::span<const std::uint8_t> parts_;
  std::vector<NearestInParts> nearest_;
};

}  // namespace

std::vector<NearestInParts> find_near_duplicates(std::span<const Fingerprint> pictures,
                                                 std::span<const std::uint8_t> parts) {
  std::vector<std::uint32_t> kept;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!pictures[i].is_flat()) kept.push_back(static_cast<std::uint32_t>(i));
  }
  Matches matches(pictures, parts);
  for (int band = 0; band < kBands; ++band) {
    const BandIndex index(pictures, kept, band);
    for (const auto i : kept) {
      const std::size_t own = band_of(pictures[i], band);
      for (int flip = -1; flip < kBandBits; ++flip) {
        const std::size_t bucket = flip < 0 ? own : own ^ std::size_t{1} << flip;
        std::size_t met = 0;
        const auto [first, last] = index.after(bucket, i);
        for (std::size_t at = first; at < last; ++at) {
          if (std::popcount(pictures[i].bits ^ index.bits[at]) > kNearBits) continue;
          const auto j = index.places[at];
          if (shares_earlier_band(pictures[i], pictures[j], band)) continue;
          if (matches.meet(i, j) && ++met == kMostMatches) break;
        }
      }
    }
  }
  return matches.take();
}

}  // namespace carica::data
