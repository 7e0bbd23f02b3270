#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "selftest/operators.h"
#include "selftest/theory.h"

namespace carica::selftest {

/// What to check. The defaults are all there is.
struct Plan {
  std::vector<TheoryCheck> theory;
  std::vector<Operator> operators;
  std::vector<Place> places;
  bool quick = false;
};

/// Everything, in the places of `device` (auto, cpu, cuda). Throws as places() does.
Plan full_plan(const std::string& device, bool quick);

/// What is told as the checks run, in this order.
struct Listener {
  std::function<void(const TheoryCheck&, const TheoryResult&)> theory;
  std::function<void(const OperatorResult&)> operators;
  /// Called before each check of theory and each case of an operator; may throw to stop.
  std::function<void()> before_each = [] {};
};

struct Summary {
  int theory = 0, theory_failed = 0;        // checks
  int operators = 0, operators_failed = 0;  // one for each operator, type and place
  int cases = 0;

  bool passed() const { return theory_failed == 0 && operators_failed == 0; }
  /// 0, or 7 when a check has failed.
  int exit_code() const;
};

/// Runs all checks one after the other; a check that throws has failed.
Summary run(const Plan& plan, const Listener& listener);

}  // namespace carica::selftest
