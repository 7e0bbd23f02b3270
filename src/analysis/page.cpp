#include "analysis/page.h"

#include <algorithm>
#include <cmath>

#include "analysis/shrunk.h"
#include "core/base64.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "report/html_page.h"

namespace carica::analysis {
namespace {

constexpr int kJpegQuality = 82;

}  // namespace

nlohmann::ordered_json finite_or_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

std::string cell(double value) { return std::isfinite(value) ? number(value) : "nan"; }

std::int64_t Page::add(const data::Picture& picture, int side, const std::string& key) {
  if (const auto known = find(key); known >= 0) return known;
  const auto bytes = data::encode_jpeg(shrunk(picture, side), kJpegQuality);
  pictures_.push_back({{"src", "data:image/jpeg;base64," + base64(bytes)}});
  const auto index = static_cast<std::int64_t>(pictures_.size()) - 1;
  if (!key.empty()) {
    keys_[key] = index;
    pictures_.back()["title"] = key;
  }
  return index;
}

std::int64_t Page::add_mask(const data::Picture& picture, int side) {
  const auto bytes = data::encode_png(shrunk_flat(picture, side));
  pictures_.push_back({{"src", "data:image/png;base64," + base64(bytes)}});
  return static_cast<std::int64_t>(pictures_.size()) - 1;
}

std::int64_t Page::find(const std::string& key) const {
  const auto found = keys_.find(key);
  return key.empty() || found == keys_.end() ? -1 : found->second;
}

void Page::headline(const std::string& label, double value, const std::string& unit,
                    const std::string& split, const std::pair<double, double>* interval) {
  Json item{{"label", label}, {"value", finite_or_null(value)}, {"unit", unit}};
  if (!split.empty()) item["split"] = split;
  if (interval != nullptr) {
    item["low"] = finite_or_null(interval->first);
    item["high"] = finite_or_null(interval->second);
    item["level"] = 0.95;
  }
  json_["headline"].push_back(std::move(item));
}

void Page::fact(const std::string& group, const std::string& name, Json value) {
  auto& groups = json_["facts"];
  auto found = std::find_if(groups.begin(), groups.end(),
                            [&](const Json& each) { return each["group"] == group; });
  if (found == groups.end()) {
    groups.push_back({{"group", group}, {"items", Json::array()}});
    found = groups.end() - 1;
  }
  (*found)["items"].push_back(Json::array({name, std::move(value)}));
}

void Page::write(FileSystem& fs, const std::filesystem::path& file,
                 const std::string& title) const {
  auto json = json_;
  json["format"] = 1;
  json["title"] = title;
  if (!pictures_.empty()) json["pictures"] = pictures_;
  write_file(fs, file,
             report::html_page(title, json.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

}  // namespace carica::analysis
