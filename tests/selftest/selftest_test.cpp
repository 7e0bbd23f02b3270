#include <gtest/gtest.h>

#include "selftest/operators.h"
#include "selftest/theory.h"

namespace carica::selftest {
namespace {

TEST(Theory, HoldsWithOurOperatorsLossesAndOptimizers) {
  EXPECT_EQ(theory_checks().size(), 7u);
  for (const auto& check : theory_checks()) {
    const auto result = check.run();
    EXPECT_TRUE(result.passed) << check.name << ": " << result.detail;
    EXPECT_FALSE(result.detail.empty()) << check.name;
    std::printf("%s: %s\n", check.name.c_str(), result.detail.c_str());
  }
}

TEST(Operators, AreWithinTheirBoundsOnTheCpu) {
  for (const auto& place : places("cpu")) {
    for (const auto& op : operators()) {
      for (const auto type : operator_types()) {
        const auto r = check_operator(op, type, place, true);
        EXPECT_TRUE(r.passed()) << r.name << " " << r.type << " " << place.name() << ": "
                                << r.failure;
        std::printf("%-24s %-9s %-9s %4d  %9.3g %9.3g %6.3g  %9.3g %9.3g %9.3g", r.name.c_str(),
                    r.type.c_str(), place.name().c_str(), r.cases, r.forward.ours, r.forward.torchs,
                    r.forward.bound, r.backward.ours, r.backward.torchs, r.backward.bound);
        for (auto& s : r.speeds) std::printf("  %.2f %.2f", s.forward, s.both);
        std::printf("\n");
      }
    }
  }
}

}  // namespace
}  // namespace carica::selftest
