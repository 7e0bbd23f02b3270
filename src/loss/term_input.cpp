#include "loss/term_input.h"

#include "core/error.h"
#include "core/text.h"
#include "ops/resize.h"

namespace carica::loss {
namespace {

void check_label_sets(const torch::Tensor& logits, const torch::Tensor& targets, int outputs) {
  const bool fits = logits.dim() == 2 && logits.size(1) == outputs &&
                    logits.sizes() == targets.sizes() && logits.is_floating_point() &&
                    targets.scalar_type() == torch::kByte;
  if (fits) return;
  throw Error(ErrorCode::kShape, cat("loss: logits ", logits.scalar_type(), logits.sizes(),
                                     " and sets of labels ", targets.scalar_type(), targets.sizes(),
                                     "; must be a float type and uint8[N,", outputs, "]"));
}

void check_shapes(const torch::Tensor& logits, const torch::Tensor& targets, int outputs,
                  bool sets) {
  if (sets) return check_label_sets(logits, targets, outputs);
  const bool flat = logits.dim() == 2 && targets.dim() == 1;
  const bool map = logits.dim() == 4 && targets.dim() == 3;
  if (!(flat || map) || logits.size(0) != targets.size(0) || logits.size(1) != outputs) {
    throw Error(ErrorCode::kShape,
                cat("loss: logits ", logits.sizes(), " and targets ", targets.sizes(),
                    "; must be [N,", outputs, "] and [N], or [N,", outputs, ",h,w] and [N,H,W]"));
  }
  const auto type = targets.scalar_type();
  if (!logits.is_floating_point() || (type != torch::kLong && type != torch::kByte)) {
    throw Error(ErrorCode::kShape, cat("loss: logits of ", logits.scalar_type(), " and targets of ",
                                       type, "; must be a float type, and int64 or uint8"));
  }
}

/// float32 (float64 stays), contiguous: torch's softmax over dim 1 copies channels_last tensors
/// anyway, and one conversion does both.
torch::Tensor to_working_type(const torch::Tensor& logits) {
  const auto type = logits.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
  return logits.to(type, /*non_blocking=*/false, /*copy=*/false, at::MemoryFormat::Contiguous);
}

}  // namespace

TermInput::TermInput(const torch::Tensor& logits, const torch::Tensor& targets,
                     const HeadSpec& head, int classes, int ignore_index, bool sets)
    : raw_logits_(logits),
      targets_(targets),
      activation_(head.activation),
      classes_(classes),
      ignore_index_(ignore_index),
      has_label_sets_(sets) {
  check_shapes(logits, targets, head.outputs, sets);
}

const torch::Tensor& TermInput::logits() {
  if (!logits_.defined()) {
    logits_ = to_working_type(raw_logits_);
    const auto size = targets_.sizes().slice(1);
    if (logits_.dim() == 4 && logits_.sizes().slice(2) != size) {
      logits_ = ops::upsample_bilinear(logits_, size[0], size[1], /*align_corners=*/false);
    }
  }
  return logits_;
}

const torch::Tensor& TermInput::ignored() {
  if (!ignored_.defined()) {
    // Compared as uint8, -100 would wrap around to 156.
    const bool never =
        targets_.scalar_type() == torch::kByte && (ignore_index_ < 0 || ignore_index_ > 255);
    ignored_ = never ? torch::zeros_like(targets_, torch::kBool) : targets_ == ignore_index_;
  }
  return ignored_;
}

const torch::Tensor& TermInput::counted() {
  if (!counted_.defined()) {
    // Counted as int64: float32 ends at 2^24, which a batch of masks can have.
    counted_ = (targets_.numel() - ignored().sum()).clamp_min(1).to(logits().scalar_type());
  }
  return counted_;
}

torch::Tensor TermInput::one_hot() const {
  auto ids = torch::arange(classes_, targets_.options());
  for (auto dim = targets_.dim(); dim > 1; --dim) ids = ids.unsqueeze(-1);
  return targets_.unsqueeze(1) == ids;
}

const torch::Tensor& TermInput::log_softmax() {
  if (!log_softmax_.defined()) log_softmax_ = torch::log_softmax(logits(), 1);
  return log_softmax_;
}

const torch::Tensor& TermInput::index() {
  // nll_loss takes uint8 for rows, but only int64 for maps.
  if (!index_.defined()) index_ = targets_.to(torch::kLong);
  return index_;
}

torch::Tensor TermInput::safe_targets() { return index().masked_fill(ignored(), 0); }

torch::Tensor TermInput::negative_log_likelihood(const torch::Tensor& weight) {
  const std::optional<torch::Tensor> given =
      weight.defined() ? std::optional(weight) : std::nullopt;
  // Not reduced by nll_loss: its mean is NaN when all is ignored, its sum over maps on a GPU
  // depends on the order of atomic additions.
  try {
    return at::nll_loss_nd(log_softmax(), index(), given, at::Reduction::None, ignore_index_);
  } catch (const c10::IndexError&) {
    throw Error(ErrorCode::kData,
                cat("loss: a target is outside 0..", classes_ - 1, " and not the ignored ",
                    ignore_index_, "; labels and masks must hold class indices"));
  }
}

}  // namespace carica::loss
