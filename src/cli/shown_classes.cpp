#include "cli/shown_classes.h"

#include <algorithm>
#include <numeric>

#include "core/text.h"

namespace carica::cli {
namespace {

constexpr std::size_t kMost = 60, kAtEnds = 15;

}  // namespace

std::vector<std::size_t> shown_classes(const std::vector<std::int64_t>& counts) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= kMost) return order;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return counts[a] > counts[b]; });
  order.erase(order.begin() + kAtEnds, order.end() - kAtEnds);
  return order;
}

std::string left_out_note(std::size_t classes) {
  if (classes <= kMost) return "";
  return cat("  (the ", kAtEnds, " most frequent and the rarest of ", classes, " classes)\n");
}

}  // namespace carica::cli
