#include "data/splits/group_folds.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace carica::data {
namespace {

std::size_t samples_of(const ClassCounts& counts) {
  std::size_t samples = 0;
  for (const auto& [label, count] : counts) samples += count;
  return samples;
}

double square(std::size_t n) { return static_cast<double>(n) * static_cast<double>(n); }

// Of the counts of all classes, also those that the group lacks.
double spread(const ClassCounts& counts, std::size_t classes) {
  double squares = 0;
  for (const auto& [label, count] : counts) squares += square(count);
  const double mean = static_cast<double>(samples_of(counts)) / static_cast<double>(classes);
  return squares / static_cast<double>(classes) - mean * mean;
}

// The samples of one class so far.
struct Class {
  std::vector<std::size_t> in_fold;
  std::size_t so_far = 0, all = 0;
  double squares = 0;  // of in_fold

  // How much more uneven the folds' shares of the class become by `count` more in the fold.
  double unevenness_by(std::size_t count, std::size_t fold) const {
    const double more = squares - square(in_fold[fold]) + square(in_fold[fold] + count);
    return (deviation(more, so_far + count) - deviation(squares, so_far)) /
           static_cast<double>(all);
  }
  void add(std::size_t count, std::size_t fold) {
    squares += square(in_fold[fold] + count) - square(in_fold[fold]);
    in_fold[fold] += count;
    so_far += count;
  }

 private:
  double deviation(double of_squares, std::size_t samples) const {
    const auto folds = static_cast<double>(in_fold.size());
    const double mean = static_cast<double>(samples) / folds;
    return std::sqrt(std::max(0.0, of_squares / folds - mean * mean));
  }
};

}  // namespace

std::vector<std::size_t> folds_of_mixed_groups(const std::vector<ClassCounts>& groups,
                                               std::size_t folds) {
  constexpr double kEqual = 1e-9;
  std::map<std::int64_t, Class> classes;
  for (const auto& group : groups) {
    for (const auto& [label, count] : group) {
      auto& of_class = classes[label];
      of_class.in_fold.resize(folds);
      of_class.all += count;
    }
  }
  std::vector<double> spreads;
  for (const auto& group : groups) spreads.push_back(spread(group, classes.size()));
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return spreads[a] > spreads[b]; });
  std::vector<std::size_t> totals(folds), fold_of(groups.size());
  for (const std::size_t g : order) {
    std::size_t best = 0;
    double least = 0;
    for (std::size_t f = 0; f < folds; ++f) {
      double unevenness = 0;
      for (const auto& [label, count] : groups[g]) {
        unevenness += classes.at(label).unevenness_by(count, f);
      }
      const bool equal = std::abs(unevenness - least) <= kEqual;
      if (f > 0 && (equal ? totals[f] >= totals[best] : unevenness > least)) continue;
      best = f;
      least = unevenness;
    }
    for (const auto& [label, count] : groups[g]) classes.at(label).add(count, best);
    totals[best] += samples_of(groups[g]);
    fold_of[g] = best;
  }
  return fold_of;
}

}  // namespace carica::data
