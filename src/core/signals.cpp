#include "core/signals.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace carica {
namespace {

// A signal handler can reach nothing but globals; these are all it touches.
std::atomic<int> first_signal{0};
std::atomic<int> interrupts{0};
int alive = 0;  // objects
static_assert(std::atomic<int>::is_always_lock_free);

struct sigaction old_interrupt;
struct sigaction old_terminate;

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
  ::sigaction(SIGINT, &action, &old_interrupt);
  ::sigaction(SIGTERM, &action, &old_terminate);
}

StopSignals::~StopSignals() {
  if (--alive > 0) return;
  ::sigaction(SIGINT, &old_interrupt, nullptr);
  ::sigaction(SIGTERM, &old_terminate, nullptr);
}

int StopSignals::requested() { return first_signal; }

int StopSignals::exit_code() {
  switch (first_signal.load()) {
    case SIGINT:
      return 130;
    case SIGTERM:
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
