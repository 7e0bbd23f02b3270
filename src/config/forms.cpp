#include "config/forms.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <regex>

#include "config/scalar.h"

namespace carica::config {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestRegex =
    256;  // the library's compiler recurses with the pattern's nesting
constexpr std::string_view kStem = "{stem}";

bool is_file_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && text[0] != '.' &&
         text.find('/') == std::string_view::npos;
}

bool is_relative_path(std::string_view text) {
  const std::filesystem::path path(text);
  return path.is_relative() && std::find(path.begin(), path.end(), "..") == path.end();
}

bool is_stem_pattern(std::string_view text) {
  const std::size_t at = text.find(kStem);
  return at != std::string_view::npos && text.find(kStem, at + 1) == std::string_view::npos &&
         is_relative_path(text);
}

bool is_regex(std::string_view text) {
  if (text.size() > kLongestRegex) return false;
  try {
    const std::regex compiled{std::string(text)};
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

bool is_device(std::string_view text) {
  if (text == "auto" || text == "cpu" || text == "cuda") return true;
  if (!text.starts_with("cuda:")) return false;
  const std::string_view digits = text.substr(5);
  return !digits.empty() && digits.size() <= 3 &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_erasing(std::string_view text) { return text == "random" || to_number(text); }

bool always(std::string_view) { return true; }

struct Row {
  Form form;
  std::string_view text, pattern;
  bool (*matches)(std::string_view);
};

constexpr std::array kForms = {
    Row{Form::kAny, "", "", always},
    Row{Form::kFileName, "a name of at most 100 bytes without '/' that does not begin with '.'",
        "^[^./][^/]*$", is_file_name},
    Row{Form::kRelativePath, "a relative path without '..'", "^(?!/)(?!(.*/)?\\.\\.(/|$))",
        is_relative_path},
    Row{Form::kStemPattern, "a relative path without '..' that holds {stem} once",
        "^(?!/)(?!(.*/)?\\.\\.(/|$))(?!.*\\{stem\\}.*\\{stem\\}).*\\{stem\\}", is_stem_pattern},
    Row{Form::kRegex, "a regular expression (ECMAScript, at most 256 bytes)", "", is_regex},
    Row{Form::kDevice, "auto, cpu, cuda or cuda:N", "^(auto|cpu|cuda(:[0-9]{1,3})?)$", is_device},
    Row{Form::kSize, "a whole number or [height, width]", "", always},
    Row{Form::kInterval, "two numbers, the first not above the second", "", always},
    Row{Form::kNumbers, "a number or a list of numbers", "", always},
    Row{Form::kErasing, "a number, [red, green, blue] or random", "", is_erasing},
};

const Row& row(Form form) {
  return *std::find_if(kForms.begin(), kForms.end(), [&](const Row& r) { return r.form == form; });
}

}  // namespace

std::string_view form_text(Form form) { return row(form).text; }
std::string_view form_pattern(Form form) { return row(form).pattern; }
bool has_form(Form form, std::string_view text) { return row(form).matches(text); }

}  // namespace carica::config
