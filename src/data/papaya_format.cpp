// The generated papayas as files: images/NNNN.jpg, masks/NNNN.png, labels.csv with name,label,ripe_share.
#include <filesystem>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "data/found_items.h"
#include "data/image_io.h"

namespace carica::data {

FoundItems find_papaya(const config::Config& config) {
  const auto& root = config.data.root;
  const auto table = cat(root, "/labels.csv");
  if (!std::filesystem::exists(table)) {
    throw Error(ErrorCode::kData, cat(root, ": no papayas here (labels.csv is missing)"), cat("make them: carica data make papaya --out ", root));
  }
  const bool segment = config.task == config::Task::kSegment;
  FoundItems found;
  found.classes = segment ? std::vector<std::string>{"background", "unripe", "ripe"} : std::vector<std::string>{"not_sweet", "sweet"};
  const auto bytes = read_bytes(table);
  const auto lines = split(std::string(bytes.begin(), bytes.end()), '\n');
  const std::map<std::string, std::int64_t> labels = {{"not_sweet", 0}, {"sweet", 1}};
  for (std::size_t line = 1; line < lines.size(); ++line) {
    if (lines[line].empty()) continue;
    const auto fields = split(lines[line], ',');
    const auto label = fields.size() > 1 ? labels.find(fields[1]) : labels.end();
    const bool plain = !fields.empty() && !fields[0].empty() && fields[0].find_first_of("/\\") == std::string::npos;
    if (!plain || label == labels.end()) {
      throw Error(ErrorCode::kData, cat(table, ":", line + 1, ": ", lines[line], ": must be name,not_sweet|sweet,ripe_share"), cat("make it anew: carica data make papaya --out ", root));
    }
    Item item;
    item.name = cat("images/", fields[0], ".jpg");
    item.path = cat(root, "/", item.name);
    if (segment) {
      item.mask = cat(root, "/masks/", fields[0], ".png");
    } else {
      item.label = label->second;
    }
    found.undivided.push_back(std::move(item));
  }
  return found;
}

}  // namespace carica::data
