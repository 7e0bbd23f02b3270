#pragma once

#include <string>
#include <string_view>

namespace carica::report {

/// report.html: one file with style, scripts and data, which opens without a network. `title` is
/// plain text; `json` is one JSON object as docs/report.md describes it. Nothing in either can end
/// its element or become markup: `<` is written as an entity in the title and as \u003c in the
/// data, where a valid object has it in strings only.
std::string html_page(std::string_view title, std::string_view json);

}  // namespace carica::report
