#include "selftest/selftest.h"

namespace carica::selftest {

namespace {

constexpr int kFailedChecks = 7;

TheoryResult result_of(const TheoryCheck& check) {
  try {
    return check.run();
  } catch (const std::exception& error) {
    const std::string message = error.what();
    return {false, message.substr(0, message.find('\n'))};
  }
}

}  // namespace

Plan full_plan(const std::string& device, bool quick) {
  const auto theory = theory_checks();
  return {{theory.begin(), theory.end()}, operators(), places(device), quick};
}

int Summary::exit_code() const { return passed() ? 0 : kFailedChecks; }

Summary run(const Plan& plan, const Listener& listener) {
  Summary summary;
  for (const auto& check : plan.theory) {
    listener.before_each();
    const auto result = result_of(check);
    ++summary.theory;
    if (!result.passed) ++summary.theory_failed;
    listener.theory(check, result);
  }
  for (const auto& place : plan.places) {
    for (const auto& op : plan.operators) {
      for (const auto type : operator_types()) {
        const auto result = check_operator(op, type, place, plan.quick, listener.before_each);
        ++summary.operators;
        summary.cases += result.cases;
        if (!result.passed()) ++summary.operators_failed;
        listener.operators(result);
      }
    }
  }
  return summary;
}

}  // namespace carica::selftest
