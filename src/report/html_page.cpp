#include "report/html_page.h"

#include "report/html_shell.h"
#include "report/plain_text.h"

namespace carica::report {
namespace {

std::string replaced(std::string_view text, std::string_view wanted,
                     std::string (*replacement)(char)) {
  std::string result;
  result.reserve(text.size() + text.size() / 16);
  while (true) {
    const std::size_t at = text.find_first_of(wanted);
    result += text.substr(0, at);
    if (at == std::string_view::npos) return result;
    result += replacement(text[at]);
    text.remove_prefix(at + 1);
  }
}

std::string entity(char c) { return "&#" + std::to_string(static_cast<int>(c)) + ';'; }

std::string json_escape(char) { return "\\u003c"; }

}  // namespace

std::string html_page(std::string_view title, std::string_view json) {
  const std::string_view shell = kHtmlShell;
  constexpr std::string_view kTitle = "@title@", kData = "@data@";
  const std::size_t title_at = shell.find(kTitle);
  const std::size_t after_title = title_at + kTitle.size();
  const std::size_t data_at = shell.find(kData, after_title);
  std::string page(shell.substr(0, title_at));
  page += replaced(plain_text(title), "<>&\"'", entity);
  page += shell.substr(after_title, data_at - after_title);
  page += replaced(json, "<", json_escape);
  page += shell.substr(data_at + kData.size());
  return page;
}

}  // namespace carica::report
