#pragma once

#include <string>
#include <string_view>

#include "config/field.h"

namespace carica::config {

/// A string as a YAML scalar that every YAML 1.1 and 1.2 reader takes for that string: plain where
/// it is a harmless word or path, else in double quotes. `${` becomes `$${`, so that reading it
/// back replaces nothing.
std::string yaml_string(std::string_view text);

/// Shortest decimal that reads back as the same double, also by readers that want a point before an
/// exponent.
std::string yaml_number(double value);

/// A field's value on one line: [0.9, 0.999], {"fc.*": 10}. Sizes of one number stand without list.
std::string yaml_value(const Slot& slot, const Field& about);

}  // namespace carica::config
