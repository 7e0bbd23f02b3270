// Made by random_stream.py; do not edit.
#pragma once

#include <cstdint>

namespace carica::golden {

inline constexpr std::uint64_t kSeed = 0x0123456789abcdef, kEpoch = 7, kIndex = 21474836522;
inline constexpr std::uint32_t kPurpose = 3;
inline constexpr std::uint32_t kWords[] = {0xd7a3ba8d, 0x9f1f81a9, 0x97e487eb,
                                           0x1f5070a0, 0xd7fb4015, 0x4bbcfde6};
inline constexpr double kUniforms[] = {0x1.af47751b3e3f0p-1, 0x1.2fc90fd63ea0ep-1,
                                       0x1.aff6802a9779fp-1, 0x1.b7cbcccab0b98p-3};
inline constexpr std::int64_t kOrder[] = {10, 14, 7, 12, 5, 3, 0, 15, 4, 1, 9, 6, 2, 11, 8, 13};

}  // namespace carica::golden
