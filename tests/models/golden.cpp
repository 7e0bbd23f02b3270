#include "models/golden.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "core/text.h"

namespace carica::models {
namespace {

std::vector<double> rest_as_numbers(std::istream& line) {
  std::vector<double> values;
  for (double value; line >> value;) values.push_back(value);
  return values;
}

bool ends_with(const std::string& text, const char* end) {
  return std::string_view(text).ends_with(end);
}

}  // namespace

std::vector<Golden> read_goldens() {
  std::ifstream file(CARICA_GOLDEN_MODELS);
  std::vector<Golden> goldens;
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string kind, name, shape;
    line >> kind;
    if (kind == "network") {
      Golden golden;
      line >> golden.name >> golden.side >> golden.parameter_count;
      goldens.push_back(golden);
    } else if (kind == "p" || kind == "b") {
      line >> name >> shape;
      auto& list = kind == "p" ? goldens.back().parameters : goldens.back().buffers;
      list.push_back(name + " " + shape);
    } else if (kind == "hash") {
      std::string hash;
      line >> name >> shape >> hash;
      auto& both = name == "p" ? goldens.back().parameters_hash : goldens.back().buffers_hash;
      both = cat(shape, " ", hash);
    } else if (kind == "slow") {
      goldens.back().slow = true;
    } else if (kind == "fresh") {
      line >> name;
      goldens.back().fresh[name] = rest_as_numbers(line);
    } else if (kind == "logits") {
      line >> goldens.back().logit_count;
      goldens.back().logits = rest_as_numbers(line);
    }
  }
  return goldens;
}

BuildOptions options_for(const std::string& name, int outputs) {
  BuildOptions options;
  options.model.name = name;
  options.outputs = outputs;
  return options;
}

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.name; }

std::string case_name(const testing::TestParamInfo<Golden>& info) {
  std::string name = info.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::shared_ptr<Network> build_like(const Golden& golden) {
  const auto dash = golden.name.find('-');
  const std::string name = golden.name.substr(0, dash);
  const std::string variant = dash == std::string::npos ? "" : golden.name.substr(dash + 1);
  auto options = options_for(name, 10);
  options.height = options.width = static_cast<int>(golden.side);
  if (name.starts_with("efficientnet") || name.starts_with("convnext")) options.model.drop_path = 0;
  if (name != "unet") {
    if (!variant.empty()) options.model.stem = variant;
    return build(options, config::Task::kClassify);
  }
  options.outputs = 11;
  options.model.encoder = variant;
  if (variant == "plain") options.model.widths = {8, 16, 32};
  return build(options, config::Task::kSegment);
}

std::vector<std::string> signatures(const torch::OrderedDict<std::string, torch::Tensor>& tensors) {
  std::vector<std::string> lines;
  for (const auto& item : tensors) {
    std::vector<std::string> sizes;
    for (const auto size : item.value().sizes()) sizes.push_back(std::to_string(size));
    lines.push_back(cat(item.key(), " ", sizes.empty() ? "scalar" : join(sizes, "x")));
  }
  return lines;
}

std::string hash_of(const std::vector<std::string>& lines) {
  std::uint64_t value = 0xCBF29CE484222325;
  const auto add = [&value](char c) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  };
  for (const auto& line : lines) {
    std::ranges::for_each(line, add);
    add('\n');
  }
  std::ostringstream text;
  text << lines.size() << ' ' << std::hex << std::setw(16) << std::setfill('0') << value;
  return text.str();
}

torch::Tensor noise(std::int64_t numel, std::int64_t key) {
  constexpr std::int64_t kPrime = 65521;
  const auto i = torch::arange(1, numel + 1, torch::kInt64);
  return (i * (i + 1013 * key)).remainder(kPrime).to(torch::kFloat64) / kPrime * 2 - 1;
}

void fill(Network& network) {
  torch::NoGradGuard no_grad;
  std::int64_t key = 0;
  for (auto& item : network.named_parameters()) {
    auto& p = item.value();
    const auto x = noise(p.numel(), key++).view(p.sizes());
    if (p.dim() > 1) {
      p.copy_(x * std::sqrt(6.0 * static_cast<double>(p.size(0)) / static_cast<double>(p.numel())));
    } else {
      p.copy_(ends_with(item.key(), "weight") ? 1 + 0.1 * x : 0.1 * x);
    }
  }
  key = 0;
  for (auto& item : network.named_buffers()) {
    auto& b = item.value();
    const auto x = noise(b.numel(), key++).view(b.sizes());
    if (ends_with(item.key(), "running_mean")) b.copy_(0.1 * x);
    if (ends_with(item.key(), "running_var")) b.copy_(1 + 0.5 * x);
  }
}

}  // namespace carica::models
