#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace carica::config {

/// The numbers that a field allows. Open ends are left out of it.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;

  bool contains(double value) const;
  /// "in (0, 10]", "at least 1", "above 0"; "" when everything is allowed.
  std::string text() const;
};
constexpr Range at_least(double low) { return {.low = low}; }
constexpr Range above(double low) { return {.low = low, .low_open = true}; }
constexpr Range closed(double low, double high) { return {.low = low, .high = high}; }
constexpr Range open(double low, double high) {
  return {.low = low, .high = high, .low_open = true, .high_open = true};
}
constexpr Range left_open(double low, double high) {
  return {.low = low, .high = high, .low_open = true};
}
constexpr Range right_open(double low, double high) {
  return {.low = low, .high = high, .high_open = true};
}

/// How many items a list may have.
struct Length {
  std::size_t low = 0, high = std::numeric_limits<std::size_t>::max();

  bool contains(std::size_t length) const { return length >= low && length <= high; }
  /// "3 items", "2 to 8 items", "at least 1 item"; "" when everything is allowed.
  std::string text() const;
};

/// Where a field's value lives. A visitor acts by its type.
using Slot =
    std::variant<bool*, int*, std::uint64_t*, double*, std::optional<double>*, std::string*,
                 std::vector<std::string>*, std::vector<int>*, std::vector<double>*,
                 std::map<int, int>*, std::map<std::string, double>*>;

/// What a text or list must look like beyond its type; forms.h says it in words and as a JSON
/// Schema pattern.
enum class Form {
  kAny,
  kFileName,      // one component of a path
  kRelativePath,  // stays below the folder it is relative to
  kStemPattern,   // relative path with {stem} once
  kRegex,         // ECMAScript regular expression
  kDevice,        // auto, cpu, cuda, cuda:N
  kSize,          // whole numbers: one, written without list, or [height, width]
  kInterval,      // two numbers, the first not above the second
  kNumbers,       // a number, written without list, or a list of them
  kErasing,       // a number, three numbers, or random
};

/// The description of a field but for its name and type. Its default is the value of the
/// default-constructed struct.
struct Field {
  std::string_view help = {};             // one line
  std::string_view unit = {};             // "pixels", "epochs"
  Range range = {};                       // of the number, or of each number of a list or map
  std::vector<std::string> choices = {};  // the only texts allowed
  Form form = Form::kAny;                 // of the text, or of the list; of the keys of a map
  Length length = {};                     // of a list
  // null and "" are allowed and stand for the empty value; an optional number is always so.
  bool nullable = false;
  bool required = false;  // no default
};

}  // namespace carica::config
