#include <nlohmann/json.hpp>

#include "carica_program.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

class SelfTest : public CaricaProgram {};

TEST_F(SelfTest, PrintsATableAndEndsWithZero) {
  const auto result = carica({"selftest", "--quick", "--device", "cpu"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ok      bce_in_bits"));
  EXPECT_THAT(result.out, HasSubstr("operator                type"));
  EXPECT_THAT(result.out, HasSubstr("\nupsample_cross_entropy  bfloat16  cpu "));
  EXPECT_THAT(result.out, HasSubstr("theory: 7 of 7 checks passed; operators: "));
  EXPECT_THAT(result.out, testing::Not(HasSubstr("FAILED")));
}

TEST_F(SelfTest, PrintsOneJsonObject) {
  const auto result = carica({"selftest", "--quick", "--json"});
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["ok"], result.exit_code == 0);
  ASSERT_EQ(json["theory"].size(), 7u);
  EXPECT_EQ(json["theory"][0]["name"], "bce_in_bits");
  ASSERT_GE(json["operators"].size(), 20u);
  const auto& first = json["operators"][0];
  EXPECT_EQ(first["name"], "softmax");
  EXPECT_EQ(first["type"], "float32");
  EXPECT_EQ(first["ulp"]["allowed"], 4);
  EXPECT_GT(first["ulp"]["torch"], 0);
}

TEST_F(SelfTest, RefusesUnknownDevices) {
  const auto result = carica({"selftest", "--device", "tpu"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("must be auto, cpu or cuda"));
}

}  // namespace
}  // namespace carica::test
