#include "analysis/sheets.h"

#include "analysis/shrunk.h"
#include "core/log.h"
#include "core/text.h"

namespace carica::analysis {

Sheets::Sheets(FileSystem& fs, Options options) : fs_(fs), options_(std::move(options)) {}

std::string Sheets::file_name(const std::string& stem, int number) {
  return number > 1 ? cat(stem, "_", number, ".png") : stem + ".png";
}

void Sheets::add(const data::Picture& picture, const std::string& title) {
  push(shrunk(picture, options_.cell), title);
}

void Sheets::add_flat(const data::Picture& picture, const std::string& title) {
  push(shrunk_flat(picture, options_.cell), title);
}

void Sheets::end_row() {
  while (cells_.size() % static_cast<std::size_t>(options_.columns) != 0) push({}, "");
}

void Sheets::push(data::Picture picture, const std::string& title) {
  // Written when the next one comes: a sheet that is just full may be the last one.
  if (cells_.size() == kRows * static_cast<std::size_t>(options_.columns)) write();
  if (full()) {
    left_out_ = true;
    return;
  }
  cells_.push_back({std::move(picture), title});
}

void Sheets::write() {
  if (cells_.empty() || full()) return;
  ++written_;
  auto title = options_.title;
  if (written_ > 1) title += cat(" (", written_, ")");
  report::draw_grid(cells_, options_.columns, options_.cell, title, options_.keys,
                    file_name(options_.stem.string(), written_), fs_);
  cells_.clear();
}

void Sheets::finish() {
  write();
  if (left_out_) {
    log_warning(cat(options_.stem.string(), ".png and ", kMostSheets - 1,
                    " more sheets are full; the other pictures are left out of them"));
  }
}

}  // namespace carica::analysis
