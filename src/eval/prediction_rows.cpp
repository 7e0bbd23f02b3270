#include "eval/prediction_rows.h"

#include "core/text.h"

namespace carica::eval {

std::string top_header(std::size_t k) {
  std::string line = "label,probability";
  for (std::size_t j = 2; j <= k; ++j) line += cat(",label_", j, ",probability_", j);
  return line + "\n";
}

std::string top_row(const std::vector<std::string>& classes,
                    std::span<const std::pair<int, double>> top) {
  std::vector<std::string> cells;
  for (const auto& [label, probability] : top) {
    cells.push_back(csv_field(classes[static_cast<std::size_t>(label)]));
    cells.push_back(fixed(probability, 6));
  }
  return join(cells, ",") + "\n";
}

std::string label_set_header(const std::vector<std::string>& classes) {
  std::string line = "labels";
  for (const auto& name : classes) line += "," + csv_field("probability " + name);
  return line + "\n";
}

std::string label_set_row(const std::vector<std::string>& classes,
                          std::span<const float> probabilities, double threshold) {
  std::string line = csv_field(label_set_text(classes, probabilities, threshold));
  for (const float probability : probabilities) line += "," + fixed(probability, 6);
  return line + "\n";
}

std::string label_set_text(const std::vector<std::string>& classes,
                           std::span<const float> probabilities, double threshold) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (probabilities[c] > threshold) names.push_back(classes[c]);
  }
  return join(names, "|");
}

}  // namespace carica::eval
