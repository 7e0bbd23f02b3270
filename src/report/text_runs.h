#pragma once

#include <cairo.h>

#include <string>
#include <string_view>
#include <vector>

#include "report/canvas.h"

namespace carica::report {

/// A part of a text and the font that has its letters, nullptr when none has.
struct Run {
  std::string text;
  const char* family = nullptr;
};

/// plain: as plain_text() makes it. Fonts are style's, asked in their order.
std::vector<Run> runs_of(cairo_t* cr, std::string_view plain, Font font);

/// Whether some letters are in no font of the machine.
bool lacks_letters(const std::vector<Run>& runs);

/// Whether there is writing whose letters are joined, reordered or set from right to left, which
/// Cairo's plain text does not do. UTF-8 sorts as its code points do.
bool needs_shaping(std::string_view plain);

/// The font of what is drawn next.
void select_font(cairo_t* cr, const char* family, Font font);

}  // namespace carica::report
