#pragma once

#include <string>

#include "checkpoint/run_state.h"

namespace carica::checkpoint {

/// Descriptions and progress as JSON texts of a file's metadata. Doubles come back exactly; those
/// that are not finite are the texts "nan", "inf" and "-inf". Throw Error(kData) for a text that is
/// not UTF-8.
std::string to_json(const Description& description);
std::string to_json(const Progress& progress);

/// Every field must be there, with its type and sign; unknown ones are ignored, so that a later
/// version may add some. Throw Error(kCorrupt), "where: reason".
Description description_from_json(const std::string& text, const std::string& where);
Progress progress_from_json(const std::string& text, const std::string& where);

}  // namespace carica::checkpoint
