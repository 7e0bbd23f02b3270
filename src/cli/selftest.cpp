#include "selftest/selftest.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "core/error.h"
#include "core/signals.h"
#include "core/text.h"

namespace carica::cli {

namespace {

using selftest::Accuracy;
using selftest::OperatorResult;

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

// Three digits: 0.5, 2.81, 1.6e+07.
std::string brief(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 1000 || value < 0.01 ? "%.1e" : "%.3g", value);
  return value == 0 ? "0" : text;
}

// The mean factor over the timed shapes: 1.8x, or - where none was timed.
std::string speed(const OperatorResult& result, double selftest::Speed::*of) {
  double sum = 0;
  for (const auto& one : result.speeds) {
    if (one.*of == 0) return "-";
    sum += std::log(one.*of);
  }
  if (result.speeds.empty()) return "-";
  return fixed(std::exp(sum / static_cast<double>(result.speeds.size())), 2) + "x";
}

std::string columns(const Accuracy& accuracy, bool with_torch) {
  return right(brief(accuracy.ours), 9) + right(with_torch ? brief(accuracy.torchs) : "-", 9) +
         right(brief(accuracy.bound), 9);
}

std::string heading() {
  return cat("\n", left("operator", 24), left("type", 10), left("device", 11), right("cases", 5),
             right("ulp", 9), right("torch", 9), right("allowed", 9), right("gradient", 11),
             right("torch", 9), right("allowed", 9), right("forward", 10), right("both", 8), "\n");
}

std::string line(const OperatorResult& result) {
  const auto& place = result.place;
  const bool has_gradient = result.backward.bound > 0;
  std::string text = left(result.name, 24) + left(result.type, 10) + left(place.name(), 11) +
                     right(cat(result.cases), 5) + columns(result.forward, place.timed);
  text += has_gradient ? "  " + columns(result.backward, place.timed)
                       : right("-", 11) + right("-", 9) + right("-", 9);
  text += right(speed(result, &selftest::Speed::forward), 10) +
          right(speed(result, &selftest::Speed::both), 8);
  return text + (result.passed() ? "" : "\n  FAILED  " + result.failure) + "\n";
}

// JSON has no infinity.
nlohmann::ordered_json number_or_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json json_of(const Accuracy& accuracy, bool with_torch) {
  return {{"error", number_or_null(accuracy.ours)},
          {"torch", with_torch ? number_or_null(accuracy.torchs) : nullptr},
          {"allowed", accuracy.bound}};
}

nlohmann::ordered_json json_of(const OperatorResult& result) {
  const bool timed = result.place.timed;
  auto speeds = nlohmann::ordered_json::array();
  for (const auto& one : result.speeds) {
    speeds.push_back({{"shape", one.name}, {"forward", one.forward}, {"both", one.both}});
  }
  return {{"name", result.name},
          {"type", result.type},
          {"device", result.place.name()},
          {"cases", result.cases},
          {"passed", result.passed()},
          {"failure", result.failure},
          {"ulp", json_of(result.forward, timed)},
          {"gradient", json_of(result.backward, timed)},
          {"torch_time_over_ours", speeds}};
}

int run_all(const Invocation& invocation, const std::string& device, bool quick) {
  const auto start = std::chrono::steady_clock::now();
  const auto plan = selftest::full_plan(device, quick);
  auto theory = nlohmann::ordered_json::array(), operators = theory;
  const auto tell = [&](const std::string& text) {
    say(invocation, text);
    std::fflush(stdout);  // a line when it is known, through pipes, too
  };
  StopSignals signals;
  selftest::Listener listener;
  listener.before_each = [] {
    if (StopSignals::requested() == 0) return;
    throw Error(ErrorCode::kInterrupted, "selftest: stopped by a signal");
  };
  listener.theory = [&](const auto& check, const auto& result) {
    tell(cat(left(result.passed ? "ok" : "FAILED", 8), left(check.name, 24), check.statement, "\n",
             std::string(32, ' '), result.detail, "\n"));
    theory.push_back({{"name", check.name},
                      {"statement", check.statement},
                      {"passed", result.passed},
                      {"detail", result.detail}});
  };
  listener.operators = [&](const auto& result) {
    if (operators.empty()) tell(heading());
    tell(line(result));
    operators.push_back(json_of(result));
  };
  const auto summary = selftest::run(plan, listener);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  tell(cat("\ntheory: ", summary.theory - summary.theory_failed, " of ", summary.theory,
           " checks passed; operators: ", summary.operators - summary.operators_failed, " of ",
           summary.operators, " rows passed, ", summary.cases, " cases; ", fixed(seconds, 1),
           " s\n"));
  say_json(invocation, nlohmann::ordered_json{{"ok", summary.passed()},
                                              {"cases", summary.cases},
                                              {"seconds", seconds},
                                              {"theory", theory},
                                              {"operators", operators}}
                           .dump());
  return summary.exit_code();
}

}  // namespace

void define_selftest(CLI::App& app, Invocation& invocation) {
  struct Choice {
    std::string device = "auto";
    bool quick = false;
  };
  const auto choice = std::make_shared<Choice>();
  app.add_flag("--quick", choice->quick, "Fewer cases and shorter timings: seconds");
  app.add_option("--device", choice->device, "auto (every device found), cpu or cuda")
      ->capture_default_str();
  add_common_flags(app, invocation);
  app.footer(
      "ulp: largest error in units of the last place, ours and torch's; gradient: in parts of the "
      "largest. forward, both: torch's time over ours, of the forward pass and with backward; "
      "printed, never judged. docs/ops.md says more.\n"
      "Exit code 7 when a check has failed.\n"
      "Example: carica selftest --quick");
  app.callback([&invocation, choice] {
    invocation.run = [&invocation, choice] {
      return run_all(invocation, choice->device, choice->quick);
    };
  });
}

}  // namespace carica::cli
