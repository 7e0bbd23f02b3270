#include "weights/rename.h"

#include <algorithm>
#include <map>
#include <regex>
#include <span>
#include <string_view>

#include "core/text.h"

namespace carica::weights {
namespace {

/// Names that match `pattern` as a whole become `replacement`.
struct Row {
  const char* pattern;
  const char* replacement;
};

/// One way to spell the names of a family of networks.
struct Spelling {
  const char* name;
  std::span<const Row> rows;
};

// torchvision's files of densenets, written before names might not hold a dot: norm.1 -> norm1.
// Source: torchvision/models/densenet.py, _load_state_dict.
constexpr Row kOldDenseNet[] = {
    {R"((.*denselayer\d+\.(?:norm|conv))\.([12]\..+))", "$1$2"},
};

// torchvision's vision transformers before its MLP was a Sequential.
// Source: torchvision/models/vision_transformer.py, MLPBlock._load_from_state_dict.
constexpr Row kOldVit[] = {
    {R"((.*\.mlp)\.linear_1\.(.+))", "$1.0.$2"},
    {R"((.*\.mlp)\.linear_2\.(.+))", "$1.3.$2"},
};

// Source: names of timm's vit_base_patch16_224 beside torchvision's vit_b_16.
constexpr Row kTimmVit[] = {
    {R"(cls_token)", "class_token"},
    {R"(pos_embed)", "encoder.pos_embedding"},
    {R"(patch_embed\.proj\.(.+))", "conv_proj.$1"},
    {R"(blocks\.(\d+)\.norm([12])\.(.+))", "encoder.layers.encoder_layer_$1.ln_$2.$3"},
    {R"(blocks\.(\d+)\.attn\.qkv\.(.+))",
     "encoder.layers.encoder_layer_$1.self_attention.in_proj_$2"},
    {R"(blocks\.(\d+)\.attn\.proj\.(.+))",
     "encoder.layers.encoder_layer_$1.self_attention.out_proj.$2"},
    {R"(blocks\.(\d+)\.mlp\.fc1\.(.+))", "encoder.layers.encoder_layer_$1.mlp.0.$2"},
    {R"(blocks\.(\d+)\.mlp\.fc2\.(.+))", "encoder.layers.encoder_layer_$1.mlp.3.$2"},
    {R"(norm\.(.+))", "encoder.ln.$1"},
    {R"(head\.(.+))", "heads.head.$1"},
};

// Stage i of timm's is features.2i (its downsampling) and features.2i+1 (its blocks).
// Source: names of timm's convnext_tiny beside torchvision's.
constexpr Row kTimmConvNext[] = {
    {R"(stem\.([01])\.(.+))", "features.0.$1.$2"},
    {R"(stages\.1\.downsample\.(.+))", "features.2.$1"},
    {R"(stages\.2\.downsample\.(.+))", "features.4.$1"},
    {R"(stages\.3\.downsample\.(.+))", "features.6.$1"},
    {R"(stages\.0\.blocks\.(.+))", "features.1.$1"},
    {R"(stages\.1\.blocks\.(.+))", "features.3.$1"},
    {R"(stages\.2\.blocks\.(.+))", "features.5.$1"},
    {R"(stages\.3\.blocks\.(.+))", "features.7.$1"},
    {R"((features\.\d+\.\d+)\.gamma)", "$1.layer_scale"},  // [C] there, [C,1,1] here
    {R"((features\.\d+\.\d+)\.conv_dw\.(.+))", "$1.block.0.$2"},
    {R"((features\.\d+\.\d+)\.norm\.(.+))", "$1.block.2.$2"},
    {R"((features\.\d+\.\d+)\.mlp\.fc1\.(.+))", "$1.block.3.$2"},
    {R"((features\.\d+\.\d+)\.mlp\.fc2\.(.+))", "$1.block.5.$2"},
    {R"(head\.norm\.(.+))", "classifier.0.$1"},
    {R"(head\.fc\.(.+))", "classifier.2.$1"},
};

constexpr Spelling kSpellings[] = {
    {"torchvision's older names of densenets", kOldDenseNet},
    {"torchvision's older names of vision transformers", kOldVit},
    {"timm's names of vision transformers", kTimmVit},
    {"timm's names of ConvNeXt", kTimmConvNext},
};

// The rows apply one after the other.
std::string renamed(std::string name, std::span<const std::regex> patterns,
                    std::span<const Row> rows) {
  constexpr std::size_t kLongestName = 1000;  // std::regex recurses
  if (name.size() > kLongestName) return name;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::regex_match(name, patterns[i])) {
      name = std::regex_replace(name, patterns[i], rows[i].replacement);
    }
  }
  return name;
}

}  // namespace

std::vector<std::string> rename_known(checkpoint::NamedTensors& tensors,
                                      const checkpoint::NamedTensors& network) {
  std::map<std::string, torch::Tensor> targets;
  for (const auto& [name, tensor] : network) targets.emplace(name, tensor);
  std::vector<std::string> done;
  for (const auto& spelling : kSpellings) {
    std::vector<std::regex> patterns;
    for (const auto& row : spelling.rows) patterns.emplace_back(row.pattern);
    std::vector<std::string> names;
    std::size_t hits = 0;
    for (const auto& [name, tensor] : tensors) {
      names.push_back(renamed(name, patterns, spelling.rows));
      hits += names.back() != name && targets.contains(names.back()) && !targets.contains(name);
    }
    if (hits == 0) continue;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      auto& [name, tensor] = tensors[i];
      const auto target = targets.find(names[i]);
      if (names[i] == name || target == targets.end() || targets.contains(name)) continue;
      name = names[i];
      // A scale per channel may have more dimensions of 1.
      const auto& sizes = target->second.sizes();
      if (tensor.dim() == 1 && sizes.size() > 1 && target->second.numel() == tensor.numel() &&
          sizes[0] == tensor.numel()) {
        tensor = tensor.reshape(sizes);
      }
    }
    done.push_back(cat(spelling.name, ": ", hits, " names changed to the network's"));
  }
  return done;
}

}  // namespace carica::weights
