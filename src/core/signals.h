#pragma once

namespace carica {

/// While it lives, SIGINT, SIGTERM and SIGHUP (the terminal is gone) ask to stop instead of ending
/// the process; a second SIGINT ends it at once. One that is ignored already stays so: SIGHUP below
/// nohup, SIGINT in the background of a script. One object within another's life changes nothing;
/// the outer one restores the earlier handlers. A request outlives it, until the next outer one is
/// made. One thread.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// 0, or the signal that came first. Async-signal-safe to read, from any thread.
  static int requested();
  /// 130 for SIGINT, 75 for SIGTERM and SIGHUP, 0 for none.
  static int exit_code();
  /// Forgets a request (tests).
  static void reset();
};

}  // namespace carica
