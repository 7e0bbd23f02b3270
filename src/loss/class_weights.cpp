#include "loss/class_weights.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/error.h"
#include "core/text.h"

namespace carica::loss {
namespace {

void check_weights(const std::vector<double>& weights, int classes) {
  if (static_cast<int>(weights.size()) != classes) {
    throw Error(ErrorCode::kConfig, cat("cross_entropy.class_weight_list: ", weights.size(),
                                        " numbers for ", classes, " classes; must be one each"));
  }
  for (const double weight : weights) {
    if (!(weight >= 0) || weight == INFINITY) {
      throw Error(ErrorCode::kConfig, cat("cross_entropy.class_weight_list: ", weight,
                                          "; must be finite and at least 0"));
    }
  }
  if (std::ranges::none_of(weights, [](double weight) { return weight > 0; })) {
    throw Error(ErrorCode::kConfig,
                "cross_entropy.class_weight_list: all are 0, and so is the loss; one must be above "
                "0");
  }
}

/// Counts above 0; the others would get an infinite weight.
std::vector<double> occurring(const std::vector<double>& counts) {
  std::vector<double> present;
  std::copy_if(counts.begin(), counts.end(), std::back_inserter(present),
               [](double count) { return count > 0; });
  return present;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// Of each class: its count, as a share of what is around it where that is known.
std::vector<double> frequencies(const LossOptions& options) {
  std::vector<double> shares = options.class_counts;
  if (options.counts_around.empty()) return shares;
  for (std::size_t c = 0; c < shares.size(); ++c) {
    if (shares[c] > 0) shares[c] /= options.counts_around.at(c);
  }
  return shares;
}

}  // namespace

std::vector<double> class_weights(const config::CrossEntropyLoss& config,
                                  const LossOptions& options) {
  const auto& kind = config.class_weights;
  if (kind == "none") return {};
  if (kind == "list") {
    check_weights(config.class_weight_list, options.classes);
    return config.class_weight_list;
  }
  if (kind != "inverse" && kind != "median_frequency") {
    throw Error(ErrorCode::kConfig, cat("cross_entropy.class_weights = ", kind,
                                        ": must be none, inverse, median_frequency or list"));
  }
  const bool inverse = kind == "inverse";
  const auto counts = inverse ? options.class_counts : frequencies(options);
  const auto present = occurring(counts);
  if (static_cast<int>(counts.size()) != options.classes || present.empty()) {
    throw Error(ErrorCode::kConfig,
                cat("cross_entropy.class_weights = ", kind, ": counts of ", present.size(),
                    " classes for ", options.classes, "; the training split must be counted"));
  }
  const double total = std::accumulate(present.begin(), present.end(), 0.0);
  const double scale = inverse ? total / static_cast<double>(present.size()) : median(present);
  std::vector<double> weights;
  for (const double count : counts) weights.push_back(count > 0 ? scale / count : 1.0);
  return weights;
}

}  // namespace carica::loss
