#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace carica::eval {

// The columns of predictions.csv behind those that name the picture; each ends its line.

/// label,probability,label_2,probability_2, ... of the `k` likeliest classes.
std::string top_header(std::size_t k);
std::string top_row(const std::vector<std::string>& classes,
                    std::span<const std::pair<int, double>> top);

/// labels, then a column for the probability of each class: "probability NAME".
std::string label_set_header(const std::vector<std::string>& classes);
/// Labels are the classes above `threshold`, '|' between them.
std::string label_set_row(const std::vector<std::string>& classes,
                          std::span<const float> probabilities, double threshold);

/// The classes above `threshold`, '|' between them; empty when there is none.
std::string label_set_text(const std::vector<std::string>& classes,
                           std::span<const float> probabilities, double threshold);

}  // namespace carica::eval
