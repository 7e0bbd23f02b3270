// The generated papayas as files: images/NNNN.jpg, masks/NNNN.png, labels.csv with
// name,label,ripe_share.
#include <filesystem>

#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/found_items.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// A row of labels.csv; `where` stands in messages.
Item parse_row(const fs::path& root, const std::string& row, const std::string& where) {
  const auto fields = split(row, ',');
  const bool plain = fields.size() == 3 && !fields[0].empty() &&
                     fields[0].find_first_of("/\\") == std::string::npos;
  if (!plain || (fields[1] != "sweet" && fields[1] != "not_sweet")) {
    throw Error(ErrorCode::kData,
                cat(where, ": ", row, ": must be name,sweet|not_sweet,ripe_share"),
                cat("remove the folder and make the set anew: carica data make papaya --out ",
                    root.string()));
  }
  Item item;
  item.name = cat("images/", fields[0], ".jpg");
  item.path = (root / item.name).string();
  item.mask = (root / "masks" / cat(fields[0], ".png")).string();
  item.label = fields[1] == "sweet" ? 1 : 0;
  return item;
}

}  // namespace

FoundItems find_papaya(const config::Config& config) {
  const fs::path root = config.data.root;
  const fs::path table = root / "labels.csv";
  const std::string make = cat("make it: carica data make papaya --out ", root.string());
  if (!fs::exists(table)) {
    throw Error(ErrorCode::kData,
                cat("data.root = ", root.string(), ": no papayas there: labels.csv is missing"),
                make);
  }
  const bool segments = config.task == config::Task::kSegment;
  FoundItems found;
  found.classes = segments ? std::vector<std::string>{"background", "unripe", "ripe"}
                           : std::vector<std::string>{"not_sweet", "sweet"};
  if (!config.data.classes.empty() && config.data.classes != found.classes) {
    throw Error(ErrorCode::kConfig,
                cat("data.classes: ", join(config.data.classes), ": format papaya has ",
                    join(found.classes), ", in this order"),
                "leave data.classes out");
  }
  const auto bytes = read_bytes(table);
  const auto rows = split(std::string(bytes.begin(), bytes.end()), '\n');
  for (std::size_t row = 1; row < rows.size(); ++row) {
    if (rows[row].empty()) continue;
    Item item = parse_row(root, rows[row], cat(table.string(), ":", row + 1));
    for (const auto& file : {item.path, item.mask}) {
      if (!fs::exists(file)) {
        throw Error(ErrorCode::kData, cat(file, ": missing, though labels.csv names it"), make);
      }
    }
    if (segments) {
      item.label = -1;
    } else {
      item.mask.clear();
    }
    found.undivided.push_back(std::move(item));
  }
  if (found.undivided.empty()) {
    throw Error(ErrorCode::kData, cat(table.string(), ": names no pictures"), make);
  }
  return found;
}

}  // namespace carica::data
