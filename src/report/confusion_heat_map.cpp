#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "report/curves.h"
#include "report/heat_map.h"
#include "report/readable.h"

namespace carica::report {

void draw_confusion(const std::vector<std::vector<std::int64_t>>& counts,
                    const std::vector<std::string>& classes, const std::filesystem::path& file,
                    FileSystem& fs) {
  HeatMap map;
  map.title = "Confusion matrix";
  map.x_label = "prediction";
  map.y_label = "truth";
  map.scale_label = "share of the true class";
  map.names = classes;
  double total = 0, correct = 0;  // sums of counts near 2^63 still fit
  bool square = counts.size() == classes.size();
  for (std::size_t row = 0; square && row < counts.size(); ++row) {
    square = counts[row].size() == classes.size() &&
             std::all_of(counts[row].begin(), counts[row].end(), [](auto n) { return n >= 0; });
  }
  if (!square) {
    throw Error(ErrorCode::kShape,
                cat("confusion matrix: ", counts.size(), " rows for ", classes.size(),
                    " classes; it must be square, one row for each class, no count below 0"));
  }
  for (std::size_t row = 0; row < counts.size(); ++row) {
    const auto support = std::accumulate(counts[row].begin(), counts[row].end(), 0.0);
    total += support;
    correct += static_cast<double>(counts[row][row]);
    map.counts.push_back(counts[row]);
    std::vector<double>& shares = map.shares.emplace_back();
    for (const std::int64_t count : counts[row]) {
      shares.push_back(support == 0 ? NAN : static_cast<double>(count) / support);
    }
  }
  if (total > 0) {
    map.subtitle = cat(percent(correct / total), " on the diagonal, n = ", readable(total, 0));
  }
  draw(map, file, fs);
}

}  // namespace carica::report
