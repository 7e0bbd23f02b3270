#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.h"
#include "data/checks/check.h"

namespace carica::cli {

/// What data check prints: the splits with their classes, then the findings, each with at most
/// `examples` of its files.
std::string check_text(const std::vector<std::string>& classes, const data::CheckResult& result,
                       bool segments, std::size_t examples);

/// The same for programs, with every file: problems and warnings (files and classes concerned by
/// errors and by warnings), findings, and the splits, under "splits" and by their names.
nlohmann::ordered_json check_json(const std::vector<std::string>& classes,
                                  const data::CheckResult& result);

/// The finding of a data set that cannot be opened at all.
data::CheckResult layout_result(const Error& error);

/// The last word on a data set with errors: "1 bad file, 2 copy_between_splits".
std::string check_verdict(const data::CheckResult& result);

}  // namespace carica::cli
