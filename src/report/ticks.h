#pragma once

#include <string>
#include <vector>

namespace carica::report {

/// Values of an axis that people like to read: whole multiples of 1, 2, 2.5 or 5 times a power of
/// ten.
struct Ticks {
  double step = 1;
  std::vector<double> values;  // ascending
  int decimals = 0;            // digits after the point, the same for all labels
  int exponent = 0;            // labels show value / 10^exponent

  std::string label(double value) const;
  /// "× 10⁻⁵" to stand at the end of the axis, empty when the exponent is 0.
  std::string factor() const;
};

/// At most `most` (>= 2) multiples of the step within low..high; `whole` allows no fractions. Both
/// ends must be finite, within +-1e300, and low < high.
Ticks nice_ticks(double low, double high, int most, bool whole = false);

/// As nice_ticks, and one more at each end where the range goes on beyond the last tick, so that
/// values.front() <= low and high <= values.back().
Ticks covering_ticks(double low, double high, int most, bool whole = false);

}  // namespace carica::report
