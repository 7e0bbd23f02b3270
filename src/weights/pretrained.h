#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carica::weights {

/// Weights that torchvision publishes for one of its classifiers, trained on ImageNet's 1,000
/// classes. carica downloads nothing by itself.
struct Pretrained {
  std::string_view model;    // torchvision's name, which is carica's, too
  std::string_view weights;  // "imagenet" or "imagenet_v2"
  std::string_view file;     // name, with the first digits of its SHA-256 in it
  std::string url() const;
  std::string_view checksum() const;  // those digits
};

/// All of them.
std::span<const Pretrained> pretrained();
/// Throws Error(kConfig), naming what there is instead.
const Pretrained& find_pretrained(const std::string& model, const std::string& weights);

/// Where the files are looked for: $CARICA_WEIGHTS, else $XDG_CACHE_HOME/carica/weights, else
/// ~/.cache/carica/weights.
std::filesystem::path pretrained_folder();
/// The file there. Throws Error(kCorrupt) that says where to get it when it is missing, and what
/// find_pretrained throws.
std::filesystem::path require_pretrained(const std::string& model, const std::string& weights);

}  // namespace carica::weights
