#include "cli/doctor.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command.h"

namespace carica::cli {

namespace {

const char* mark(Finding::Grade grade) {
  switch (grade) {
    case Finding::Grade::kGood:
      return "ok  ";
    case Finding::Grade::kNote:
      return "note";
    case Finding::Grade::kBad:
      break;
  }
  return "BAD ";
}

int doctor(const Invocation& invocation) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  bool bad = false;
  for (const auto& finding : examine_machine()) {
    std::string name = finding.subject;
    name.resize(std::max<std::size_t>(name.size() + 1, 16), ' ');
    say(invocation, std::string(mark(finding.grade)) + "  " + name + finding.text + "\n");
    if (!finding.hint.empty()) say(invocation, "      hint: " + finding.hint + "\n");
    bad = bad || finding.grade == Finding::Grade::kBad;
    json.push_back({{"subject", finding.subject},
                    {"ok", finding.grade != Finding::Grade::kBad},
                    {"text", finding.text},
                    {"hint", finding.hint}});
  }
  say(invocation,
      bad ? "\nsomething needs mending\n" : "\neverything that carica needs is there\n");
  say_json(invocation, nlohmann::ordered_json{{"ok", !bad}, {"findings", json}}.dump());
  return bad ? 1 : 0;
}

}  // namespace

void define_doctor(CLI::App& app, Invocation& invocation) {
  add_common_flags(app, invocation);
  app.footer("Example: carica doctor");
  app.callback([&invocation] { invocation.run = [&invocation] { return doctor(invocation); }; });
}

}  // namespace carica::cli
