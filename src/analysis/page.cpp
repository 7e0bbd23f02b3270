#include "analysis/page.h"

#include <algorithm>
#include <cmath>

#include "core/base64.h"
#include "core/text.h"
#include "data/image_io.h"
#include "report/html_page.h"

namespace carica::analysis {
namespace {

constexpr int kJpegQuality = 82;

data::Size shrunk(data::Size size, int side) {
  const double scale = std::min(1.0, static_cast<double>(side) / std::max(size.height, size.width));
  const auto of = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(length * scale)));
  };
  return {of(size.height), of(size.width)};
}

// Each pixel is that of the picture which its middle lies in.
data::Picture nearest(const data::Picture& picture, data::Size size) {
  data::Picture result;
  result.size = size;
  result.pixels.resize(static_cast<std::size_t>(size.height) * size.width * 3);
  auto* to = result.pixels.data();
  for (int y = 0; y < size.height; ++y) {
    const std::int64_t from_y = (2 * y + 1) * std::int64_t{picture.size.height} / (2 * size.height);
    for (int x = 0; x < size.width; ++x, to += 3) {
      const std::int64_t from_x = (2 * x + 1) * std::int64_t{picture.size.width} / (2 * size.width);
      std::copy_n(
          &picture.pixels[static_cast<std::size_t>(from_y * picture.size.width + from_x) * 3], 3,
          to);
    }
  }
  return result;
}

}  // namespace

nlohmann::ordered_json finite_or_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

std::int64_t Page::add(const data::Picture& picture, int side, const std::string& key) {
  if (const auto known = find(key); known >= 0) return known;
  const auto size = shrunk(picture.size, side);
  const auto bytes = data::encode_jpeg(
      size == picture.size ? picture : data::resize_bilinear(picture, size), kJpegQuality);
  pictures_.push_back({{"src", "data:image/jpeg;base64," + base64(bytes)}});
  const auto index = static_cast<std::int64_t>(pictures_.size()) - 1;
  if (!key.empty()) {
    keys_[key] = index;
    pictures_.back()["title"] = key;
  }
  return index;
}

std::int64_t Page::add_mask(const data::Picture& picture, int side) {
  const auto bytes = data::encode_png(nearest(picture, shrunk(picture.size, side)));
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
