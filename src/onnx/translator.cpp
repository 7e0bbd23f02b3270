#include "onnx/translator.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace carica::onnx {

Trace trace(models::Network& network, const at::Tensor& pictures) {
  torch::NoGradGuard no_grad;
  Trace result;
  result.pictures = pictures;
  eval::watch_operators([&] { result.logits = network.forward(pictures).logits; },
                        [&](const eval::OperatorCall& call) { result.calls.push_back(call); });
  return result;
}

Translator::Translator(const models::Network& network, const Trace& first, const Trace& second)
    : first_(first), second_(second) {
  const auto same_name = [](const auto& a, const auto& b) {
    return a.name == b.name && a.inputs.size() == b.inputs.size() &&
           a.outputs.size() == b.outputs.size();
  };
  if (!std::ranges::equal(first.calls, second.calls, same_name)) {
    throw Error(ErrorCode::kShape,
                "onnx: the network works differently on pictures of other sizes");
  }
  const auto pair = [&](const at::Tensor& a, const at::Tensor& b) {
    second_of_[a.unsafeGetTensorImpl()] = b;
  };
  pair(first.pictures, second.pictures);
  for (std::size_t i = 0; i < first.calls.size(); ++i) {
    const auto &a = first.calls[i], &b = second.calls[i];
    for (std::size_t k = 0; k < a.outputs.size(); ++k) pair(a.outputs[k], b.outputs[k]);
  }
  for (const auto& item : network.named_parameters()) {
    parameters_[item.value().unsafeGetTensorImpl()] = item.key();
  }
  for (const auto& item : network.named_buffers()) {
    parameters_[item.value().unsafeGetTensorImpl()] = item.key();
  }
}

Graph Translator::translate() {
  values_[first_.pictures.unsafeGetTensorImpl()] = "pictures";
  for (place_ = 0; place_ < first_.calls.size(); ++place_) {
    const Operator* found = find_operator(call().name);
    if (found == nullptr) refuse("has no translation");
    found->translate(*this);
  }
  const auto port = [](std::string name, const at::Tensor& a, const at::Tensor& b,
                       const std::vector<std::string>& free) {
    Port result{std::move(name), ElementType::kFloat, {}};
    for (std::int64_t d = 0; d < a.dim(); ++d) {
      if (a.size(d) == b.size(d)) {
        result.dims.emplace_back(a.size(d));
      } else {
        result.dims.emplace_back(free[static_cast<std::size_t>(d)]);
      }
    }
    return result;
  };
  graph_.inputs = {port("pictures", first_.pictures, second_.pictures,
                        {"batch", "channels", "height", "width"})};
  const auto logits = value(first_.logits);
  graph_.outputs = {
      port(logits, first_.logits, second_.logits, {"batch", "classes", "map_height", "map_width"})};
  return std::move(graph_);
}

const c10::IValue& Translator::argument(const std::string& name) const {
  const auto found = std::ranges::find_if(
      call().arguments, [&](const auto& argument) { return argument.first == name; });
  if (found == call().arguments.end()) refuse(cat("has no argument ", name));
  return found->second;
}

bool Translator::has(const std::string& name) const {
  const auto found = std::ranges::find_if(
      call().arguments, [&](const auto& argument) { return argument.first == name; });
  if (found == call().arguments.end() || found->second.isNone()) return false;
  return !found->second.isTensor() || found->second.toTensor().defined();
}

std::vector<std::int64_t> Translator::integers(const std::string& name, std::size_t length) const {
  const auto list_of = [&](const c10::IValue& given) {
    if (given.isInt()) return std::vector<std::int64_t>(length, given.toInt());
    auto list = given.toIntVector();
    if (list.size() == 1) list.resize(length, list[0]);
    return list;
  };
  const auto& given = argument(name);
  const auto place = static_cast<std::size_t>(
      std::ranges::find(call().arguments, name, [](const auto& a) { return a.first; }) -
      call().arguments.begin());
  const auto list = list_of(given);
  if (list != list_of(second_.calls[place_].arguments[place].second)) {
    refuse(cat(name, " depends on the size of the pictures"));
  }
  return list;
}

