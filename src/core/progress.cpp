#include "core/progress.h"

#include <chrono>

#include "core/console.h"

namespace carica {
namespace {

constexpr double kSecondsBetweenDraws = 0.1;

double steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

ProgressLine::ProgressLine(bool enabled) : live_(enabled && console_is_live()) {}

ProgressLine::~ProgressLine() {
  if (live_) clear_progress_line();
}

void ProgressLine::update(std::string_view text) {
  if (!live_) return;
  const double now = steady_seconds();
  if (last_drawn_ >= 0 && now - last_drawn_ < kSecondsBetweenDraws) return;
  last_drawn_ = now;
  draw_live_line(text);
}

}  // namespace carica
