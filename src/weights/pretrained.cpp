#include "weights/pretrained.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/error.h"
#include "core/text.h"

namespace carica::weights {
namespace {

constexpr std::string_view kBase = "https://download.pytorch.org/models/";

/// torchvision's files: the WeightsEnum of each model in torchvision/models/*.py (0.26).
/// imagenet: IMAGENET1K_V1, imagenet_v2: IMAGENET1K_V2.
constexpr auto kTable = std::to_array<Pretrained>({
    {"resnet18", "imagenet", "resnet18-f37072fd.pth"},
    {"resnet34", "imagenet", "resnet34-b627a593.pth"},
    {"resnet50", "imagenet", "resnet50-0676ba61.pth"},
    {"resnet50", "imagenet_v2", "resnet50-11ad3fa6.pth"},
    {"resnet101", "imagenet", "resnet101-63fe2227.pth"},
    {"resnet101", "imagenet_v2", "resnet101-cd907fc2.pth"},
    {"resnet152", "imagenet", "resnet152-394f9c45.pth"},
    {"resnet152", "imagenet_v2", "resnet152-f82ba261.pth"},
    {"resnext50_32x4d", "imagenet", "resnext50_32x4d-7cdf4587.pth"},
    {"resnext50_32x4d", "imagenet_v2", "resnext50_32x4d-1a0047aa.pth"},
    {"resnext101_32x8d", "imagenet", "resnext101_32x8d-8ba56ff5.pth"},
    {"resnext101_32x8d", "imagenet_v2", "resnext101_32x8d-110c445d.pth"},
    {"resnext101_64x4d", "imagenet", "resnext101_64x4d-173b62eb.pth"},
    {"wide_resnet50_2", "imagenet", "wide_resnet50_2-95faca4d.pth"},
    {"wide_resnet50_2", "imagenet_v2", "wide_resnet50_2-9ba9bcbe.pth"},
    {"wide_resnet101_2", "imagenet", "wide_resnet101_2-32ee1156.pth"},
    {"wide_resnet101_2", "imagenet_v2", "wide_resnet101_2-d733dc28.pth"},
    {"vgg11", "imagenet", "vgg11-8a719046.pth"},
    {"vgg11_bn", "imagenet", "vgg11_bn-6002323d.pth"},
    {"vgg13", "imagenet", "vgg13-19584684.pth"},
    {"vgg13_bn", "imagenet", "vgg13_bn-abd245e5.pth"},
    {"vgg16", "imagenet", "vgg16-397923af.pth"},
    {"vgg16_bn", "imagenet", "vgg16_bn-6c64b313.pth"},
    {"vgg19", "imagenet", "vgg19-dcbb9e9d.pth"},
    {"vgg19_bn", "imagenet", "vgg19_bn-c79401a0.pth"},
    {"alexnet", "imagenet", "alexnet-owt-7be5be79.pth"},
    {"densenet121", "imagenet", "densenet121-a639ec97.pth"},
    {"densenet161", "imagenet", "densenet161-8d451a50.pth"},
    {"densenet169", "imagenet", "densenet169-b2777c0a.pth"},
    {"densenet201", "imagenet", "densenet201-c1103571.pth"},
    {"mobilenet_v2", "imagenet", "mobilenet_v2-b0353104.pth"},
    {"mobilenet_v2", "imagenet_v2", "mobilenet_v2-7ebf99e0.pth"},
    {"mobilenet_v3_small", "imagenet", "mobilenet_v3_small-047dcff4.pth"},
    {"mobilenet_v3_large", "imagenet", "mobilenet_v3_large-8738ca79.pth"},
    {"mobilenet_v3_large", "imagenet_v2", "mobilenet_v3_large-5c1a4163.pth"},
    {"efficientnet_b0", "imagenet", "efficientnet_b0_rwightman-7f5810bc.pth"},
    {"efficientnet_b1", "imagenet", "efficientnet_b1_rwightman-bac287d4.pth"},
    {"efficientnet_b1", "imagenet_v2", "efficientnet_b1-c27df63c.pth"},
    {"efficientnet_b2", "imagenet", "efficientnet_b2_rwightman-c35c1473.pth"},
    {"efficientnet_b3", "imagenet", "efficientnet_b3_rwightman-b3899882.pth"},
    {"efficientnet_b4", "imagenet", "efficientnet_b4_rwightman-23ab8bcd.pth"},
    {"shufflenet_v2_x0_5", "imagenet", "shufflenetv2_x0.5-f707e7126e.pth"},
    {"shufflenet_v2_x1_0", "imagenet", "shufflenetv2_x1-5666bf0f80.pth"},
    {"shufflenet_v2_x1_5", "imagenet", "shufflenetv2_x1_5-3c479a10.pth"},
    {"shufflenet_v2_x2_0", "imagenet", "shufflenetv2_x2_0-8be3c8ee.pth"},
    {"squeezenet1_0", "imagenet", "squeezenet1_0-b66bff10.pth"},
    {"squeezenet1_1", "imagenet", "squeezenet1_1-b8a52dc0.pth"},
    {"regnet_y_400mf", "imagenet", "regnet_y_400mf-c65dace8.pth"},
    {"regnet_y_400mf", "imagenet_v2", "regnet_y_400mf-e6988f5f.pth"},
    {"convnext_tiny", "imagenet", "convnext_tiny-983f1562.pth"},
    {"convnext_small", "imagenet", "convnext_small-0c510722.pth"},
    {"vit_b_16", "imagenet", "vit_b_16-c867db91.pth"},
});

std::vector<std::string> models() {
  std::vector<std::string> names;
  for (const auto& row : kTable) {
    if (names.empty() || names.back() != row.model) names.emplace_back(row.model);
  }
  return names;
}

std::string weights_of(std::string_view model) {
  std::vector<std::string> names;
  for (const auto& row : kTable) {
    if (row.model == model) names.emplace_back(row.weights);
  }
  return join(names);
}

std::filesystem::path environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string Pretrained::url() const { return cat(kBase, file); }

// torch.hub's rule: what stands between the last dash and the dot.
std::string_view Pretrained::checksum() const {
  const auto begin = file.rfind('-') + 1;
  return file.substr(begin, file.rfind('.') - begin);
}

std::span<const Pretrained> pretrained() { return kTable; }

const Pretrained& find_pretrained(const std::string& model, const std::string& weights) {
  const auto found = std::ranges::find_if(
      kTable, [&](const Pretrained& row) { return row.model == model && row.weights == weights; });
  if (found != kTable.end()) return *found;
  const std::string known = weights_of(model);
  if (!known.empty()) {
    throw Error(ErrorCode::kConfig, cat("model.pretrained = ", weights, ": ", model,
                                        " has no such weights; there are ", known));
  }
  const auto near = nearest(model, models());
  throw Error(ErrorCode::kConfig,
              cat("model.pretrained = ", weights, ": no published weights are known for '", model,
                  "'", near ? cat("; nearest: ", *near) : ""),
              "`carica weights pretrained` lists those that there are; model.weights names a file");
}

std::filesystem::path pretrained_folder() {
  if (const auto own = environment("CARICA_WEIGHTS"); !own.empty()) return own;
  const auto cache = environment("XDG_CACHE_HOME");
  return (cache.empty() ? environment("HOME") / ".cache" : cache) / "carica" / "weights";
}

std::filesystem::path require_pretrained(const std::string& model, const std::string& weights) {
  const Pretrained& row = find_pretrained(model, weights);
  const auto path = pretrained_folder() / row.file;
  if (!std::filesystem::exists(path)) {
    throw Error(
        ErrorCode::kCorrupt,
        cat("model.pretrained = ", weights, ": ", path.string(), " is missing; it is ", row.url(),
            ", whose SHA-256 begins with ", row.checksum()),
        cat("`scripts/fetch_weights.sh ", model, weights == "imagenet" ? "" : cat(" ", weights),
            "` downloads it, or CARICA_WEIGHTS names the folder that has it"));
  }
  return path;
}

}  // namespace carica::weights
