#include "config/key_index.h"

#include <optional>
#include <utility>

#include "config/describe.h"
#include "config/foreign_names.h"
#include "config/problems.h"
#include "core/text.h"

namespace carica::config {
namespace {

class KeyIndex : public Visitor {
 public:
  std::vector<KnownKey> take() { return std::move(keys_); }

 protected:
  void visit(std::string_view name, Slot, const Field&) override { add(name); }
  void visit(std::string_view name, Alternatives& items, const AlternativesField&) override {
    add(name);
    for (std::size_t tag = 0; tag < items.tags(); ++tag) {
      keys_.push_back({join_path(sections_.back(), name), std::string(items.name(tag))});
    }
  }
  bool enter(std::string_view name, std::string_view) override {
    add(name);
    sections_.push_back(join_path(sections_.back(), name));
    return true;
  }
  void leave() override { sections_.pop_back(); }

 private:
  void add(std::string_view name) { keys_.push_back({sections_.back(), std::string(name)}); }

  std::vector<std::string> sections_ = {""};
  std::vector<KnownKey> keys_;
};

/// "optim.lr", "loss.weight or optim.weight": every place where a key belongs, at most three.
std::string places_of(std::string_view key, std::string_view section,
                      std::span<const KnownKey> keys) {
  std::vector<std::string> places;
  for (const KnownKey& known : keys) {
    if (known.key == key && known.section != section && places.size() < 3) {
      places.push_back(join_path(known.section, known.key));
    }
  }
  return join(places, " or ");
}

}  // namespace

std::vector<KnownKey> known_keys() {
  KeyIndex index;
  Config config;
  describe(index, config);
  return index.take();
}

std::string advice(std::string_view key, std::string_view section,
                   std::span<const std::string> keys_of_section) {
  if (key == "_base_") return "it is allowed at the top of a file only";
  const bool item = section.starts_with("transforms.") || section.starts_with("loss");
  const std::string foreign = item ? "" : foreign_key(key, section);
  if (!foreign.empty()) return foreign;
  const std::vector<KnownKey> keys = known_keys();
  const std::string places = places_of(key, section, keys);
  if (!places.empty()) return cat("it belongs to ", places);
  if (const auto near = nearest(key, keys_of_section)) return cat("did you mean ", *near, "?");
  const std::string word = bare_word(key);
  for (const KnownKey& known : keys) {
    if (bare_word(known.key) != word) continue;
    return cat("did you mean ", places_of(known.key, section, keys), "?");
  }
  return cat("known are ", join(keys_of_section));
}

}  // namespace carica::config
