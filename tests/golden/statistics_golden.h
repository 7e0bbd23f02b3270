// Made by make_statistics.py; do not edit.
#pragma once

namespace carica::data::golden {

inline constexpr double kMean[] = {0.47133219252183245, 0.47120891313986085, 0.4711792358414325};
inline constexpr double kDeviation[] = {0.27480872913647864, 0.27478506021178367,
                                        0.2748416339008995};

}  // namespace carica::data::golden
