// Computes metrics for compare_metrics.py, which has the same ones from Python. Not for users.
//
//     metrics_parity < CASES > RESULTS
//     metrics_parity time
//
// A case is words and numbers between blanks, its kind first; an array is its length, then its
// values. A result is a line `name length values...`; `end` closes the results of a case. `time`
// prints milliseconds of what must be fast.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include "core/error.h"
#include "metrics/bootstrap.h"
#include "metrics/boundary.h"
#include "metrics/calibration.h"
#include "metrics/paired_tests.h"
#include "metrics/picture_ap.h"
#include "metrics/picture_failures.h"
#include "metrics/picture_scores.h"
#include "metrics/probabilities.h"

namespace carica::metrics {
namespace {

template <typename Value>
Value read() {
  Value value{};
  std::cin >> value;
  return value;
}

template <typename Value>
std::vector<Value> read_array() {
  std::vector<Value> values(read<std::size_t>());
  for (Value& value : values) std::cin >> value;
  return values;
}

std::vector<std::uint8_t> read_pixels() {
  const auto values = read_array<int>();
  return {values.begin(), values.end()};
}

template <typename Values>
void print(const char* name, const Values& values) {
  std::printf("%s %zu", name, values.size());
  for (const auto value : values) std::printf(" %.17g", static_cast<double>(value));
  std::printf("\n");
}

void print(const char* name, double value) { print(name, std::vector{value}); }

void add(std::vector<double>& into, const Interval& one) {
  into.insert(into.end(), {one.value, one.low, one.high});
}

void probabilities() {
  const int classes = read<int>(), k = read<int>(), bins = read<int>();
  const auto labels = read_array<int>();
  const auto scores = read_array<float>();
  const ScoredSamples samples{classes, labels, scores};
  const auto ranked = rankings(samples);
  const auto metrics = ranking_metrics(ranked);
  const auto calibrated = calibration(samples, bins);
  print("top_k", top_k_share(samples, k));
  print("nll", negative_log_likelihood(samples));
  print("brier", brier_score(samples));
  print("auc", metrics.roc_auc);
  print("auc_macro", metrics.roc_auc_macro);
  print("auc_weighted", metrics.roc_auc_weighted);
  print("ap", metrics.average_precision);
  print("ap_macro", metrics.average_precision_macro);
  print("ece", calibrated.expected_error);
  print("mce", calibrated.maximum_error);
  std::vector<std::int64_t> counts;
  for (const auto& bin : calibrated.bins) counts.push_back(bin.samples);
  print("bin_samples", counts);
  std::vector<double> fpr, tpr;
  for (const auto& point : roc_curve(ranked[0])) {
    fpr.push_back(point.false_positive_rate);
    tpr.push_back(point.true_positive_rate);
  }
  print("fpr", fpr);
  print("tpr", tpr);
}

void samples() {
  const int classes = read<int>();
  const BootstrapOptions options{.resamples = read<int>(), .seed = read<std::uint64_t>()};
  const auto truth = read_array<int>(), first = read_array<int>(), second = read_array<int>();
  const auto intervals = bootstrap_samples(classes, truth, second, options);
  std::vector<double> flat;
  add(flat, intervals.accuracy);
  add(flat, intervals.f1_macro);
  for (const auto& one : intervals.classes) {
    for (const auto& interval : {one.precision, one.recall, one.f1}) add(flat, interval);
  }
  print("intervals", flat);
  const PairedPredictions runs{truth, first, second};
  const McNemar test = mcnemar(runs);
  print("b", static_cast<double>(test.first_only));
  print("c", static_cast<double>(test.second_only));
  print("statistic", test.statistic);
  print("p", test.p);
  const auto difference = [](const char* name, const PairedDifference& one) {
    print(name, std::vector{one.difference.value, one.difference.low, one.difference.high, one.p});
  };
  std::vector<double> hits_first, hits_second;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    hits_first.push_back(first[i] == truth[i]);
    hits_second.push_back(second[i] == truth[i]);
  }
  difference("accuracy", bootstrap_mean_difference(hits_first, hits_second, options));
  difference("f1", bootstrap_f1_difference(classes, runs, options));
}

std::vector<double> flat(const SegmentationScores& scores) {
  std::vector<double> result;
  auto rows = scores.classes;
  rows.push_back(scores.mean);
  for (const auto& one : rows) {
    result.insert(result.end(),
                  {one.accuracy, one.recall, one.precision, one.f1, one.dice, one.iou});
  }
  result.insert(result.end(), {scores.frequency_weighted_iou, scores.pixel_accuracy});
  return result;
}

void pictures() {
  const int classes = read<int>();
  const BootstrapOptions options{.resamples = read<int>(), .seed = read<std::uint64_t>()};
  std::vector<PictureConfusion> all(read<std::size_t>(), PictureConfusion(classes));
  for (auto& one : all) one.counts = read_array<std::int64_t>();
  print("pooled", flat(pooled_scores(pooled_confusion(all))));
  print("mean", flat(mean_picture_scores(all)));
  const PictureAp result = picture_ap(all);
  std::vector<std::int64_t> detections, ranked, failures;
  for (const auto& thresholds : result.detections) {
    for (const auto& at : thresholds) {
      detections.insert(detections.end(), {at.tp, at.fp, at.fn});
    }
  }
  for (const auto& one : rank_pictures(all)) {
    ranked.push_back(static_cast<std::int64_t>(one.picture));
  }
  for (const auto& one : picture_failures(all)) {
    failures.insert(failures.end(), {one.class_id, static_cast<std::int64_t>(one.picture)});
  }
  print("detections", detections);
  print("ap", result.ap);
  print("map", result.map);
  print("ranked", ranked);
  print("failures", failures);
  const auto intervals = bootstrap_pictures(all, options);
  std::vector<double> overlaps;
  add(overlaps, intervals.miou);
  for (const auto& one : intervals.iou) add(overlaps, one);
  print("intervals", overlaps);
}

void boundary() {
  const int height = read<int>(), width = read<int>(), class_id = read<int>(),
            ignored = read<int>();
  const auto truth = read_pixels(), prediction = read_pixels();
  const BoundaryCase masks{{height, width, truth}, {height, width, prediction}, class_id, ignored};
  const auto overlap = boundary_overlap(masks);
  print("band", std::vector{overlap.both, overlap.either});
  const auto matches = boundary_matches(masks);
  print("contour",
        std::vector{matches.predicted, matches.predicted_near, matches.truth, matches.truth_near});
}

void time_of(const char* name, const std::function<void()>& act) {
  const auto started = std::chrono::steady_clock::now();
  act();
  const std::chrono::duration<double, std::milli> passed =
      std::chrono::steady_clock::now() - started;
  std::printf("%s %.1f\n", name, passed.count());
}

void times() {
  std::vector<int> truth, prediction;
  for (int i = 0; i < 2500; ++i) {
    truth.push_back(i % 10);
    prediction.push_back(i % 7 == 0 ? i % 3 : i % 10);
  }
  time_of("bootstrap_samples", [&] { bootstrap_samples(10, truth, prediction); });
  const PairedPredictions runs{truth, truth, prediction};
  time_of("bootstrap_f1_difference", [&] { bootstrap_f1_difference(10, runs); });
  std::vector<PictureConfusion> all(2000, PictureConfusion(18));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all[i].counts.size(); ++j) {
      all[i].counts[j] = static_cast<std::int64_t>((i * 31 + j * 17) % 1000);
    }
  }
  time_of("bootstrap_pictures", [&] { bootstrap_pictures(all); });
  time_of("mean_picture_scores", [&] { mean_picture_scores(all); });
  std::vector<std::uint8_t> first(1080 * 1920), second(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    first[i] = i / 77 % 3 == 0;
    second[i] = i / 79 % 3 == 0;
  }
  const BoundaryCase masks{{1080, 1920, first}, {1080, 1920, second}, 1, 255};
  time_of("count_pixels", [&] { count_pixels(2, 255, first, second); });
  time_of("boundary_overlap", [&] { boundary_overlap(masks); });
  time_of("boundary_matches", [&] { boundary_matches(masks); });
}

int run(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "time") return times(), 0;
  for (std::string kind; std::cin >> kind;) {
    if (kind == "probabilities") probabilities();
    if (kind == "samples") samples();
    if (kind == "pictures") pictures();
    if (kind == "boundary") boundary();
    std::printf("end\n");
  }
  return 0;
}

}  // namespace
}  // namespace carica::metrics

int main(int argc, char** argv) {
  try {
    return carica::metrics::run(argc, argv);
  } catch (const carica::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
