#include <optional>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "loss/loss.h"
#include "ops/device_kernels.h"
#include "ops/upsample.h"

namespace carica::loss {
namespace {

/// The head that a term needs, and its name for messages; no head: any will do.
struct Wish {
  const char* term;
  std::optional<HeadSpec> head;
};

Wish wish(const config::CrossEntropyLoss&, int classes) {
  return {"cross_entropy", HeadSpec{classes, Activation::kSoftmax}};
}

Wish wish(const config::BceLoss& config, int classes) {
  const bool binary = config.head == "binary" || (config.head == "auto" && classes == 2);
  if (!binary && config.head != "auto" && config.head != "one_vs_rest") {
    throw Error(ErrorCode::kConfig,
                cat("bce.head = ", config.head, ": must be auto, binary or one_vs_rest"));
  }
  if (binary && classes != 2) {
    throw Error(ErrorCode::kConfig,
                cat("bce.head = binary: there are ", classes, " classes; must be 2"),
                "one_vs_rest takes any number of classes");
  }
  return {"bce", binary ? HeadSpec{1, Activation::kBinarySigmoid}
                        : HeadSpec{classes, Activation::kOneVsRestSigmoid}};
}

Wish wish(const config::DiceLoss&, int) { return {"dice", std::nullopt}; }

Wish wish(const config::FocalLoss&, int classes) {
  return {"focal", HeadSpec{classes, Activation::kSoftmax}};
}

const char* describe(Activation activation) {
  switch (activation) {
    case Activation::kSoftmax:
      return "softmax";
    case Activation::kBinarySigmoid:
      return "one sigmoid";
    case Activation::kOneVsRestSigmoid:
      return "one sigmoid per class";
  }
  return "";
}

constexpr const char* kOneLabelHint =
    "loss: {bce: {}}; where the separator is part of the names, data.labels: one";

Error takes_one_label(const std::string& what) {
  return Error(ErrorCode::kConfig,
               cat("loss: ", what, " takes one label, and samples have several; must be bce"),
               kOneLabelHint);
}

/// One logit for each class is the only head that can give several of them.
HeadSpec head_for_sets(std::span<const config::LossTerm> terms, int classes) {
  for (const auto& term : terms) {
    const auto* bce = std::get_if<config::BceLoss>(&term);
    if (bce == nullptr) {
      const auto name = std::visit([&](const auto& c) { return wish(c, classes).term; }, term);
      throw takes_one_label(name);
    }
    if (bce->head == "binary") throw takes_one_label("bce.head = binary");
  }
  return {classes, Activation::kOneVsRestSigmoid};
}

/// float32 (float64 stays), as the loss computes.
torch::Tensor at_least_float32(const torch::Tensor& logits) {
  return logits.scalar_type() == torch::kDouble ? logits : logits.to(torch::kFloat);
}

}  // namespace

HeadSpec head_spec(std::span<const config::LossTerm> terms, int classes, bool several_labels) {
  if (terms.empty()) throw Error(ErrorCode::kConfig, "loss: no terms; must be at least one");
  if (several_labels) return head_for_sets(terms, classes);
  Wish chosen{"", std::nullopt};
  for (const auto& term : terms) {
    const auto next = std::visit([&](const auto& config) { return wish(config, classes); }, term);
    if (!next.head) continue;
    if (chosen.head && chosen.head->activation != next.head->activation) {
      throw Error(ErrorCode::kConfig,
                  cat("loss: ", chosen.term, " wants ", describe(chosen.head->activation), ", ",
                      next.term, " wants ", describe(next.head->activation),
                      "; the terms of a loss must share one head"));
    }
    chosen = next;
  }
  return chosen.head.value_or(HeadSpec{classes, Activation::kSoftmax});
}

torch::Tensor probabilities(const torch::Tensor& logits, Activation activation) {
  const auto x = at_least_float32(logits);
  switch (activation) {
    case Activation::kSoftmax:
      return torch::softmax(x, 1);
    case Activation::kBinarySigmoid:  // 1 - sigmoid(x), without its cancellation
      return torch::cat({torch::sigmoid(-x), torch::sigmoid(x)}, 1);
    case Activation::kOneVsRestSigmoid:
      return torch::sigmoid(x);
  }
  throw Error(ErrorCode::kShape, "probabilities: unknown activation");
}

torch::Tensor predicted_class(const torch::Tensor& logits, Activation activation) {
  if (activation == Activation::kBinarySigmoid) return (logits.squeeze(1) > 0).to(torch::kLong);
  return logits.argmax(1);
}

torch::Tensor predicted_map(const torch::Tensor& logits, std::int64_t height, std::int64_t width,
                            Activation activation) {
  const bool binary = activation == Activation::kBinarySigmoid;
  if (!binary && ops::has_kernels_for(logits)) return ops::upsample_argmax(logits, height, width);
  auto full = logits.to(torch::kFloat);
  if (full.size(2) != height || full.size(3) != width) {
    full = at::upsample_bilinear2d(full, {height, width}, /*align_corners=*/false);
  }
  return predicted_class(full, activation).to(torch::kByte);
}

}  // namespace carica::loss
