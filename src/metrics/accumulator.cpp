#include "metrics/accumulator.h"

#include <torch/utils.h>

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "metrics/label_counts.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

void require(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorCode::kShape, message);
}

bool is_label_type(const torch::Tensor& labels) {
  return labels.scalar_type() == torch::kInt64 || labels.scalar_type() == torch::kUInt8;
}

}  // namespace

Accumulator::Accumulator(int classes, int ignore_index, int top_k, torch::Device device,
                         bool has_other)
    : classes_(classes),
      ignore_index_(ignore_index),
      top_k_(std::min(top_k, classes)),
      has_other_(has_other) {
  require(classes > 0, cat("metrics: ", classes, " classes; at least 1 is needed"));
  require(top_k > 0, cat("metrics: top_k = ", top_k, "; at least 1 is needed"));
  const auto options = torch::TensorOptions().device(device);
  counts_ = torch::zeros({classes + 2, classes + 1}, options.dtype(torch::kInt64));
  hits_ = torch::zeros({2}, options.dtype(torch::kInt64));
  loss_ = torch::zeros({2}, options.dtype(torch::kFloat64));
}

void Accumulator::add(const torch::Tensor& predictions, const torch::Tensor& targets) {
  require(predictions.sizes() == targets.sizes(),
          cat("metrics: predictions of shape ", predictions.sizes(), "; targets have ",
              targets.sizes()));
  require(is_label_type(predictions) && is_label_type(targets),
          cat("metrics: labels of type ", predictions.scalar_type(), " and ", targets.scalar_type(),
              "; int64 and uint8 are allowed"));
  require(predictions.device() == counts_.device() && targets.device() == counts_.device(),
          cat("metrics: labels on ", predictions.device(), " and ", targets.device(), "; expected ",
              counts_.device()));
  torch::NoGradGuard no_grad;
  const auto count = counts_.is_cpu() ? count_on_host : count_on_device;
  count(counts_, classes_, ignore_index_, predictions, targets);
}

torch::Tensor Accumulator::add_each(const torch::Tensor& predictions,
                                    const torch::Tensor& targets) {
  require(predictions.dim() > 0, "metrics: predictions of one label; a batch is expected");
  const auto before = counts_;
  std::vector<torch::Tensor> each;
  for (std::int64_t i = 0; i < predictions.size(0); ++i) {
    counts_ = torch::zeros_like(before);
    add(predictions[i], targets[i]);
    before.add_(counts_);
    each.push_back(counts_.slice(0, 0, classes_));
  }
  counts_ = before;
  return torch::stack(each);
}

void Accumulator::add_top_k(const torch::Tensor& scores, const torch::Tensor& targets) {
  require(scores.dim() == 2 && scores.size(1) == classes_ && targets.dim() == 1 &&
              scores.size(0) == targets.size(0),
          cat("metrics: scores of shape ", scores.sizes(), " with targets of ", targets.sizes(),
              "; [N,", classes_, "] and [N] are expected"));
  require(scores.is_floating_point() && is_label_type(targets),
          cat("metrics: scores of type ", scores.scalar_type(), " with targets of ",
              targets.scalar_type(), "; floats and int64 or uint8 are allowed"));
  require(scores.device() == hits_.device() && targets.device() == hits_.device(),
          cat("metrics: scores on ", scores.device(), ", targets on ", targets.device(),
              "; expected ", hits_.device()));
  torch::NoGradGuard no_grad;
  const auto truth = targets.to(torch::kInt64);
  const auto counted = truth.ne(ignore_index_);
  const auto inside = truth.ge(0).logical_and_(truth.lt(classes_)).logical_and_(counted);
  const auto safe_truth = torch::where(inside, truth, 0).unsqueeze(1);
  const auto true_score = scores.gather(1, safe_truth);
  // Classes that do not rank before the true one, itself included. A comparison with NaN is false,
  // so that a NaN ranks before everything and a NaN of the true class can never be a hit.
  const auto index = torch::arange(classes_, truth.options()).unsqueeze(0);
  const auto behind =
      scores.lt(true_score).logical_or_(scores.eq(true_score).logical_and_(index.ge(safe_truth)));
  const auto hit = behind.sum(1).gt(classes_ - top_k_).logical_and_(inside);
  hits_.add_(torch::stack({hit.sum(), counted.sum()}));
}

void Accumulator::add_loss(const torch::Tensor& mean_loss, double weight) {
  require(mean_loss.numel() == 1,
          cat("metrics: loss of shape ", mean_loss.sizes(), "; one number is expected"));
  if (weight == 0) return;
  torch::NoGradGuard no_grad;
  const auto mean = mean_loss.detach().reshape({}).to(loss_.options());
  loss_.select(0, 0).add_(mean, weight);
  loss_.select(0, 1).add_(weight);
}

Confusion Accumulator::confusion() const {
  const auto counts = counts_.cpu();
  const auto table = counts.accessor<std::int64_t, 2>();
  Confusion result(classes_);
  std::int64_t outside = 0;
  for (int truth = 0; truth < classes_; ++truth) {
    if (has_other_) {
      result.other.push_back(table[truth][classes_]);
    } else {
      outside += table[truth][classes_];
    }
    for (int guess = 0; guess < classes_; ++guess) result.at(truth, guess) = table[truth][guess];
  }
  for (int guess = 0; guess <= classes_; ++guess) outside += table[classes_ + 1][guess];
  if (outside > 0) {
    throw Error(ErrorCode::kData,
                cat("metrics: ", outside, " labels outside 0..", classes_ - 1,
                    "; only classes and the ignored value ", ignore_index_, " are allowed"),
                "check the number of classes and the mask's ignore_index");
  }
  return result;
}

double Accumulator::top_k_share() const {
  const auto hits = hits_.cpu();
  const auto samples = hits[1].item<std::int64_t>();
  return samples == 0
             ? 0
             : static_cast<double>(hits[0].item<std::int64_t>()) / static_cast<double>(samples);
}

double Accumulator::mean_loss() const {
  const auto loss = loss_.cpu();
  const auto weight = loss[1].item<double>();
  return weight == 0 ? kNaN : loss[0].item<double>() / weight;
}

void Accumulator::reset() {
  counts_.zero_();
  hits_.zero_();
  loss_.zero_();
}

}  // namespace carica::metrics
