// The figures of data stats.
#include <algorithm>

#include "cli/stats_report.h"
#include "core/text.h"
#include "report/curves.h"
#include "report/distributions.h"

namespace carica::cli {
namespace {

using Files = std::vector<std::filesystem::path>;

template <typename Draw>
void draw_both(const std::filesystem::path& stem, Files& files, const Draw& draw) {
  for (const char* ending : {".png", ".svg"}) {
    files.push_back(stem.string() + ending);
    draw(files.back());
  }
}

// So many that bars have no room: how often the classes occur, from the most frequent to the
// rarest.
report::LineChart ranked(const DataStatistics& statistics, const std::string& title) {
  report::LineChart chart{.title = title,
                          .x_label = "classes, by frequency",
                          .y_label = statistics.segments ? "pixels" : "pictures",
                          .series = {},
                          .y_from_zero = true};
  for (const auto& split : statistics.splits) {
    report::Series series{split.name, {}, {}};
    auto counts = split.counts;
    std::sort(counts.rbegin(), counts.rend());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      series.x.push_back(static_cast<double>(i + 1));
      series.y.push_back(static_cast<double>(counts[i]));
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

void draw_classes(const DataStatistics& statistics, const std::filesystem::path& stem, Files& files,
                  FileSystem& fs) {
  constexpr std::size_t kMostBars = 150;
  const std::string title = cat(statistics.segments ? "Pixels" : "Pictures", " per class");
  if (statistics.classes.size() > kMostBars) {
    const auto chart = ranked(statistics, title);
    draw_both(stem, files, [&](const auto& file) { report::draw(chart, file, fs); });
    return;
  }
  std::vector<report::BarSeries> series;
  for (const auto& split : statistics.splits) {
    series.push_back({split.name, {split.counts.begin(), split.counts.end()}});
  }
  draw_both(stem, files, [&](const auto& file) {
    report::draw_grouped_bars(title, statistics.classes, series, file, fs);
  });
}

// Of all readable pictures of all splits.
template <typename Value>
std::vector<double> values_of(const DataStatistics& statistics, Value value) {
  std::vector<double> values;
  for (const auto& split : statistics.splits) {
    for (const auto& record : split.records) {
      if (!record.bad) values.push_back(value(record.size));
    }
  }
  return values;
}

std::vector<double> as_doubles(const std::vector<std::int64_t>& counts) {
  return {counts.begin(), counts.end()};
}

}  // namespace

std::vector<std::filesystem::path> draw_stats(const DataStatistics& statistics,
                                              const std::filesystem::path& folder, FileSystem& fs) {
  Files files;
  draw_classes(statistics, folder / "class_distribution", files, fs);
  constexpr int kBins = 30;
  const auto widths = values_of(statistics, [](data::Size size) { return size.width; });
  const auto heights = values_of(statistics, [](data::Size size) { return size.height; });
  auto both = widths;
  both.insert(both.end(), heights.begin(), heights.end());
  const auto edges = data::distribution(both, kBins).edges;
  const report::Histogram sizes{
      .title = "Sizes of the pictures",
      .x_label = "pixels",
      .y_label = "pictures",
      .edges = edges,
      .series = {{"width", as_doubles(data::counts_between(edges, widths))},
                 {"height", as_doubles(data::counts_between(edges, heights))}}};
  draw_both(folder / "sizes", files,
            [&](const auto& file) { report::draw_histogram(sizes, file, fs); });
  const auto aspect = data::distribution(
      values_of(statistics,
                [](data::Size size) { return static_cast<double>(size.width) / size.height; }),
      kBins);
  const report::Histogram aspects{.title = "Aspect ratios of the pictures",
                                  .x_label = "width / height",
                                  .y_label = "pictures",
                                  .edges = aspect.edges,
                                  .series = {{"", as_doubles(aspect.counts)}}};
  draw_both(folder / "aspect_ratios", files,
            [&](const auto& file) { report::draw_histogram(aspects, file, fs); });
  return files;
}

}  // namespace carica::cli
