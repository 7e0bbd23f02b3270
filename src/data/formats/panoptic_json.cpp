#include "data/formats/panoptic_json.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostLevels = 64;

// Takes what it needs by the keys on the way: annotations/[]/segments_info/[]/id.
class Collector : public nlohmann::json_sax<Json> {
 public:
  explicit Collector(const std::string& name) : name_(name) {}

  PanopticAnnotations take() { return std::move(found_); }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return number(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return number(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }

  bool string(string_t& text) override {
    if (at({"annotations", "[", "{"}) && key_ == "file_name") picture_.file_name = text;
    if (at({"categories", "[", "{"}) && key_ == "name") category_.name = text;
    return true;
  }

  bool start_object(std::size_t) override {
    open("{");
    if (at({"annotations", "[", "{"})) picture_ = {};
    if (at({"categories", "[", "{"})) category_ = {-1, ""};
    if (at({"annotations", "[", "{", "segments_info", "[", "{"})) segment_ = {0, -1};
    return true;
  }
  bool end_object() override {
    if (at({"annotations", "[", "{"})) {
      if (picture_.file_name.empty()) refuse("an annotation without file_name");
      found_.pictures.push_back(std::move(picture_));
    } else if (at({"categories", "[", "{"})) {
      if (category_.id < 0 || category_.name.empty()) refuse("a category without id and name");
      found_.categories.push_back(std::move(category_));
    } else if (at({"annotations", "[", "{", "segments_info", "[", "{"})) {
      if (segment_.id == 0 || segment_.category < 0) {
        refuse("a segment without id and category_id");
      }
      picture_.segments.push_back(segment_);
    }
    return close();
  }
  bool start_array(std::size_t) override { return open("["); }
  bool end_array() override { return close(); }
  bool key(string_t& text) override {
    key_ = text;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    refuse(cat("broken JSON at byte ", position));
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorCode::kData, cat(name_, ": ", what, "; must be COCO's panoptic JSON"),
                "download it again");
  }

  // The way from the root: each object or list, behind the key that it stands at.
  bool open(const char* kind) {
    if (way_.size() > 2 * kMostLevels) refuse("nested too deeply");
    lengths_.push_back(way_.size());
    if (!way_.empty() && way_.back() == "{") way_.push_back(key_);
    way_.emplace_back(kind);
    return true;
  }
  bool close() {
    way_.resize(lengths_.back());
    lengths_.pop_back();
    return true;
  }
  bool at(std::initializer_list<std::string_view> way) const {
    return way_.size() == way.size() + 1 && std::equal(way.begin(), way.end(), way_.begin() + 1);
  }

  bool number(std::int64_t value) {
    if (at({"categories", "[", "{"}) && key_ == "id") category_.id = value;
    if (at({"annotations", "[", "{", "segments_info", "[", "{"})) {
      if (key_ == "category_id") segment_.category = value;
      if (key_ == "id" && value > 0 && value < 1 << 24) {
        segment_.id = static_cast<std::uint32_t>(value);
      }
    }
    return true;
  }

  const std::string& name_;
  PanopticAnnotations found_;
  PanopticAnnotations::Picture picture_;
  PanopticAnnotations::Category category_;
  PanopticAnnotations::Segment segment_;
  std::vector<std::string> way_;
  std::vector<std::size_t> lengths_;
  std::string key_;
};

}  // namespace

PanopticAnnotations parse_panoptic(std::string_view json, const std::string& name) {
  Collector collector(name);
  Json::sax_parse(json.begin(), json.end(), &collector);
  auto found = collector.take();
  if (found.categories.empty() || found.pictures.empty()) {
    throw Error(ErrorCode::kData,
                cat(name, ": has ", found.categories.size(), " categories and ",
                    found.pictures.size(), " annotations; must have some of both"),
                "it must be the panoptic JSON, such as panoptic_val2017.json");
  }
  return found;
}

}  // namespace carica::data
