#include "analysis/run_place.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "analysis/overfit.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

double number_in(const std::string& cell) {
  double value = NAN;
  std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return value;
}

Page::Json line(const std::string& name, const std::vector<double>& values) {
  auto list = Page::Json::array();
  for (const double value : values) list.push_back(finite_or_null(value));
  return {{"name", name}, {"values", std::move(list)}};
}

/// A run that was stopped in its first epoch is one, but has no best weights.
void refuse_unfinished(const std::filesystem::path& run) {
  if (!std::filesystem::exists(run / "config.resolved.yaml")) return;
  const auto last = run / "weights" / "last.safetensors";
  const std::string go_on = cat("carica train --resume ", run.string(), " goes on with it");
  throw Error(ErrorCode::kUsage,
              cat(run.string(), ": no epoch of this run was finished; ",
                  (run / "weights" / "best.safetensors").string(), " is missing"),
              std::filesystem::exists(last)
                  ? cat(go_on, "; or name ", last.string(), ", the weights so far")
                  : go_on);
}

// A run of another version may have a config that this one does not read.
std::string why_no_gap_in(const std::filesystem::path& run) {
  const auto file = run / "config.resolved.yaml";
  if (!std::filesystem::exists(file)) return "";
  try {
    return why_no_gap(config::load(file));
  } catch (const Error&) {
    return cat(file.string(), ", which says whether both are one loss, cannot be read");
  }
}

// Without a slash at its end, as a shell writes it; of a link such as runs/latest, what it leads
// to.
std::filesystem::path plain_folder(const std::filesystem::path& given) {
  const auto folder = given.has_filename() ? given : given.parent_path();
  if (folder.empty()) return ".";
  return std::filesystem::is_symlink(folder) ? std::filesystem::canonical(folder) : folder;
}

}  // namespace

RunPlace find_run(const std::filesystem::path& given) {
  RunPlace place;
  if (std::filesystem::is_regular_file(given)) {
    const auto parent =
        given.has_parent_path() ? given.parent_path() : std::filesystem::current_path();
    place.checkpoint = given;
    place.folder = plain_folder(parent.filename() == "weights" ? parent.parent_path() : parent);
  } else {
    place.folder = plain_folder(given);
    place.checkpoint = place.folder / "weights" / "best.safetensors";
  }
  if (!std::filesystem::exists(place.checkpoint)) {
    refuse_unfinished(given);
    throw Error(ErrorCode::kUsage,
                cat(given.string(), ": is no run: ", place.checkpoint.string(), " is missing"),
                "give the folder of a run, such as runs/latest, or a checkpoint");
  }
  place.out = place.folder / "analysis";
  return place;
}

std::string RunPlace::name() const {
  const bool is_run = std::filesystem::exists(folder / "config.resolved.yaml");
  return is_run ? std::filesystem::canonical(folder).filename().string()
                : checkpoint.stem().string();
}

std::filesystem::path checkpoint_of(const std::filesystem::path& given) {
  if (std::filesystem::is_directory(given)) return find_run(given).checkpoint;
  if (std::filesystem::is_symlink(given) && !std::filesystem::exists(given)) {
    throw Error(ErrorCode::kCorrupt,
                cat(given.string(), ": leads to ", std::filesystem::read_symlink(given).string(),
                    ", which is not there"),
                "was the run moved or removed? Name its folder");
  }
  if (!std::filesystem::exists(given)) {
    throw Error(ErrorCode::kCorrupt, cat(given.string(), ": no such run or checkpoint"),
                "give the folder of a run, such as runs/latest, or a checkpoint");
  }
  return given;
}

const std::vector<double>* Curves::find(const std::string& column) const {
  const auto found = std::ranges::find(columns, column, [](const auto& c) { return c.first; });
  return found == columns.end() ? nullptr : &found->second;
}

double Curves::seconds() const {
  double sum = 0;
  if (const auto* values = find("seconds")) {
    for (const double value : *values) sum += std::isfinite(value) ? value : 0;
  }
  return sum;
}

Curves read_curves(FileSystem& fs, const std::filesystem::path& results_csv) {
  Curves curves;
  if (!std::filesystem::exists(results_csv)) return curves;
  curves.no_gap = why_no_gap_in(results_csv.parent_path());
  const auto table = report::read_csv(fs, results_csv);
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    std::vector<double> values;
    for (const auto& row : table.rows) values.push_back(number_in(row.cells[column]));
    if (table.header[column] == "epoch") {
      for (const double value : values) {
        curves.epochs.push_back(std::isfinite(value) ? std::llround(value) : 0);
      }
    }
    curves.columns.emplace_back(table.header[column], std::move(values));
  }
  return curves;
}

Page::Json curves_json(const Curves& curves) {
  auto panels = Page::Json::array();
  const auto panel = [&](const std::string& title, const std::string& metric) {
    auto lines = Page::Json::array();
    for (const char* split : {"train", "val"}) {
      if (const auto* values = curves.find(cat(split, "_", metric))) {
        lines.push_back(line(split, *values));
      }
    }
    if (!lines.empty()) panels.push_back({{"title", title}, {"lines", std::move(lines)}});
  };
  panel("loss", "loss");
  for (const auto& [name, values] : curves.columns) {
    if (name.starts_with("val_") && name != "val_loss") panel(name.substr(4), name.substr(4));
  }
  if (const auto* rate = curves.find("lr")) {
    panels.push_back(
        {{"title", "learning rate"}, {"lines", Page::Json::array({line("lr", *rate)})}});
  }
  Page::Json json{{"epochs", curves.epochs}, {"panels", std::move(panels)}};
  const auto *train = curves.find("train_loss"), *val = curves.find("val_loss");
  if (train != nullptr && val != nullptr) {
    const auto verdict = judge_overfitting(*train, *val, curves.no_gap);
    json["statement"] = verdict.statement();
    if (verdict.known) json["best"] = verdict.best_epoch;
  }
  return json;
}

void add_run_facts(FileSystem& fs, const RunPlace& run, Page& page) {
  const auto file = run.folder / "environment.json";
  if (std::filesystem::exists(file)) {
    const auto facts = nlohmann::ordered_json::parse(fs.read(file, 1 << 20), nullptr, false);
    for (const auto& [key, name] : {std::pair("device", "device"), std::pair("cores", "CPU cores"),
                                    std::pair("torch", "LibTorch"), std::pair("carica", "carica"),
                                    std::pair("started", "started")}) {
      if (facts.is_object() && facts.contains(key)) page.fact("Machine", name, facts[key]);
    }
    if (facts.is_object() && facts.contains("command")) page["command"] = facts["command"];
    if (facts.is_object() && facts.contains("started")) page["created"] = facts["started"];
  }
  const auto curves = read_curves(fs, run.folder / "results.csv");
  if (curves.epochs.empty()) return;
  page["curves"] = curves_json(curves);
  page.fact("Training", "epochs", curves.epochs.back());
  if (curves.seconds() > 0) page.fact("Training", "time", clock_time(curves.seconds()));
}

}  // namespace carica::analysis
