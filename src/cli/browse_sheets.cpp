#include "cli/browse_sheets.h"

#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/checks/finding.h"

namespace carica::cli {
namespace {

constexpr int kCell = 180, kStoredColumns = 6;

// The last parts of the name: the file's, and the class folder's or the class before it.
std::string title_of(const data::Item& item, const std::vector<std::string>& classes) {
  const auto slash = item.name.rfind('/');
  const auto file = slash == std::string::npos ? item.name : item.name.substr(slash + 1);
  const auto label = data::label_text(item, classes, "|");
  if (label.empty()) return data::printable(file);
  return data::printable(file.find(label) == std::string::npos ? cat(label, " ", file) : file);
}

}  // namespace

BrowseSheets::BrowseSheets(const config::Config& config, const data::Datasets& datasets,
                           const std::string& split, std::uint64_t seed)
    : split_(*datasets.split(split)),
      classes_(datasets.classes),
      segments_(config.task == config::Task::kSegment),
      seed_(seed),
      pipeline_(config.transforms.train, config.data.mask.ignore_index),
      colors_(segments_ ? report::mask_colors(datasets.colors, datasets.classes)
                        : std::vector<report::Color>{}),
      background_(report::background_class(classes_)) {
  for (std::size_t c = 0; c < colors_.size(); ++c) {
    if (static_cast<int>(c) != background_) keys_.push_back({classes_[c], colors_[c]});
  }
}

data::Picture BrowseSheets::shown(const data::Sample& sample) const {
  return segments_ ? report::overlay(sample.picture, sample.mask, colors_, background_)
                   : sample.picture;
}

bool BrowseSheets::add(std::size_t index) {
  data::Sample sample;
  try {
    sample = split_.load(index);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kData) throw;
    log_warning(cat("left out: ", data::printable(error.what())));
    return false;
  }
  Shown result;
  result.title = title_of(split_.item(index), classes_);
  result.stored = sample.picture;
  if (segments_) result.overlay = shown(sample);
  for (std::uint64_t epoch = 0; epoch < kVariants; ++epoch) {
    data::Sample variant = sample;
    RandomStream random(seed_, epoch, index);
    pipeline_.apply(variant, random);
    result.variants.push_back(shown(variant));
  }
  samples_.push_back(std::move(result));
  return true;
}

void BrowseSheets::draw_stored(std::size_t begin, std::size_t end, const std::string& title,
                               const std::filesystem::path& file) const {
  std::vector<report::GridCell> cells;
  for (std::size_t i = begin; i < end; ++i) {
    cells.push_back({samples_[i].stored, samples_[i].title});
    if (segments_) cells.push_back({samples_[i].overlay, ""});
  }
  report::draw_grid(cells, kStoredColumns, kCell, title, keys_, file);
}

void BrowseSheets::draw_variants(std::size_t begin, std::size_t end, const std::string& title,
                                 const std::filesystem::path& file) const {
  std::vector<report::GridCell> cells;
  for (std::size_t i = begin; i < end; ++i) {
    cells.push_back({segments_ ? samples_[i].overlay : samples_[i].stored, samples_[i].title});
    for (const auto& variant : samples_[i].variants) cells.push_back({variant, ""});
  }
  report::draw_grid(cells, 1 + kVariants, kCell, title, keys_, file);
}

void BrowseSheets::draw(const std::string& about, const std::filesystem::path& stem,
                        std::vector<std::string>& files) {
  const std::string uncolored = !segments_         ? ""
                                : background_ >= 0 ? " (no colour: background, ignored)"
                                                   : " (no colour: ignored)";
  for (std::size_t begin = 0, part = 1; begin < samples_.size(); begin += kMostRows, ++part) {
    const std::size_t end = std::min(samples_.size(), begin + kMostRows);
    const std::string name = part == 1 ? stem.string() : cat(stem.string(), "_", part);
    files.push_back(name + "_before.png");
    draw_stored(begin, end, cat(about, ": as stored", uncolored), files.back());
    files.push_back(name + "_after.png");
    draw_variants(
        begin, end,
        cat(about, ": as stored, and ", int{kVariants}, " times as trained on", uncolored),
        files.back());
  }
  samples_.clear();
}

}  // namespace carica::cli
