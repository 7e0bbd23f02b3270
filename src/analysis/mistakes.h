#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/collected.h"

namespace carica::analysis {

/// A picture that a classifier got wrong.
struct Mistake {
  std::size_t row = 0;  // in Collected
  std::int64_t truth = 0, predicted = 0;
  double probability = 0;        // of the predicted class
  double truth_probability = 0;  // of the true class
};

/// All of them, the surest first; equal ones in the order of the rows.
std::vector<Mistake> find_mistakes(const Collected& collected);

/// At most `per_class` mistakes of each true class, class by class. worst: the surest ones; else
/// drawn with `seed`, the same ones for the same mistakes in any order.
std::vector<Mistake> choose_mistakes(const Collected& collected, std::size_t per_class, bool worst,
                                     std::uint64_t seed);

/// Two classes that are taken for each other in this direction.
struct ConfusedPair {
  std::int64_t truth = 0, predicted = 0, count = 0;
  double share = 0;  // of the samples of the true class
};
/// The largest counts first; equal ones by class.
std::vector<ConfusedPair> confused_pairs(const Collected& collected);

/// mistakes.csv: path,truth,predicted,probability,truth_probability.
std::string mistakes_csv(const Collected& collected, const std::vector<Mistake>& mistakes);
/// confused_pairs.csv: truth,predicted,count,share.
std::string pairs_csv(const std::vector<std::string>& classes,
                      const std::vector<ConfusedPair>& pairs);

}  // namespace carica::analysis
