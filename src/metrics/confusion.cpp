#include "metrics/confusion.h"

#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

/// The mean over the classes where the field is a number; NaN when it is nowhere.
double mean_of_present(const std::vector<ClassMetrics>& classes, double ClassMetrics::*field) {
  std::vector<double> values;
  for (const ClassMetrics& one : classes) values.push_back(one.*field);
  return mean_of_defined(values);
}

}  // namespace

std::int64_t Confusion::support(int c) const {
  std::int64_t sum = other.empty() ? 0 : other[static_cast<std::size_t>(c)];
  for (int prediction = 0; prediction < classes; ++prediction) sum += at(c, prediction);
  return sum;
}

std::int64_t Confusion::predicted(int c) const {
  std::int64_t sum = 0;
  for (int truth = 0; truth < classes; ++truth) sum += at(truth, c);
  return sum;
}

std::int64_t Confusion::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) +
         std::accumulate(other.begin(), other.end(), std::int64_t{0});
}

std::int64_t Confusion::correct() const {
  std::int64_t sum = 0;
  for (int c = 0; c < classes; ++c) sum += at(c, c);
  return sum;
}

Confusion& Confusion::operator+=(const Confusion& more) {
  if (more.classes != classes) {
    throw Error(ErrorCode::kShape,
                cat("confusion: counts of ", more.classes, " classes; expected ", classes));
  }
  if (more.other.size() != other.size()) {
    throw Error(ErrorCode::kShape,
                "confusion: one has predictions of other classes, and one has not");
  }
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += more.counts[i];
  for (std::size_t i = 0; i < other.size(); ++i) other[i] += more.other[i];
  return *this;
}

std::vector<ClassMetrics> per_class(const Confusion& confusion) {
  std::vector<ClassMetrics> result(static_cast<std::size_t>(confusion.classes));
  for (int c = 0; c < confusion.classes; ++c) {
    const std::int64_t hits = confusion.at(c, c);
    const std::int64_t support = confusion.support(c);
    const std::int64_t predicted = confusion.predicted(c);
    ClassMetrics& one = result[static_cast<std::size_t>(c)];
    one.precision = share(hits, predicted, 0);
    one.recall = share(hits, support, 0);
    one.f1 = share(2 * hits, support + predicted, 0);
    one.iou = share(hits, support + predicted - hits, kNaN);
    one.dice = share(2 * hits, support + predicted, kNaN);
    one.support = support;
  }
  return result;
}

Summary summarize(const Confusion& confusion) {
  const std::vector<ClassMetrics> classes = per_class(confusion);
  const std::int64_t total = confusion.total();
  Summary summary;
  summary.accuracy = share(confusion.correct(), total, 0);
  for (const ClassMetrics& one : classes) {
    const double weight = 1.0 / static_cast<double>(classes.size());
    summary.precision_macro += weight * one.precision;
    summary.recall_macro += weight * one.recall;
    summary.f1_macro += weight * one.f1;
    summary.f1_weighted += share(one.support, total, 0) * one.f1;
  }
  summary.miou = mean_of_present(classes, &ClassMetrics::iou);
  summary.mdice = mean_of_present(classes, &ClassMetrics::dice);
  return summary;
}

}  // namespace carica::metrics
