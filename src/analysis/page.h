#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/file_system.h"
#include "data/images/picture.h"

namespace carica::analysis {

/// The object of docs/report.md, filled part by part, and its report.html.
class Page {
 public:
  using Json = nlohmann::ordered_json;

  Json& operator[](const char* key) { return json_[key]; }
  bool contains(const char* key) const { return json_.contains(key); }

  /// The index of a picture, made at most `side` px wide and high, as JPEG. One of the same `key`
  /// is stored once; no key: always.
  std::int64_t add(const data::Picture& picture, int side, const std::string& key = "");
  /// The same of a picture with few colours, as PNG, enlarged or shrunk without mixing them.
  std::int64_t add_mask(const data::Picture& picture, int side);
  /// The index under which add() has stored a key; -1: not yet.
  std::int64_t find(const std::string& key) const;

  /// A large figure. unit: share, count, seconds, number.
  void headline(const std::string& label, double value, const std::string& unit,
                const std::string& split = "", const std::pair<double, double>* interval = nullptr);
  /// A line of the facts of a group.
  void fact(const std::string& group, const std::string& name, Json value);

  /// Throws Error(kIo).
  void write(FileSystem& fs, const std::filesystem::path& file, const std::string& title) const;

 private:
  Json json_ = Json::object();
  Json pictures_ = Json::array();
  std::map<std::string, std::int64_t> keys_;
};

/// A number, or null where it is none.
nlohmann::ordered_json finite_or_null(double value);
/// A number of a CSV file; "nan" where it is none.
std::string cell(double value);

}  // namespace carica::analysis
