#include "analysis/paired_runs.h"

#include <torch/utils.h>

#include <cmath>

#include "analysis/collected_sets.h"
#include "analysis/picture_counts.h"
#include "core/error.h"
#include "core/text.h"
#include "metrics/label_bootstrap.h"
#include "metrics/paired_tests.h"

namespace carica::analysis {
namespace {

metrics::RunPredictions predictions_of(const Collected& collected) {
  return {collected.names,
          {collected.truth.begin(), collected.truth.end()},
          {collected.predicted.begin(), collected.predicted.end()}};
}

std::string verdict(const std::string& a, const std::string& b, double p, double difference) {
  if (!std::isfinite(p)) return "the test is not defined here.";
  const auto p_text = p < 0.0001 ? std::string("p < 0.0001") : cat("p = ", fixed(p, 4));
  if (p >= 0.05) return cat("no significant difference at the 5 % level (", p_text, ").");
  return cat(difference > 0 ? b : a, " is better than ", difference > 0 ? a : b, " (", p_text,
             ").");
}

// Rows of tests.csv, and of the page.
class Tests {
 public:
  explicit Tests(Page::Json& list) : list_(list) {}

  void add(const std::string& a, const std::string& b, const std::string& test, double statistic,
           double p, const std::string& numbers, const std::string& sentence) {
    csv_ += cat(csv_field(a), ",", csv_field(b), ",", csv_field(test), ",", cell(statistic), ",",
                cell(p), ",", numbers, ",", csv_field(sentence), "\n");
    list_.push_back({{"a", a},
                     {"b", b},
                     {"test", test},
                     {"statistic", finite_or_null(statistic)},
                     {"p", finite_or_null(p)},
                     {"text", sentence}});
  }

  void add(const std::string& a, const std::string& b, const std::string& metric,
           const metrics::PairedDifference& found) {
    const auto& [value, low, high] = found.difference;
    const auto range = std::isfinite(low)
                           ? cat(" (95 %: ", fixed(low, 4), " to ", fixed(high, 4), ")")
                           : std::string();
    auto sentence = cat("Difference of ", metric, ": ", fixed(value, 4), range, ": ",
                        verdict(a, b, found.p, value));
    add(a, b, cat(metric, ", paired bootstrap"), value, found.p,
        cat(cell(value), ",", cell(low), ",", cell(high)), sentence);
  }

  const std::string& csv() const { return csv_; }

 private:
  Page::Json& list_;
  std::string csv_ = "a,b,test,statistic,p,difference,low,high,text\n";
};

// A message that says which runs are meant.
template <typename Pairing>
auto of_runs(const AnalysedRun& a, const AnalysedRun& b, const Pairing& pairing) {
  try {
    return pairing();
  } catch (const Error& error) {
    throw Error(error.code(),
                cat("compare: ", a.name, " (first) and ", b.name, " (second): ", error.what()),
                error.hint());
  }
}

// The second run's rows in the order of the first one's.
CollectedSets in_the_order_of(const CollectedSets& first, const CollectedSets& second) {
  const auto matched = metrics::match_samples(first.names, second.names);
  const auto rows = torch::tensor(std::vector<std::int64_t>(matched.begin(), matched.end()));
  CollectedSets result = second;
  result.names = first.names;
  result.probabilities = second.probabilities.index_select(0, rows);
  result.truth = second.truth.index_select(0, rows);
  const auto told = [](const CollectedSets& run, std::size_t row) {
    const auto labels = run.labels(row);
    return labels.empty() ? "no label" : names_of(run, labels);
  };
  for (std::size_t row = 0; row < first.size(); ++row) {
    if (first.labels(row) == result.labels(row)) continue;
    throw Error(ErrorCode::kUsage,
                cat("paired test: sample \"", readable(first.names[row]), "\" has ",
                    told(first, row), " in the first run and ", told(result, row),
                    " in the second; both runs must be over the same samples"),
                "evaluate both on one split of one data set");
  }
  return result;
}

}  // namespace

std::string test_classifiers(const std::vector<AnalysedRun>& runs,
                             const std::vector<Collected>& collected, Page::Json& list) {
  Tests tests(list);
  const int classes = static_cast<int>(collected.front().classes.size());
  for (std::size_t a = 0; a < runs.size(); ++a) {
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      const auto& first = runs[a].name;
      const auto& second = runs[b].name;
      const auto pair = of_runs(runs[a], runs[b], [&] {
        return metrics::pair_up(predictions_of(collected[a]), predictions_of(collected[b]));
      });
      const auto test = metrics::mcnemar(pair);
      const auto count = static_cast<double>(pair.truth.size());
      const double gain = static_cast<double>(test.second_only - test.first_only) / count;
      tests.add(first, second, test.exact ? "McNemar, exact" : "McNemar", test.statistic, test.p,
                cat(cell(gain), ",,"),
                cat("Only ", first, " is right on ", test.first_only, ", only ", second, " on ",
                    test.second_only, " of ", pair.truth.size(),
                    " pictures: ", verdict(first, second, test.p, gain)));
      tests.add(first, second, "macro F1", metrics::bootstrap_f1_difference(classes, pair));
    }
  }
  return tests.csv();
}

std::string test_label_sets(const std::vector<AnalysedRun>& runs, Page::Json& list) {
  std::vector<CollectedSets> collected;
  for (const auto& run : runs) {
    collected.push_back(
        load_collected_sets(run.analysis / "features" / (run.split + ".safetensors")));
  }
  Tests tests(list);
  for (std::size_t a = 0; a < runs.size(); ++a) {
    const auto first = collected[a].scored();
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      const auto matched =
          of_runs(runs[a], runs[b], [&] { return in_the_order_of(collected[a], collected[b]); });
      const auto found = metrics::bootstrap_label_differences(
          first.classes, first.truth, {first.probabilities, collected[a].threshold},
          {matched.scored().probabilities, matched.threshold});
      tests.add(runs[a].name, runs[b].name, "mean average precision", found.map);
      tests.add(runs[a].name, runs[b].name, "macro F1", found.f1_macro);
    }
  }
  return tests.csv();
}

std::string test_segmenters(const std::vector<AnalysedRun>& runs, Page::Json& list) {
  std::vector<metrics::RunPictures> counts;
  for (const auto& run : runs) {
    counts.push_back(load_counts(run.analysis / "counts" / (run.split + ".safetensors")));
  }
  Tests tests(list);
  for (std::size_t a = 0; a < runs.size(); ++a) {
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      const auto pair =
          of_runs(runs[a], runs[b], [&] { return metrics::pair_up(counts[a], counts[b]); });
      tests.add(runs[a].name, runs[b].name, "mIoU", metrics::bootstrap_miou_difference(pair));
    }
  }
  return tests.csv();
}

}  // namespace carica::analysis
