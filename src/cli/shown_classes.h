#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carica::cli {

/// The classes of a list for people, by their counts: all in their order, or of more than 60 the 15
/// most frequent ones and the 15 rarest.
std::vector<std::size_t> shown_classes(const std::vector<std::int64_t>& counts);

/// The last line of such a list; "" where it has all classes.
std::string left_out_note(std::size_t classes);

}  // namespace carica::cli
