#include "metrics/label_pairs.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {

std::vector<LabelPair> label_pairs(int classes, std::span<const int> truth,
                                   std::span<const int> prediction) {
  if (classes < 1 || truth.size() != prediction.size()) {
    throw Error(
        ErrorCode::kShape,
        cat("label pairs: ", truth.size(), " labels and ", prediction.size(), " predictions of ",
            classes, " classes; as many of each and at least 1 class are expected"));
  }
  const auto inside = [classes](int label) { return label >= 0 && label < classes; };
  std::vector<LabelPair> pairs(truth.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (!inside(truth[i]) || !inside(prediction[i])) {
      throw Error(ErrorCode::kData,
                  cat("label pairs: label ", truth[i], " and prediction ", prediction[i],
                      " of sample ", i, "; 0 to ", classes - 1, " are allowed"));
    }
    pairs[i] = {truth[i], prediction[i]};
  }
  return pairs;
}

ClassTally::ClassTally(int classes)
    : hits(static_cast<std::size_t>(classes)), support(hits.size()), predicted(hits.size()) {}

void ClassTally::reset() {
  for (auto* counts : {&hits, &support, &predicted}) std::fill(counts->begin(), counts->end(), 0);
}

double ClassTally::accuracy() const {
  return share(std::accumulate(hits.begin(), hits.end(), std::int64_t{0}),
               std::accumulate(support.begin(), support.end(), std::int64_t{0}), 0);
}

double ClassTally::f1_macro() const {
  double sum = 0;
  for (std::size_t c = 0; c < hits.size(); ++c) {
    sum += share(2 * hits[c], support[c] + predicted[c], 0);
  }
  return sum / static_cast<double>(hits.size());
}

}  // namespace carica::metrics
