#include "analysis/labels/label_mistakes.h"

#include <algorithm>

#include "core/random.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr std::uint32_t kPurpose = 44;  // of the random numbers that choose

// Place of a label's false positives, and behind it of its false negatives.
std::size_t group_of(const LabelMistake& mistake) {
  return 2 * mistake.label + (mistake.missing ? 1 : 0);
}

std::vector<std::vector<LabelMistake>> by_group(const std::vector<LabelMistake>& mistakes,
                                                std::size_t labels) {
  std::vector<std::vector<LabelMistake>> groups(2 * labels);
  for (const auto& mistake : mistakes) groups[group_of(mistake)].push_back(mistake);
  return groups;
}

}  // namespace

std::vector<LabelMistake> find_label_mistakes(const CollectedSets& collected) {
  std::vector<LabelMistake> mistakes;
  for (std::size_t row = 0; row < collected.size(); ++row) {
    for (std::size_t label = 0; label < collected.classes.size(); ++label) {
      const bool has = collected.has(row, label);
      if (has == collected.predicts(row, label)) continue;
      mistakes.push_back(
          {row, label, has, collected.probability(row, static_cast<std::int64_t>(label))});
    }
  }
  std::ranges::stable_sort(mistakes, std::greater{}, &LabelMistake::sureness);
  return mistakes;
}

std::vector<LabelMistake> choose_label_mistakes(const CollectedSets& collected,
                                                std::size_t per_label, bool worst,
                                                std::uint64_t seed) {
  auto groups = by_group(find_label_mistakes(collected), collected.classes.size());
  std::vector<LabelMistake> chosen;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    auto& own = groups[group];
    if (!worst) {
      // By name first: the choice does not depend on the order of the samples.
      std::ranges::sort(own, {}, [&](const LabelMistake& one) { return collected.names[one.row]; });
      RandomStream random(seed, 0, group, kPurpose);
      const auto order = permutation(static_cast<std::int64_t>(own.size()), random);
      std::vector<LabelMistake> drawn;
      for (const auto place : order) drawn.push_back(own[static_cast<std::size_t>(place)]);
      own = std::move(drawn);
    }
    own.resize(std::min(own.size(), per_label));
    chosen.insert(chosen.end(), own.begin(), own.end());
  }
  return chosen;
}

std::vector<LabelMistake> surest_of_each(const std::vector<LabelMistake>& mistakes,
                                         std::size_t labels, std::size_t most) {
  const auto groups = by_group(mistakes, labels);
  std::vector<LabelMistake> taken;
  for (std::size_t turn = 0; taken.size() < most; ++turn) {
    const auto before = taken.size();
    for (const auto& group : groups) {
      if (turn < group.size() && taken.size() < most) taken.push_back(group[turn]);
    }
    if (taken.size() == before) break;
  }
  std::ranges::stable_sort(taken, std::greater{}, &LabelMistake::sureness);
  return taken;
}

std::string label_mistakes_csv(const CollectedSets& collected,
                               const std::vector<LabelMistake>& mistakes) {
  std::string csv = "path,label,kind,probability,truth,predicted\n";
  for (const auto& mistake : mistakes) {
    csv +=
        cat(csv_field(collected.names[mistake.row]), ",",
            csv_field(collected.classes[mistake.label]), ",",
            mistake.missing ? "false negative" : "false positive", ",", number(mistake.probability),
            ",", csv_field(names_of(collected, collected.labels(mistake.row))), ",",
            csv_field(names_of(collected, collected.predicted_labels(mistake.row))), "\n");
  }
  return csv;
}

}  // namespace carica::analysis