std::string Translator::value(const at::Tensor& tensor) {
  const auto known = values_.find(tensor.unsafeGetTensorImpl());
  if (known != values_.end()) return known->second;
  const auto parameter = parameters_.find(tensor.unsafeGetTensorImpl());
  if (parameter == parameters_.end()) return constant(tensor);
  graph_.weights.emplace_back(parameter->second, tensor);
  return values_[tensor.unsafeGetTensorImpl()] = parameter->second;
}

Sizes Translator::sizes(const at::Tensor& tensor) const {
  const auto other = second_of_.find(tensor.unsafeGetTensorImpl());
  const auto& second = other == second_of_.end() ? tensor : other->second;
  return {tensor.sizes().vec(), second.sizes().vec()};
}

Sizes Translator::output_sizes(std::size_t output) const {
  return {call().outputs[output].sizes().vec(),
          second_.calls[place_].outputs[output].sizes().vec()};
}

std::string Translator::constant(const at::Tensor& tensor) {
  const auto name = new_name("constant");
  const bool whole = !tensor.is_floating_point();
  graph_.weights.emplace_back(name,
                              tensor.detach().to(whole ? at::kLong : at::kFloat).contiguous());
  return name;
}

std::string Translator::constant(const std::vector<std::int64_t>& numbers) {
  return constant(torch::tensor(numbers, at::kLong));
}

std::string Translator::constant(float number) {
  return constant(at::scalar_tensor(number, at::kFloat));
}

std::string Translator::shape_of(const std::string& value) {
  const auto known = shapes_.find(value);
  if (known != shapes_.end()) return known->second;
  return shapes_[value] = add("Shape", {value});
}

// int64[1], from a dimension of `tensor` that has these sizes.
std::optional<std::string> Translator::size_in(const at::Tensor& tensor, std::int64_t first,
                                               std::int64_t second) {
  const auto known = sizes(tensor);
  for (std::size_t d = 0; d < known.first.size(); ++d) {
    if (known.first[d] != first || known.second[d] != second) continue;
    return add("Gather", {shape_of(value(tensor)),
                          constant(std::vector<std::int64_t>{static_cast<std::int64_t>(d)})});
  }
  return std::nullopt;
}

std::optional<std::string> Translator::dynamic_size(std::int64_t first, std::int64_t second,
                                                    const at::Tensor& source) {
  for (const auto& tensor : {source, first_.pictures}) {
    if (auto size = size_in(tensor, first, second)) return size;
  }
  for (std::size_t i = 0; i < place_; ++i) {
    for (const auto& output : first_.calls[i].outputs) {
      if (auto size = size_in(output, first, second)) return size;
    }
  }
  return std::nullopt;
}

std::string Translator::shape(const Sizes& wanted, const at::Tensor& source, bool one_open) {
  if (wanted.first == wanted.second) return constant(wanted.first);
  std::vector<std::string> parts;
  for (std::size_t d = 0; d < wanted.first.size(); ++d) {
    if (wanted.is_fixed(d)) {
      parts.push_back(constant(std::vector<std::int64_t>{wanted.first[d]}));
    } else if (auto size = dynamic_size(wanted.first[d], wanted.second[d], source)) {
      parts.push_back(*size);
    } else if (std::exchange(one_open, false)) {
      parts.push_back(constant(std::vector<std::int64_t>{-1}));
    } else {
      refuse("gives a shape that depends on the pictures' in an unknown way");
    }
  }
  return add("Concat", parts, {{"axis", std::int64_t{0}}});
}

std::string Translator::new_name(const std::string& op) { return cat(op, "_", counts_[op]++); }

std::string Translator::add(const std::string& op, std::vector<std::string> inputs,
                            std::vector<std::pair<std::string, Attribute>> attributes) {
  return add(op, std::move(inputs), 1, std::move(attributes)).front();
}

std::vector<std::string> Translator::add(
    const std::string& op, std::vector<std::string> inputs, std::size_t outputs,
    std::vector<std::pair<std::string, Attribute>> attributes) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < outputs; ++i) names.push_back(new_name(op));
  graph_.nodes.push_back({op, std::move(inputs), names, std::move(attributes)});
  return names;
}

void Translator::give(const std::string& value, std::size_t output) {
  values_[call().outputs[output].unsafeGetTensorImpl()] = value;
}

void Translator::refuse(const std::string& why) const {
  throw Error(ErrorCode::kUsage, cat("onnx: ", call().name, ": ", why));
}

}  // namespace carica::onnx
