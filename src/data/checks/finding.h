#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carica::data {

enum class Severity { kError, kWarning, kInfo };
const char* severity_name(Severity severity);  // error, warning, info

/// One row of the table of what data check can find. `id` is stable: scripts and docs name it.
struct FindingKind {
  const char* id;
  Severity severity;
  const char* help;  // what it means
  const char* hint;  // what to do
};
std::span<const FindingKind> finding_kinds();
/// Throws std::logic_error for an id that the table lacks: a programming error.
const FindingKind& finding_kind(std::string_view id);

/// What was found, once for a kind and a split.
struct Finding {
  struct Place {
    std::string file;    // or class
    std::string detail;  // why, or which other file; may be empty
  };
  std::string id;
  Severity severity = Severity::kError;
  std::string split;  // "" when it is about the whole data set
  std::vector<Place> places;
  std::string message;  // one line, without the places
  std::string hint;
};

/// A finding of this kind, with the severity and the hint of the table.
Finding make_finding(std::string_view id, std::string split, std::vector<Finding::Place> places,
                     std::string message);

/// Well-formed UTF-8 on one line, for names of files: other bytes and control characters as \xNN.
std::string printable(std::string_view name);

}  // namespace carica::data
