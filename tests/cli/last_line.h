#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace carica::test {

/// The JSON object on the last line of a command's output.
inline nlohmann::json last_line(const std::string& out) {
  const auto end = out.find_last_not_of('\n') + 1;
  const auto begin = out.rfind('\n', end - 1) + 1;  // npos + 1 is 0: there is but one line
  return nlohmann::json::parse(out.substr(begin, end - begin));
}

}  // namespace carica::test
