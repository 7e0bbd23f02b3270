#include "report/ticks.h"

#include <algorithm>
#include <cmath>

#include "report/readable.h"

namespace carica::report {
namespace {

constexpr double kSlack = 1e-6;  // of a step: what rounding may add to an end

double nice_step(double at_least, bool whole) {
  const double power = std::pow(10.0, std::floor(std::log10(at_least)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power < at_least * (1 - kSlack)) continue;
    if (whole && factor == 2.5 && power < 10) continue;
    step = factor * power;
    break;
  }
  return whole ? std::max(step, 1.0) : step;
}

Ticks make(double low, double high, int most, bool whole, bool covering) {
  Ticks ticks;
  ticks.step = nice_step((high - low) / most, whole);
  double first = std::ceil(low / ticks.step - kSlack),
         last = std::floor(high / ticks.step + kSlack);
  if (covering) {
    first = std::floor(low / ticks.step + kSlack);
    last = std::ceil(high / ticks.step - kSlack);
  }
  for (double i = first; i <= last; i += 1) ticks.values.push_back(i * ticks.step);

  double largest = 0;
  for (const double value : ticks.values) largest = std::max(largest, std::abs(value));
  const int magnitude =
      largest > 0 ? static_cast<int>(std::floor(std::log10(largest) + kSlack)) : 0;
  if (magnitude <= -4 || magnitude >= 6) ticks.exponent = magnitude;
  // Enough digits for the step to be written exactly: 0.25 has one more than 0.2.
  const double shown = ticks.step / std::pow(10.0, ticks.exponent);
  while (ticks.decimals < 12) {
    const double scaled = shown * std::pow(10.0, ticks.decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled) break;
    ++ticks.decimals;
  }
  return ticks;
}

std::string superscript(int number) {
  constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) text += kDigits[digit - '0'];
  return text;
}

}  // namespace

std::string Ticks::label(double value) const {
  return readable(value / std::pow(10.0, exponent), decimals);
}

std::string Ticks::factor() const { return exponent == 0 ? "" : "× 10" + superscript(exponent); }

Ticks nice_ticks(double low, double high, int most, bool whole) {
  return make(low, high, most, whole, false);
}

Ticks covering_ticks(double low, double high, int most, bool whole) {
  return make(low, high, most, whole, true);
}

}  // namespace carica::report
