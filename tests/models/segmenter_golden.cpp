#include "models/segmenter_golden.h"

#include <torch/nn/modules/dropout.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace carica::models {
namespace {

void set(BuildOptions& options, const std::string& key, const std::string& value) {
  if (key == "encoder") options.model.encoder = value;
  if (key == "aux") options.model.aux = value;
  if (key == "output_stride") options.model.output_stride = std::stoi(value);
  if (key == "widths") {
    std::istringstream items(value);
    for (std::string item; std::getline(items, item, ',');) {
      options.model.widths.push_back(std::stoi(item));
    }
  }
}

}  // namespace

BuildOptions segmenter_options(const std::string& name, const std::string& settings) {
  auto options = options_for(name, 11);
  std::istringstream words(settings);
  for (std::string word; words >> word;) {
    set(options, word.substr(0, word.find('=')), word.substr(word.find('=') + 1));
  }
  return options;
}

std::vector<SegmenterGolden> read_segmenter_goldens(bool with_logits) {
  std::ifstream file(CARICA_GOLDEN_SEGMENTERS);
  std::vector<SegmenterGolden> goldens;
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string kind, name, settings;
    line >> kind;
    if (kind == "network") {
      auto& golden = goldens.emplace_back();
      line >> name >> golden.parameter_count >> golden.parameters >> golden.buffers;
      std::getline(line, settings);
      golden.options = segmenter_options(name, settings);
      golden.label = name + settings;
    } else if (kind == "pictures") {
      line >> goldens.back().height >> goldens.back().width;
    } else if (kind != "#") {
      auto& logits = goldens.back().logits[kind];
      line >> logits.count;
      for (double value; line >> value;) logits.some.push_back(value);
    }
  }
  if (with_logits) {
    std::erase_if(goldens, [](const SegmenterGolden& golden) { return golden.height == 0; });
  }
  return goldens;
}

void PrintTo(const SegmenterGolden& golden, std::ostream* out) { *out << golden.label; }

std::string segmenter_case(const testing::TestParamInfo<SegmenterGolden>& info) {
  std::string name = info.param.label;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::string fnv(const std::vector<std::string>& lines) {
  std::uint64_t value = 0xCBF29CE484222325;
  for (const auto& line : lines) {
    for (const char c : line + "\n") {
      value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
  }
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

std::shared_ptr<Network> build_segmenter(const BuildOptions& options) {
  return build(options, config::Task::kSegment);
}

void disable_dropout(Network& network) {
  for (const auto& module : network.modules()) {
    if (auto* dropout = module->as<torch::nn::Dropout>()) dropout->options.p(0);
    if (auto* dropout = module->as<torch::nn::Dropout2d>()) dropout->options.p(0);
  }
}

double error(const torch::Tensor& logits, const SegmenterGolden::Logits& golden) {
  if (logits.numel() != golden.count) return 1e9;
  const auto flat = logits.contiguous().flatten();
  const auto some = flat.slice(0, 0, flat.numel(), flat.numel() / 20).to(torch::kFloat64);
  const auto expected = torch::tensor(golden.some, torch::kFloat64);
  return (some - expected).abs().max().item<double>() / expected.abs().max().item<double>();
}

}  // namespace carica::models
