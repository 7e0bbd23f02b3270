// selftest: checks that a user runs on their own machine (`carica selftest`): facts of theory, and
// the operators against a float64 reference. May include core, config, ops, loss and optim.
#pragma once

#include <span>
#include <string>

namespace carica::selftest {

struct TheoryResult {
  bool passed = false;
  std::string detail;  // the numbers that were measured
};

/// One fact of the theory of losses, shown with carica's own operators, losses and optimizers, on
/// the CPU; gradients come from autograd.
struct TheoryCheck {
  std::string name;
  std::string statement;  // one line
  TheoryResult (*run)();
};

/// The table of all, in the order in which a course would meet them.
std::span<const TheoryCheck> theory_checks();

}  // namespace carica::selftest
