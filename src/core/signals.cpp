#include "core/signals.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>

namespace carica {
namespace {

// A signal handler can reach nothing but globals; these are all it touches.
std::atomic<int> first_signal{0};
std::atomic<int> interrupts{0};
int alive = 0;  // objects
static_assert(std::atomic<int>::is_always_lock_free);

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
std::array<struct sigaction, kSignals.size()> old_actions;

extern "C" void ask_to_stop(int signal) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal);
  if (signal == SIGINT && interrupts.fetch_add(1) > 0) ::_exit(130);
}

}  // namespace

StopSignals::StopSignals() {
  if (alive++ > 0) return;
  reset();
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &old_actions[i]);
    if (old_actions[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  if (--alive > 0) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &old_actions[i], nullptr);
  }
}

int StopSignals::requested() { return first_signal; }

int StopSignals::exit_code() {
  switch (first_signal.load()) {
    case SIGINT:
      return 130;
    case SIGTERM:
    case SIGHUP:
      return 75;
    default:
      return 0;
  }
}

void StopSignals::reset() {
  first_signal = 0;
  interrupts = 0;
}

}  // namespace carica
