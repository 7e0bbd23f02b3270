#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

namespace carica::config {

class Visitor;

/// One row of a table of tagged alternatives: the name that stands in the file, and how its options
/// begin.
template <typename Variant>
struct AlternativeRow {
  std::string_view name, help;
  Variant (*make)();
};

template <typename Options, typename Variant>
constexpr AlternativeRow<Variant> alternative(std::string_view name, std::string_view help) {
  return {name, help, [] { return Variant(Options{}); }};
}

/// A list of tagged alternatives without its types: all that a visitor needs of a
/// std::vector<std::variant<...>>. Tags are numbered by the rows of the table.
class Alternatives {
 public:
  virtual ~Alternatives() = default;

  virtual std::size_t tags() const = 0;
  virtual std::string_view name(std::size_t tag) const = 0;
  virtual std::string_view help(std::size_t tag) const = 0;
  /// Shows the fields of a default-constructed alternative.
  virtual void describe_tag(Visitor& visitor, std::size_t tag) const = 0;

  virtual std::size_t size() const = 0;
  virtual std::size_t tag_of(std::size_t item) const = 0;
  virtual void describe_item(Visitor& visitor, std::size_t item) = 0;
  virtual void clear() = 0;
  /// Adds a default-constructed alternative.
  virtual void append(std::size_t tag) = 0;
};

/// What is said of a list of alternatives.
struct AlternativesField {
  std::string_view help = {};
  std::string_view noun = {};     // "transform", "loss"
  std::string_view plural = {};   // "transforms", "losses"
  std::string_view example = {};  // for the reference
  bool one_without_list = false;  // a single one may stand without a list
  std::size_t min_items = 0;
};

}  // namespace carica::config
