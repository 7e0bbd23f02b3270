#include "cli/starting_config.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "config/yaml_text.h"
#include "core/text.h"

namespace carica::cli {

namespace {

using config::yaml_string;

constexpr int kTinySide = 64;  // CIFAR's pictures and their like

bool is_tiny(const StartingPoint& point) {
  return std::max(point.size.height, point.size.width) <= kTinySide;
}

std::string key(const char* name, const std::string& value, const std::string& usual) {
  return value == usual ? "" : cat("  ", name, ": ", yaml_string(value), "\n");
}

std::string mask_text(const config::MaskConfig& mask) {
  const config::MaskConfig usual;
  std::vector<std::string> keys;
  if (mask.encoding != usual.encoding) keys.push_back(cat("encoding: ", mask.encoding));
  if (mask.lossy != usual.lossy) keys.push_back(cat("lossy: ", mask.lossy));
  if (mask.reduce_zero_label) keys.push_back("reduce_zero_label: true");
  if (!mask.palette.empty()) keys.push_back(cat("palette: ", yaml_string(mask.palette)));
  if (!mask.map.empty()) {
    std::vector<std::string> pairs;
    for (const auto& [value, place] : mask.map) pairs.push_back(cat(value, ": ", place));
    keys.push_back(cat("map: {", join(pairs), "}"));
  }
  return keys.empty() ? "" : cat("  mask: {", join(keys), "}\n");
}

bool has_made_up_names(const config::DataConfig& data) {
  return data.classes.front().starts_with("class_");
}

// Where numbers are classes as they are, the last one can be ignored by its name.
std::string advice_on_names(const config::DataConfig& data) {
  const std::string names = "  # Names to be given, in the order of the masks' numbers.";
  if (data.mask.reduce_zero_label) return names + " 0 and 255 count for nothing.\n";
  if (!data.mask.map.empty()) return names + "\n";
  return cat(names,
             " A number that counts for nothing, such as that of\n  # unlabelled pixels, is no "
             "class: leave its name out at the end and set mask: {ignore_index: ",
             data.classes.size() - 1, "}.\n");
}

// For data sets that come without splits, or without one for validation.
std::string split_text(const config::DataConfig& data) {
  if (const auto& file = data.split.file; !file.empty()) {
    return cat("  split: {file: ", yaml_string(file),
               "}   # 15 % of the training pictures are for validation\n");
  }
  const auto is_one_of = [&](std::initializer_list<std::string_view> formats) {
    return std::ranges::find(formats, data.format) != formats.end();
  };
  if (is_one_of({"cifar", "mnist"})) return "  split: {train: 0.9, val: 0.1, test: 0}\n";
  const bool whole = is_one_of({"image_folder", "paired_masks", "papaya", "oxford_pet"});
  if (!whole || !data.train_dir.empty()) return "";
  return "  split: {train: 0.7, val: 0.1, test: 0.2}\n";
}

std::string data_text(const StartingPoint& point) {
  const config::DataConfig usual;
  const auto& data = point.data;
  std::string text = cat("data:\n  format: ", data.format, "\n  root: ", yaml_string(data.root),
                         "   # relative to where carica runs\n");
  text += key("variant", data.variant, usual.variant);
  if (data.format == "csv") text += cat("  csv: ", yaml_string(data.csv), "\n");
  text += key("train_dir", data.train_dir, "") + key("val_dir", data.val_dir, "") +
          key("test_dir", data.test_dir, "");
  if (data.format == "paired_masks") {
    text += cat("  images: \"", data.images, "\"\n  masks: \"", data.masks, "\"\n");
  }
  text += mask_text(data.mask);
  if (!data.classes.empty()) {
    std::vector<std::string> names;
    for (const auto& name : data.classes) names.push_back(yaml_string(name));
    text += cat(has_made_up_names(data) ? advice_on_names(data) : "", "  classes: [", join(names),
                "]\n");
  }
  return text + split_text(data);
}

// A short last batch is left out: there must be a few whole ones.
int batch_size(const StartingPoint& point) {
  int size = point.task == config::Task::kSegment ? 8 : is_tiny(point) ? 128 : 32;
  while (size > 2 && static_cast<std::size_t>(size) > point.training / 4) size /= 2;
  return size;
}

// Letters and digits are others in a mirror.
std::string flip(const StartingPoint& point) {
  if (point.data.format == "mnist") return "";
  return "    - RandomHorizontalFlip   # not for letters and digits\n";
}

std::string fixed_size(const data::Size& size) {
  return cat("size: [", size.height, ", ", size.width, "]");
}

std::string transforms_text(const std::string& train, const std::string& eval) {
  return cat("transforms:\n  train:\n", train, "    - Normalize\n  eval:\n", eval,
             "    - Normalize\n");
}

std::string classifier_transforms(const StartingPoint& point) {
  constexpr int kSmall = 128, kUsual = 224, kEnough = 160;
  if (is_tiny(point)) {
    const bool one_size = point.data.format == "cifar" || point.data.format == "mnist";
    const std::string resize =
        one_size ? "" : cat("    - Resize: {", fixed_size(point.size), "}\n");
    return transforms_text(resize + flip(point), resize);
  }
  const int side = std::min(point.size.height, point.size.width) >= kEnough ? kUsual : kSmall;
  return transforms_text(
      cat("    - RandomResizedCrop: {size: ", side, ", scale: [0.35, 1.0]}\n", flip(point)),
      cat("    - Resize: {size: ", side * 8 / 7, "}\n    - CenterCrop: {size: ", side, "}\n"));
}

// The pictures' shape in multiples of 32, which encoders halve five times.
data::Size segmenter_size(const data::Size& size) {
  constexpr double kMostSide = 512, kStep = 32;
  const double shrunk = std::min(1.0, kMostSide / std::max(size.height, size.width));
  const auto rounded = [&](int side) {
    return static_cast<int>(std::max(1.0, std::round(side * shrunk / kStep)) * kStep);
  };
  return {rounded(size.height), rounded(size.width)};
}

std::string segmenter_transforms(const StartingPoint& point) {
  const auto size = fixed_size(segmenter_size(point.size));
  return transforms_text(
      cat("    - RandomResizedCrop: {", size, ", scale: [0.5, 1.0]}\n", flip(point)),
      cat("    - Resize: {", size, "}   # scores are those of whole masks all the same\n"));
}

std::string model_text(const StartingPoint& point) {
  std::string text = "model:\n";
  if (point.task == config::Task::kSegment) {
    text +=
        is_tiny(point) ? "  name: unet\n  encoder: plain\n" : "  name: unet\n  encoder: resnet18\n";
  } else {
    text += is_tiny(point) ? "  name: resnet18   # cnn is smaller and faster\n  stem: cifar\n"
                           : "  name: resnet18\n";
  }
  return text;
}

}  // namespace

std::string starting_config(const StartingPoint& point) {
  const bool segments = point.task == config::Task::kSegment;
  std::string text = cat("# carica train ", readable(point.file), "\n#\n# ", point.about,
                         "\n# docs/config.md describes every key; `carica models` lists the "
                         "networks; docs/weights.md: pretrained ones.\n");
  text += cat("task: ", config::task_name(point.task), "\nname: ", yaml_string(point.name), "\n\n",
              data_text(point), "\nloader:\n  batch_size: ", batch_size(point), "\n\n",
              segments ? segmenter_transforms(point) : classifier_transforms(point), "\n",
              model_text(point), "\nloss:\n  ", point.several_labels ? "bce" : "cross_entropy",
              ": {}\n\noptim:\n  name: adamw\n  lr: 1e-3\n  weight_decay: 0.01\n\nschedule:\n",
              "  name: cosine\n  warmup_epochs: 1\n\ntrain:\n  epochs: 30\n");
  return text;
}

}  // namespace carica::cli
