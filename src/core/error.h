// core: what every other folder may use. No torch, no OpenCV, no YAML; it includes nothing of ours.
// Its names live in `carica` itself.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace carica {

/// What kind of thing went wrong. exit_code() gives the documented exit code of each.
enum class ErrorCode {
  kUsage,        // command line
  kConfig,       // configuration file or override
  kData,         // data set, picture or mask
  kShape,        // tensor of an unexpected shape or type: a programming error, or a user's file
  kIo,           // the operating system refused: no space, no permission
  kCorrupt,      // checkpoint or weights file that cannot be used
  kNumeric,      // loss or weights that are not finite
  kBusy,         // run directory in use by another process
  kInterrupted,  // SIGINT or SIGTERM
};

/// The one exception type of carica. `what()` is one line: "where: what was found; what is
/// allowed".
class Error : public std::runtime_error {
 public:
  /// `hint` says what to do next; it may be empty.
  Error(ErrorCode code, const std::string& message, std::string hint = "")
      : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

  ErrorCode code() const { return code_; }
  const std::string& hint() const { return hint_; }

 private:
  ErrorCode code_;
  std::string hint_;
};

/// Exit code of a program that ends with this error: 1 for kShape and kIo, 2 for kUsage and
/// kConfig, 3 for kData, 4 for kCorrupt, 5 for kNumeric, 6 for kBusy, 130 for kInterrupted.
/// SIGTERM's 75 is chosen by the caller, who knows the signal.
int exit_code(ErrorCode code);

}  // namespace carica
