#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carica::config {

/// A key of the configuration and the section it stands in ("" is the top). Names of losses and
/// transforms count as keys of their list.
struct KnownKey {
  std::string section, key;
};

/// Every key of every section, as the descriptions name them; options of losses and transforms left
/// out.
std::vector<KnownKey> known_keys();

/// What to do about an unknown key of `section`: what a name of another library is called here,
/// else where the key belongs, else the nearest key of the section, else where its letters are a
/// key, else the keys of the section.
std::string advice(std::string_view key, std::string_view section,
                   std::span<const std::string> keys_of_section);

}  // namespace carica::config
