#pragma once

#include <string>
#include <string_view>

#include "config/field.h"

namespace carica::config {

/// What a form asks for, after "must be": "a regular expression"; "" for kAny.
std::string_view form_text(Form form);

/// The same as an ECMAScript pattern for JSON Schema; "" when none says it.
std::string_view form_pattern(Form form);

/// True when a text has a text form. kAny and the forms of lists take every text.
bool has_form(Form form, std::string_view text);

}  // namespace carica::config
