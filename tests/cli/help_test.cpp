#include "carica_program.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

class Help : public CaricaProgram {};

TEST_F(Help, OfEveryCommandHasAnExample) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"train"},
                                                  {"eval"},
                                                  {"predict"},
                                                  {"models"},
                                                  {"doctor"},
                                                  {"selftest"},
                                                  {"data", "make"},
                                                  {"data", "check"},
                                                  {"data", "stats"},
                                                  {"data", "browse"},
                                                  {"data", "split"},
                                                  {"config", "check"},
                                                  {"config", "print"},
                                                  {"config", "schema"}}) {
    auto words = command;
    words.emplace_back("--help");
    const auto result = carica(words);
    EXPECT_EQ(result.exit_code, 0) << command.front();
    EXPECT_THAT(result.out, HasSubstr("Example: carica " + command.front()));
  }
}

TEST_F(Help, NamesTheExitCodes) {
  EXPECT_THAT(carica({"--help"}).out, HasSubstr("130 stopped by SIGINT and saved"));
}

TEST_F(Help, UnknownWordsAreUsageErrors) {
  const auto result = carica({"trian"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("error: "));
  EXPECT_THAT(result.err, HasSubstr("carica trian: no such command; did you mean train?"));
  EXPECT_THAT(result.err, HasSubstr("hint: "));
  EXPECT_THAT(carica({"data", "foo"}).err,
              HasSubstr("carica data foo: no such command; must be one of make"));
}

}  // namespace
}  // namespace carica::test
