#include "analysis/run_report.h"

#include "analysis/inference_text.h"
#include "core/error.h"
#include "core/text.h"
#include "report/confusion_table.h"

namespace carica::analysis {
namespace {

Page::Json metrics_of(const Page::Json& json) {
  auto list = Page::Json::array();
  for (const auto& [name, value] : json.items()) {
    if (!value.is_structured() && name != "samples") list.push_back({name, value});
  }
  return list;
}

// Columns are the keys of per_class, in their order.
Page::Json classes_of(const Page::Json& per_class) {
  Page::Json table{{"columns", Page::Json::array()}, {"rows", Page::Json::array()}};
  for (std::size_t k = 0; k < per_class.size(); ++k) {
    auto values = Page::Json::array();
    for (const auto& [name, value] : per_class[k].items()) {
      if (name == "name") continue;
      if (k == 0) table["columns"].push_back(name);
      values.push_back(value);
    }
    table["rows"].push_back({{"class", k}, {"values", std::move(values)}});
  }
  return table;
}

Page::Json confusion_of(FileSystem& fs, const std::filesystem::path& file) {
  const auto table = report::read_confusion(fs, file);
  return {{"classes", table.columns}, {"counts", table.counts}};
}

void add_headline(const Page::Json& metrics, const std::string& split, Page& page) {
  for (const auto& [key, label] :
       {std::pair("top1", "Top-1 accuracy"), std::pair("miou", "Mean IoU"),
        std::pair("map", "Mean average precision"), std::pair("f1_macro", "Macro F1"),
        std::pair("pixel_accuracy", "Right pixels")}) {
    if (metrics.contains(key) && metrics[key].is_number()) {
      page.headline(label, metrics[key], "share", split);
    }
  }
}

}  // namespace

void fill_from_run(FileSystem& fs, const RunPlace& run, const std::vector<std::string>& splits,
                   Page& page) {
  add_run_facts(fs, run, page);
  for (const auto& split : splits) {
    const auto folder = run.folder / "eval" / split;
    if (!std::filesystem::exists(folder / "metrics.json")) continue;
    const auto metrics =
        Page::Json::parse(fs.read(folder / "metrics.json", 64 << 20), nullptr, false);
    if (!metrics.is_object()) {
      throw Error(ErrorCode::kData, cat((folder / "metrics.json").string(), ": is no JSON object"));
    }
    const auto per_class = metrics.value("per_class", Page::Json::array());
    if (!page.contains("classes")) {
      for (const auto& each : per_class) {
        page["classes"].push_back({{"name", each.value("name", "")}});
      }
    }
    Page::Json evaluation{{"split", split},
                          {"samples", metrics.value("samples", std::int64_t{0})},
                          {"metrics", metrics_of(metrics)},
                          {"per_class", classes_of(per_class)}};
    if (std::filesystem::exists(folder / "confusion.csv") &&
        report::can_show_confusion(cat("report.html: ", split), per_class.size())) {
      evaluation["confusion"] = confusion_of(fs, folder / "confusion.csv");
    }
    add_headline(metrics, split, page);
    add_inference_fact(metrics, split, page);
    page["evaluations"].push_back(std::move(evaluation));
  }
}

}  // namespace carica::analysis
