#pragma once

#include <string>
#include <vector>

#include "analysis/collected_sets.h"

namespace carica::analysis {

/// A label that a picture was given wrongly (false positive), or lacks wrongly (false negative).
struct LabelMistake {
  std::size_t row = 0;  // in CollectedSets
  std::size_t label = 0;
  bool missing = false;    // false negative
  double probability = 0;  // of the label

  /// Of what was said: the probability, or that of the contrary.
  double sureness() const { return missing ? 1 - probability : probability; }
};

/// All of them, the surest first; equal ones in the order of the rows, then of the labels.
std::vector<LabelMistake> find_label_mistakes(const CollectedSets& collected);

/// Of each label at most `per_label` false positives, then as many false negatives, label by label.
/// worst: the surest ones; else drawn with `seed`, the same ones for the same mistakes in any
/// order.
std::vector<LabelMistake> choose_label_mistakes(const CollectedSets& collected,
                                                std::size_t per_label, bool worst,
                                                std::uint64_t seed);

/// At most `most`, evenly of all labels and kinds: the surest of each, then the second ones, and so
/// on; the surest first.
std::vector<LabelMistake> surest_of_each(const std::vector<LabelMistake>& mistakes,
                                         std::size_t labels, std::size_t most);

/// mistakes.csv: path,label,kind,probability,truth,predicted; kind is "false positive" or "false
/// negative", the last two are all labels with '|' between them.
std::string label_mistakes_csv(const CollectedSets& collected,
                               const std::vector<LabelMistake>& mistakes);

}  // namespace carica::analysis
