#pragma once

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "config/alternatives.h"
#include "config/field.h"

namespace carica::config {

/// Walks over the fields of a struct as its description names them. Every struct has one
/// description,
///
///     void describe(Visitor& v, OptimConfig& c) {
///       v.field("lr", c.lr, {.help = "learning rate at its highest", .range = left_open(0, 10)});
///
/// and every use of it is a visitor: Reader, Dumper, SchemaWriter, MarkdownWriter, KeyIndex.
class Visitor {
 public:
  virtual ~Visitor() = default;

  /// A value of one of the types of Slot.
  template <typename T>
  void field(std::string_view name, T& value, const Field& about) {
    visit(name, Slot(&value), about);
  }

  /// A struct in a section of its own.
  template <typename Section>
  void section(std::string_view name, Section& value, std::string_view help) {
    if (!enter(name, help)) return;
    describe(*this, value);
    leave();
  }

  /// A list of tagged alternatives.
  template <typename Variant>
  void alternatives(std::string_view name, std::vector<Variant>& items,
                    std::span<const AlternativeRow<Variant>> table, const AlternativesField& about);

 protected:
  virtual void visit(std::string_view name, Slot slot, const Field& about) = 0;
  virtual void visit(std::string_view name, Alternatives& items,
                     const AlternativesField& about) = 0;
  /// False leaves the section out.
  virtual bool enter(std::string_view name, std::string_view help) = 0;
  virtual void leave() = 0;
};

template <typename Variant>
class VariantList : public Alternatives {
 public:
  VariantList(std::vector<Variant>& items, std::span<const AlternativeRow<Variant>> table)
      : items_(items), table_(table) {}

  std::size_t tags() const override { return table_.size(); }
  std::string_view name(std::size_t tag) const override { return table_[tag].name; }
  std::string_view help(std::size_t tag) const override { return table_[tag].help; }
  void describe_tag(Visitor& visitor, std::size_t tag) const override {
    Variant value = table_[tag].make();
    describe_variant(visitor, value);
  }

  std::size_t size() const override { return items_.size(); }
  std::size_t tag_of(std::size_t item) const override {
    std::size_t tag = 0;
    while (table_[tag].make().index() != items_[item].index()) ++tag;
    return tag;
  }
  void describe_item(Visitor& visitor, std::size_t item) override {
    describe_variant(visitor, items_[item]);
  }
  void clear() override { items_.clear(); }
  void append(std::size_t tag) override { items_.push_back(table_[tag].make()); }

 private:
  static void describe_variant(Visitor& visitor, Variant& value) {
    std::visit([&](auto& options) { describe(visitor, options); }, value);
  }

  std::vector<Variant>& items_;
  std::span<const AlternativeRow<Variant>> table_;
};

template <typename Variant>
void Visitor::alternatives(std::string_view name, std::vector<Variant>& items,
                           std::span<const AlternativeRow<Variant>> table,
                           const AlternativesField& about) {
  VariantList<Variant> list(items, table);
  visit(name, list, about);
}

}  // namespace carica::config
