#pragma once

#include <cstdint>
#include <string>

namespace carica::report {

/// The number as people write it: digits in groups of three from 10 000 on, a true minus sign.
std::string readable(double value, int decimals);

/// Three digits at most: 1234567 is "1.2M".
std::string compact(std::int64_t count);

/// 0.123 is "12.3 %". What is not quite all or nothing never reads as if it were: "> 99.9 %".
std::string percent(double share);

}  // namespace carica::report
