#pragma once

#include <string>

#include "analysis/page.h"

namespace carica::analysis {

inline constexpr const char* kPlainInference = "plain";

/// How the network looked at pictures, in words, from the key `inference` of a metrics.json or
/// scores.json: "with flips, scales 0.75, 1"; kPlainInference where there is none.
std::string inference_text(const Page::Json& results);

/// A fact of the page, unless it was plain.
void add_inference_fact(const Page::Json& results, const std::string& split, Page& page);

}  // namespace carica::analysis
