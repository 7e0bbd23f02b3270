#pragma once

#include <string_view>

namespace carica {

/// The live line of a long job. On a terminal update() redraws one line, at most ten times a
/// second; elsewhere it prints nothing, and the caller's plain log lines tell the story.
/// Thread-safe against log lines.
class ProgressLine {
 public:
  /// `enabled` false (e.g. --quiet) never draws.
  explicit ProgressLine(bool enabled = true);
  ~ProgressLine();  // clears the line

  void update(std::string_view text);
  /// True when stderr is a terminal and drawing is enabled.
  bool live() const { return live_; }

 private:
  bool live_;
  double last_drawn_ = -1;
};

/// Clears the live line, if one is drawn (the log calls this).
void clear_progress_line();

}  // namespace carica
