#include "loss/loss.h"

#include <array>
#include <variant>

#include "loss/term.h"

namespace carica::loss {
namespace {

struct Row {
  const char* name;
  const char* help;
  TermPtr (*build)(const config::LossTerm& term, const LossOptions& options);
};

template <typename Config>
TermPtr build(const config::LossTerm& term, const LossOptions& options) {
  const auto& config = std::get<Config>(term);
  TermPtr built = make_term(config, options);
  built->weight = config.weight;
  return built;
}

/// THE table of losses, in the order of config::LossTerm.
constexpr std::array<Row, std::variant_size_v<config::LossTerm>> kLosses = {{
    {"cross_entropy", "softmax cross-entropy, with label smoothing and class weights",
     build<config::CrossEntropyLoss>},
    {"bce", "binary cross-entropy: one logit for two classes, or one against the rest",
     build<config::BceLoss>},
    {"dice", "1 - soft Dice, the mean over the classes in the batch", build<config::DiceLoss>},
    {"focal", "softmax cross-entropy that fades for what is already right",
     build<config::FocalLoss>},
}};
static_assert(kLosses.back().name != nullptr, "a loss has no row");

}  // namespace

Loss::Loss(std::span<const config::LossTerm> terms, const LossOptions& options)
    : head_(head_spec(terms, options.classes, options.several_labels)),
      classes_(options.classes),
      ignore_index_(options.ignore_index),
      several_labels_(options.several_labels) {
  for (const auto& term : terms) terms_.push_back(kLosses[term.index()].build(term, options));
}

torch::Tensor Loss::operator()(const torch::Tensor& logits, const torch::Tensor& targets) const {
  TermInput input(logits, targets, head_, classes_, ignore_index_, several_labels_);
  torch::Tensor total;
  for (const auto& term : terms_) {
    auto value = (*term)(input);
    if (term->weight != 1) value = value * term->weight;
    total = total.defined() ? total + value : value;
  }
  return total;
}

void Loss::to(torch::Device device) {
  for (const auto& term : terms_) term->to(device);
}

std::vector<LossInfo> losses() {
  std::vector<LossInfo> rows;
  for (const auto& row : kLosses) rows.push_back({row.name, row.help});
  return rows;
}

}  // namespace carica::loss
