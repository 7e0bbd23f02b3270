#pragma once

#include <string>
#include <string_view>

namespace carica::report {

/// The text as it can be drawn: well-formed UTF-8 on one line. Bytes that are not UTF-8 become
/// U+FFFD each, noncharacters (U+FFFF) too, control characters become spaces. At most 1,000
/// characters are kept.
std::string plain_text(std::string_view text);

/// The first `count` characters (code points) of well-formed UTF-8.
std::string_view first_characters(std::string_view text, std::size_t count);

/// Number of characters (code points) of well-formed UTF-8.
std::size_t characters(std::string_view text);

}  // namespace carica::report
