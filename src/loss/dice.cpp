#include "loss/term.h"

namespace carica::loss {
namespace {

/// For each class c, over all counted targets of the batch, p the probabilities of the head and t
/// one-hot targets:
///   dice[c] = (2 sum p[c] t[c] + smooth) / (sum p[c] + sum t[c] + smooth)
/// The loss is the mean of 1 - dice[c] over the classes that occur in the batch: an absent class
/// has no overlap to speak of, and its share is noise. Source: Milletari et al. 2016, with sums
/// in place of sums of squares.
class Dice : public Loss::Term {
 public:
  explicit Dice(double smooth) : smooth_(smooth) {}

  torch::Tensor operator()(TermInput& input) const override {
    const auto ignored = input.ignored().unsqueeze(1);
    const auto p = probabilities(input.logits(), input.activation()).masked_fill(ignored, 0);
    const auto t = input.one_hot() & ~ignored;
    std::vector<std::int64_t> all_but_classes;
    for (std::int64_t dim = 0; dim < p.dim(); ++dim) {
      if (dim != 1) all_but_classes.push_back(dim);
    }
    const auto truth = t.sum(all_but_classes).to(p.scalar_type());
    const auto overlap = (p * t).sum(all_but_classes);
    const auto size = p.sum(all_but_classes) + truth + smooth_;
    const auto dice = (overlap * 2 + smooth_) / (size + (size == 0));  // 0 / 0 without targets
    const auto present = truth > 0;
    return ((1 - dice) * present).sum() / present.sum().clamp_min(1);
  }

 private:
  double smooth_;
};

}  // namespace

TermPtr make_term(const config::DiceLoss& config, const LossOptions&) {
  return std::make_shared<Dice>(config.smooth);
}

}  // namespace carica::loss
