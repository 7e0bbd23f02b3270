#pragma once

#include "report/color.h"

/// The look of every figure, in px: change it here and all figures follow.
namespace carica::report::style {

inline constexpr const char* kFontFamily = "DejaVu Sans";  // or the system's nearest sans-serif
/// Asked in this order for letters that it lacks.
inline constexpr const char* kOtherFamilies[] = {"Noto Sans CJK SC",
                                                 "Noto Sans SC",
                                                 "Noto Sans CJK JP",
                                                 "Noto Sans JP",
                                                 "Noto Sans CJK KR",
                                                 "Noto Sans KR",
                                                 "Source Han Sans",
                                                 "WenQuanYi Micro Hei",
                                                 "WenQuanYi Zen Hei",
                                                 "Droid Sans Fallback",
                                                 "IPAGothic",
                                                 "NanumGothic",
                                                 "Noto Sans",
                                                 "FreeSans",
                                                 "Unifont"};
inline constexpr double kTitleSize = 16;
inline constexpr double kSubtitleSize = 12;
inline constexpr double kLabelSize = 13;  // axes, legend
inline constexpr double kTickSize = 12;
inline constexpr double kSmallestSize = 8.5;  // numbers in the cells of a heat map

inline constexpr Color kPaper{0xFF, 0xFF, 0xFF};
inline constexpr Color kInk{0x22, 0x22, 0x22};
inline constexpr Color kMuted{0x66, 0x66, 0x66};  // ticks, subtitles: 5.7 : 1 on white
inline constexpr Color kGrid{0xE4, 0xE4, 0xE4};
inline constexpr Color kAxis{0x88, 0x88, 0x88};
inline constexpr Color kNothing{0xF3, 0xF3, 0xF3};  // a place without data

inline constexpr double kMargin = 24;  // paper around everything
inline constexpr double kGap = 8;      // between things that belong together
inline constexpr double kLineWidth = 2;
inline constexpr double kMarkerRadius = 3.5;
inline constexpr int kMostMarkedPoints = 25;  // a series with more is a plain line

}  // namespace carica::report::style
