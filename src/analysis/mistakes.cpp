#include "analysis/mistakes.h"

#include <algorithm>
#include <map>

#include "core/random.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr std::uint32_t kPurpose = 40;  // of the random numbers that choose

const std::string& name_of(const std::vector<std::string>& classes, std::int64_t label) {
  return classes[static_cast<std::size_t>(label)];
}

}  // namespace

std::vector<Mistake> find_mistakes(const Collected& collected) {
  std::vector<Mistake> mistakes;
  for (std::size_t row = 0; row < collected.size(); ++row) {
    const auto truth = collected.truth[row], predicted = collected.predicted[row];
    if (truth == predicted) continue;
    mistakes.push_back({row, truth, predicted, collected.probability(row, predicted),
                        collected.probability(row, truth)});
  }
  std::ranges::stable_sort(mistakes, std::greater{}, &Mistake::probability);
  return mistakes;
}

std::vector<Mistake> choose_mistakes(const Collected& collected, std::size_t per_class, bool worst,
                                     std::uint64_t seed) {
  const auto all = find_mistakes(collected);
  std::vector<Mistake> chosen;
  for (std::size_t label = 0; label < collected.classes.size(); ++label) {
    std::vector<Mistake> of_class;
    for (const auto& mistake : all) {
      if (mistake.truth == static_cast<std::int64_t>(label)) of_class.push_back(mistake);
    }
    if (!worst) {
      // By name first: the choice does not depend on the order of the samples.
      const auto name = [&](const Mistake& mistake) { return collected.names[mistake.row]; };
      std::ranges::sort(of_class, {}, name);
      RandomStream random(seed, 0, label, kPurpose);
      const auto order = permutation(static_cast<std::int64_t>(of_class.size()), random);
      std::vector<Mistake> drawn;
      for (const auto place : order) drawn.push_back(of_class[static_cast<std::size_t>(place)]);
      of_class = std::move(drawn);
    }
    of_class.resize(std::min(of_class.size(), per_class));
    chosen.insert(chosen.end(), of_class.begin(), of_class.end());
  }
  return chosen;
}

std::vector<ConfusedPair> confused_pairs(const Collected& collected) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> counts;
  std::map<std::int64_t, std::int64_t> support;
  for (std::size_t row = 0; row < collected.size(); ++row) {
    ++support[collected.truth[row]];
    if (collected.truth[row] != collected.predicted[row]) {
      ++counts[{collected.truth[row], collected.predicted[row]}];
    }
  }
  std::vector<ConfusedPair> pairs;
  for (const auto& [labels, count] : counts) {
    pairs.push_back({labels.first, labels.second, count,
                     static_cast<double>(count) / static_cast<double>(support[labels.first])});
  }
  std::ranges::stable_sort(pairs, std::greater{}, &ConfusedPair::count);
  return pairs;
}

std::string mistakes_csv(const Collected& collected, const std::vector<Mistake>& mistakes) {
  std::string csv = "path,truth,predicted,probability,truth_probability\n";
  for (const auto& mistake : mistakes) {
    csv += cat(csv_field(collected.names[mistake.row]), ",",
               csv_field(name_of(collected.classes, mistake.truth)), ",",
               csv_field(name_of(collected.classes, mistake.predicted)), ",",
               number(mistake.probability), ",", number(mistake.truth_probability), "\n");
  }
  return csv;
}

std::string pairs_csv(const std::vector<std::string>& classes,
                      const std::vector<ConfusedPair>& pairs) {
  std::string csv = "truth,predicted,count,share\n";
  for (const auto& pair : pairs) {
    csv += cat(csv_field(name_of(classes, pair.truth)), ",",
               csv_field(name_of(classes, pair.predicted)), ",", pair.count, ",",
               number(pair.share), "\n");
  }
  return csv;
}

}  // namespace carica::analysis
