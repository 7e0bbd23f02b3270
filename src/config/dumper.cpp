#include <utility>
#include <vector>

#include "config/config.h"
#include "config/describe.h"
#include "config/yaml_text.h"
#include "core/text.h"

namespace carica::config {
namespace {

/// The options of one alternative on one line: "size: 224, p: 0.5".
class OptionsDumper : public Visitor {
 public:
  std::string text() const { return join(options_); }

 protected:
  void visit(std::string_view name, Slot slot, const Field& about) override {
    options_.push_back(cat(name, ": ", yaml_value(slot, about)));
  }
  void visit(std::string_view, Alternatives&, const AlternativesField&) override {}
  bool enter(std::string_view, std::string_view) override { return false; }
  void leave() override {}

 private:
  std::vector<std::string> options_;
};

class Dumper : public Visitor {
 public:
  std::string take() { return std::move(text_); }

 protected:
  void visit(std::string_view name, Slot slot, const Field& about) override {
    text_ += cat(indent_, name, ": ", yaml_value(slot, about), '\n');
  }

  void visit(std::string_view name, Alternatives& items, const AlternativesField&) override {
    text_ += cat(indent_, name, items.size() == 0 ? ": []\n" : ":\n");
    for (std::size_t i = 0; i < items.size(); ++i) {
      OptionsDumper options;
      items.describe_item(options, i);
      text_ += cat(indent_, "  - ", items.name(items.tag_of(i)), ": {", options.text(), "}\n");
    }
  }

  bool enter(std::string_view name, std::string_view) override {
    text_ += cat(indent_, name, ":\n");
    indent_ += "  ";
    return true;
  }
  void leave() override { indent_.resize(indent_.size() - 2); }

 private:
  std::string text_, indent_;
};

}  // namespace

std::string dump(const Config& config) {
  Config copy = config;  // visitors may write to what they visit
  Dumper dumper;
  describe(dumper, copy);
  return dumper.take();
}

}  // namespace carica::config
