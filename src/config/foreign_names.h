#pragma once

#include <string>
#include <string_view>

namespace carica::config {

/// What a key of timm, mmsegmentation, ultralytics or torchvision's references is called here:
/// "it is optim.lr here". Case, '_' and '-' do not count. "" where `key` is none that we know, or
/// not in `section`.
std::string foreign_key(std::string_view key, std::string_view section);

/// The same of the name of a loss or transform; `noun` is "loss" or "transform".
std::string foreign_value(std::string_view name, std::string_view noun);

/// Letters and digits of a name in lower case: batch_size and BatchSize are the same word.
std::string bare_word(std::string_view name);

}  // namespace carica::config
