#include "report/text_runs.h"

#include <algorithm>
#include <utility>

#include "report/plain_text.h"
#include "report/style.h"

namespace carica::report {
namespace {

bool has_letter(cairo_t* cr, const char* family, Font font, std::string_view letter) {
  select_font(cr, family, font);
  cairo_glyph_t room[4];
  cairo_glyph_t* glyphs = room;
  int count = std::size(room);
  const auto status = cairo_scaled_font_text_to_glyphs(
      cairo_get_scaled_font(cr), 0, 0, letter.data(), static_cast<int>(letter.size()), &glyphs,
      &count, nullptr, nullptr, nullptr);
  const bool has = status == CAIRO_STATUS_SUCCESS && count > 0 && glyphs[0].index != 0;
  if (glyphs != room) cairo_glyph_free(glyphs);
  return has;
}

}  // namespace

void select_font(cairo_t* cr, const char* family, Font font) {
  cairo_select_font_face(cr, family, CAIRO_FONT_SLANT_NORMAL,
                         font.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cr, font.size);
}

std::vector<Run> runs_of(cairo_t* cr, std::string_view plain, Font font) {
  if (std::ranges::all_of(plain, [](char c) { return static_cast<signed char>(c) > 0; })) {
    return {{std::string(plain), style::kFontFamily}};
  }
  std::vector<Run> runs;
  while (!plain.empty()) {
    const std::string_view letter = first_characters(plain, 1);
    const auto has = [&](const char* family) { return has_letter(cr, family, font, letter); };
    const char* family = style::kFontFamily;
    if (letter.size() > 1 && !has(family)) {
      const auto other = std::ranges::find_if(style::kOtherFamilies, has);
      family = other == std::end(style::kOtherFamilies) ? nullptr : *other;
    }
    if (runs.empty() || runs.back().family != family) runs.push_back({"", family});
    runs.back().text += letter;
    plain.remove_prefix(letter.size());
  }
  return runs;
}

bool lacks_letters(const std::vector<Run>& runs) {
  return std::ranges::any_of(runs, [](const Run& run) { return run.family == nullptr; });
}

bool needs_shaping(std::string_view plain) {
  constexpr std::pair<std::string_view, std::string_view> kBlocks[] = {
      {"\u0590", "\u10A0"},   // Hebrew, Arabic, ..., Devanagari, ..., Thai, ..., Myanmar
      {"\u1780", "\u18B0"},   // Khmer, Mongolian
      {"\uFB1D", "\uFE00"},   // Hebrew and Arabic forms
      {"\uFE70", "\uFEFF"}};  // more Arabic forms
  for (; !plain.empty(); plain.remove_prefix(first_characters(plain, 1).size())) {
    const std::string_view letter = first_characters(plain, 1);
    if (std::ranges::any_of(kBlocks, [&](const auto& block) {
          return letter >= block.first && letter < block.second;
        })) {
      return true;
    }
  }
  return false;
}

}  // namespace carica::report
