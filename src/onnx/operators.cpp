// How each operator becomes ONNX nodes (https://onnx.ai/onnx/operators/, opset 17).
#include <ATen/Functions.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/text.h"
#include "onnx/translator.h"

namespace carica::onnx {
namespace {

using Ints = std::vector<std::int64_t>;

std::string self(Translator& t) { return t.value(t.call().inputs.front()); }

// begins, then ends: twice the same.
Ints twice(const Ints& padding) {
  Ints both = padding;
  both.insert(both.end(), padding.begin(), padding.end());
  return both;
}

void same(Translator& t) { t.give(self(t)); }

void convolution(Translator& t) {
  const auto weight = t.tensor("weight");
  std::vector<std::string> inputs = {self(t), t.value(weight)};
  if (t.has("bias")) inputs.push_back(t.value(t.tensor("bias")));
  t.give(t.add("Conv", inputs,
               {{"kernel_shape", weight.sizes().slice(2).vec()},
                {"strides", t.integers("stride", 2)},
                {"pads", twice(t.integers("padding", 2))},
                {"dilations", t.integers("dilation", 2)},
                {"group", t.integer("groups")}}));
}

void transposed_convolution(Translator& t) {
  const auto weight = t.tensor("weight");
  std::vector<std::string> inputs = {self(t), t.value(weight)};
  if (t.has("bias")) inputs.push_back(t.value(t.tensor("bias")));
  t.give(t.add("ConvTranspose", inputs,
               {{"kernel_shape", weight.sizes().slice(2).vec()},
                {"strides", t.integers("stride", 2)},
                {"pads", twice(t.integers("padding", 2))},
                {"output_padding", t.integers("output_padding", 2)},
                {"dilations", t.integers("dilation", 2)},
                {"group", t.integer("groups")}}));
}

void linear(Translator& t) {
  const auto weight = t.value(t.tensor("weight"));
  const bool has_bias = t.has("bias");
  if (t.call().inputs.front().dim() == 2) {
    std::vector<std::string> inputs = {self(t), weight};
    if (has_bias) inputs.push_back(t.value(t.tensor("bias")));
    return t.give(t.add("Gemm", inputs, {{"transB", std::int64_t{1}}}));
  }
  const auto turned = t.add("Transpose", {weight}, {{"perm", Ints{1, 0}}});
  auto product = t.add("MatMul", {self(t), turned});
  if (has_bias) product = t.add("Add", {product, t.value(t.tensor("bias"))});
  t.give(product);
}

// bias + x w
void sum_and_product(Translator& t) {
  if (t.number("alpha") != 1 || t.number("beta") != 1) t.refuse("alpha and beta");
  t.give(t.add("Gemm", {t.value(t.tensor("mat1")), t.value(t.tensor("mat2")), self(t)}));
}

void batch_norm(Translator& t) {
  std::vector<std::string> inputs = {self(t)};
  for (const char* name : {"weight", "bias", "running_mean", "running_var"}) {
    if (!t.has(name)) t.refuse(cat("has no ", name));
    inputs.push_back(t.value(t.tensor(name)));
  }
  t.give(t.add("BatchNormalization", inputs, {{"epsilon", static_cast<float>(t.number("eps"))}}));
}

void layer_norm(Translator& t) {
  const auto dims = static_cast<std::int64_t>(t.argument("normalized_shape").toIntVector().size());
  t.give(t.add("LayerNormalization",
               {self(t), t.value(t.tensor("weight")), t.value(t.tensor("bias"))},
               {{"axis", -dims}, {"epsilon", static_cast<float>(t.number("eps"))}}));
}

// The channels of a group are one instance for InstanceNormalization.
void group_norm(Translator& t) {
  const auto groups = t.integer("num_groups");
  const auto grouped = t.add("Reshape", {self(t), t.constant(Ints{0, groups, -1})});
  const auto plain =
      t.add("InstanceNormalization",
            {grouped, t.constant(at::ones({groups})), t.constant(at::zeros({groups}))},
            {{"epsilon", static_cast<float>(t.number("eps"))}});
  const auto& input = t.call().inputs.front();
  const auto back = t.add("Reshape", {plain, t.shape(t.output_sizes(), input, /*one_open=*/false)});
  const auto of_channel = [&](const char* name) {
    return t.add("Unsqueeze", {t.value(t.tensor(name)), t.constant(Ints{1, 2})});
  };
  t.give(t.add("Add", {t.add("Mul", {back, of_channel("weight")}), of_channel("bias")}));
}

void relu(Translator& t) { t.give(t.add("Relu", {self(t)})); }
void sigmoid(Translator& t) { t.give(t.add("Sigmoid", {self(t)})); }
void hardswish(Translator& t) { t.give(t.add("HardSwish", {self(t)})); }
void silu(Translator& t) { t.give(t.add("Mul", {self(t), t.add("Sigmoid", {self(t)})})); }

void hardsigmoid(Translator& t) {
  t.give(t.add("HardSigmoid", {self(t)}, {{"alpha", 1.0F / 6}, {"beta", 0.5F}}));
}

void relu6(Translator& t) { t.give(t.add("Clip", {self(t), t.constant(0.0F), t.constant(6.0F)})); }

void hardtanh(Translator& t) {
  t.give(t.add("Clip", {self(t), t.constant(static_cast<float>(t.number("min_val"))),
                        t.constant(static_cast<float>(t.number("max_val")))}));
}

// x / 2 (1 + erf(x / sqrt(2)))
void gelu(Translator& t) {
  if (t.has("approximate") && t.argument("approximate").toStringRef() != "none") {
    t.refuse("approximate");
  }
  const auto scaled = t.add("Mul", {self(t), t.constant(static_cast<float>(std::sqrt(0.5)))});
  const auto above = t.add("Add", {t.add("Erf", {scaled}), t.constant(1.0F)});
  t.give(t.add("Mul", {t.add("Mul", {self(t), t.constant(0.5F)}), above}));
}

void softmax(Translator& t) { t.give(t.add("Softmax", {self(t)}, {{"axis", t.integer("dim")}})); }

std::vector<std::pair<std::string, Attribute>> window_of(Translator& t) {
  const auto kernel = t.integers("kernel_size", 2);
  auto stride = t.integers("stride", 2);
  if (stride.empty()) stride = kernel;
  return {{"kernel_shape", kernel},
          {"strides", stride},
          {"pads", twice(t.integers("padding", 2))},
          {"ceil_mode", std::int64_t{t.argument("ceil_mode").toBool()}}};
}

// With the places of the maxima where the call gives them.
void max_pool(Translator& t) {
  auto attributes = window_of(t);
  attributes.emplace_back("dilations", t.integers("dilation", 2));
  const auto outputs = t.call().outputs.size();
  const auto values = t.add("MaxPool", {self(t)}, outputs, attributes);
  for (std::size_t i = 0; i < outputs; ++i) t.give(values[i], i);
}

void max_unpool(Translator& t) {
  const auto in = t.sizes(t.call().inputs[0]), out = t.output_sizes();
  const Ints ratio = {out.first[2] / in.first[2], out.first[3] / in.first[3]};
  for (std::size_t d : {2, 3}) {
    const auto factor = ratio[d - 2];
    if (out.first[d] != factor * in.first[d] || out.second[d] != factor * in.second[d]) {
      t.refuse("gives other than multiples of its size");
    }
  }
  t.give(t.add("MaxUnpool", {self(t), t.value(t.call().inputs[1])},
               {{"kernel_shape", ratio}, {"strides", ratio}}));
}

void average_pool(Translator& t) {
  if (t.has("divisor_override")) t.refuse("divisor_override");
  auto attributes = window_of(t);
  attributes.emplace_back("count_include_pad",
                          std::int64_t{t.argument("count_include_pad").toBool()});
  t.give(t.add("AveragePool", {self(t)}, attributes));
}

// float32[out,in]: row k averages the k-th of `out` parts of `in` positions, which may overlap.
at::Tensor averages(std::int64_t in, std::int64_t out) {
  const auto matrix = at::zeros({out, in});
  for (std::int64_t k = 0; k < out; ++k) {
    const auto begin = k * in / out, end = ((k + 1) * in + out - 1) / out;
    matrix[k].slice(0, begin, end).fill_(1.0 / static_cast<double>(end - begin));
  }
  return matrix;
}

void adaptive_average_pool(Translator& t) {
  const auto in = t.sizes(t.call().inputs[0]), out = t.output_sizes();
  if (out.first[2] == 1 && out.first[3] == 1) return t.give(t.add("GlobalAveragePool", {self(t)}));
  if (!in.is_fixed(2) || !in.is_fixed(3)) t.refuse("averages parts of pictures of any size");
  const auto rows = t.constant(averages(in.first[2], out.first[2]));
  const auto columns = t.constant(averages(in.first[3], out.first[3]).t().contiguous());
  t.give(t.add("MatMul", {rows, t.add("MatMul", {self(t), columns})}));
}

void mean(Translator& t) {
  const auto dims = t.integers("dim", 1);
  t.give(t.add("ReduceMean", {self(t)},
               {{"axes", dims}, {"keepdims", std::int64_t{t.argument("keepdim").toBool()}}}));
}

std::string other(Translator& t) {
  const auto& argument = t.argument("other");
  if (argument.isTensor()) return t.value(argument.toTensor());
  return t.constant(static_cast<float>(argument.toScalar().toDouble()));
}

template <char Sign>
void arithmetic(Translator& t) {
  if ((Sign == '+' || Sign == '-') && t.number("alpha") != 1) t.refuse("alpha");
  const char* op = Sign == '+' ? "Add" : Sign == '-' ? "Sub" : Sign == '*' ? "Mul" : "Div";
  t.give(t.add(op, {self(t), other(t)}));
}

void concatenate(Translator& t) {
  std::vector<std::string> inputs;
  for (const auto& input : t.call().inputs) inputs.push_back(t.value(input));
  t.give(t.add("Concat", inputs, {{"axis", t.integer("dim")}}));
}

void stack(Translator& t) {
  std::vector<std::string> inputs;
  const auto dim = t.integer("dim");
  for (const auto& input : t.call().inputs) {
    inputs.push_back(t.add("Unsqueeze", {t.value(input), t.constant(Ints{dim})}));
  }
  t.give(t.add("Concat", inputs, {{"axis", dim}}));
}

void reshape(Translator& t) {
  const auto& input = t.call().inputs.front();
  t.give(t.add("Reshape", {self(t), t.shape(t.output_sizes(), input, /*one_open=*/true)}));
}

void expand(Translator& t) {
  const auto& input = t.call().inputs.front();
  t.give(t.add("Expand", {self(t), t.shape(t.output_sizes(), input, /*one_open=*/false)}));
}

std::int64_t positive(std::int64_t dim, std::int64_t dims) { return dim < 0 ? dim + dims : dim; }

void permute(Translator& t) {
  auto perm = t.argument("dims").toIntVector();
  const auto dims = static_cast<std::int64_t>(perm.size());
  for (auto& dim : perm) dim = positive(dim, dims);
  t.give(t.add("Transpose", {self(t)}, {{"perm", perm}}));
}

std::string swapped(Translator& t, const std::string& value, std::int64_t dims, std::int64_t a,
                    std::int64_t b) {
  Ints perm(static_cast<std::size_t>(dims));
  for (std::int64_t d = 0; d < dims; ++d) perm[static_cast<std::size_t>(d)] = d;
  std::swap(perm[static_cast<std::size_t>(positive(a, dims))],
            perm[static_cast<std::size_t>(positive(b, dims))]);
  return t.add("Transpose", {value}, {{"perm", perm}});
}

void turn(Translator& t) { t.give(t.add("Transpose", {self(t)}, {{"perm", Ints{1, 0}}})); }

void transpose(Translator& t) {
  const auto dims = t.call().inputs.front().dim();
  t.give(swapped(t, self(t), dims, t.integer("dim0"), t.integer("dim1")));
}

// The sizes, or the ratio to the input's where that is what stays.
template <bool Nearest>
void upsample(Translator& t) {
  const auto& input = t.call().inputs.front();
  const auto in = t.sizes(input), out = t.output_sizes();
  std::vector<std::pair<std::string, Attribute>> attributes;
  if (Nearest) {
    attributes = {{"mode", std::string("nearest")},
                  {"coordinate_transformation_mode", std::string("asymmetric")},
                  {"nearest_mode", std::string("floor")}};
  } else {
    const bool aligned = t.argument("align_corners").toBool();
    attributes = {
        {"mode", std::string("linear")},
        {"coordinate_transformation_mode", std::string(aligned ? "align_corners" : "half_pixel")}};
  }
  bool same_ratio = true;
  at::Tensor ratios = at::ones({4});
  for (std::int64_t d : {2, 3}) {
    const auto i = static_cast<std::size_t>(d);
    same_ratio &= out.first[i] * in.second[i] == out.second[i] * in.first[i] &&
                  out.first[i] % in.first[i] == 0;
    ratios[d] = static_cast<double>(out.first[i]) / static_cast<double>(in.first[i]);
  }
  if (same_ratio) {
    return t.give(t.add("Resize", {self(t), "", t.constant(ratios)}, attributes));
  }
  t.give(t.add("Resize", {self(t), "", "", t.shape(out, input, /*one_open=*/false)}, attributes));
}

// torch counts from the last dimension: left, right, top, bottom.
void pad_with(Translator& t, const char* argument, const char* mode,
              const std::vector<std::string>& value) {
  const auto given = t.integers(argument, 4);
  const auto dims = static_cast<std::size_t>(t.call().inputs.front().dim());
  Ints pads(2 * dims, 0);
  for (std::size_t i = 0; i < given.size() / 2; ++i) {
    pads[dims - 1 - i] = given[2 * i];
    pads[2 * dims - 1 - i] = given[2 * i + 1];
  }
  std::vector<std::string> inputs = {self(t), t.constant(pads)};
  inputs.insert(inputs.end(), value.begin(), value.end());
  t.give(t.add("Pad", inputs, {{"mode", std::string(mode)}}));
}

void constant_pad(Translator& t) {
  pad_with(t, "pad", "constant", {t.constant(static_cast<float>(t.number("value")))});
}
void replication_pad(Translator& t) { pad_with(t, "padding", "edge", {}); }

std::string slice_of(Translator& t, std::int64_t begin, std::int64_t end, std::int64_t dim,
                     std::int64_t step) {
  return t.add("Slice", {self(t), t.constant(Ints{begin}), t.constant(Ints{end}),
                         t.constant(Ints{dim}), t.constant(Ints{step})});
}

void slice(Translator& t) {
  const auto begin = t.has("start") ? t.integer("start") : 0;
  const auto end = t.has("end") ? t.integer("end") : std::numeric_limits<std::int64_t>::max();
  t.give(slice_of(t, begin, end, t.integer("dim"), t.integer("step")));
}

void narrow(Translator& t) {
  const auto begin = t.integer("start");
  t.give(slice_of(t, begin, begin + t.integer("length"), t.integer("dim"), 1));
}

void select(Translator& t) {
  const auto index = t.constant(at::scalar_tensor(t.integer("index"), at::kLong));
  t.give(t.add("Gather", {self(t), index}, {{"axis", t.integer("dim")}}));
}

// chunk, split
void divide(Translator& t) {
  const auto dims = t.call().inputs.front().dim();
  const auto dim = positive(t.integer("dim"), dims);
  Ints lengths;
  for (std::size_t i = 0; i < t.call().outputs.size(); ++i) {
    const auto sizes = t.output_sizes(i);
    if (!sizes.is_fixed(static_cast<std::size_t>(dim))) t.refuse("divides any number of rows");
    lengths.push_back(sizes.first[static_cast<std::size_t>(dim)]);
  }
  const auto parts =
      t.add("Split", {self(t), t.constant(lengths)}, lengths.size(), {{"axis", dim}});
  for (std::size_t i = 0; i < parts.size(); ++i) t.give(parts[i], i);
}

void unbind(Translator& t) {
  for (std::size_t i = 0; i < t.call().outputs.size(); ++i) {
    const auto index = t.constant(at::scalar_tensor(static_cast<std::int64_t>(i), at::kLong));
    t.give(t.add("Gather", {self(t), index}, {{"axis", t.integer("dim")}}), i);
  }
}

void matmul(Translator& t) { t.give(t.add("MatMul", {self(t), t.value(t.call().inputs[1])})); }

// softmax(q k' / sqrt(d)) v
void attention(Translator& t) {
  const auto query = t.tensor("query"), key = t.tensor("key");
  if (t.has("attn_mask") || t.argument("is_causal").toBool()) t.refuse("masks");
  const double scale =
      t.has("scale") ? t.number("scale") : 1 / std::sqrt(static_cast<double>(query.size(-1)));
  const auto scaled = t.add("Mul", {t.value(query), t.constant(static_cast<float>(scale))});
  const auto turned = swapped(t, t.value(key), key.dim(), -1, -2);
  const auto scores = t.add("MatMul", {scaled, turned});
  const auto shares = t.add("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
  t.give(t.add("MatMul", {shares, t.value(t.tensor("value"))}));
}

/// THE table, in the order of the file.
constexpr std::array kOperators = {
    Operator{"aten::contiguous", same},
    Operator{"aten::to", same},
    Operator{"aten::clone", same},
    Operator{"aten::detach", same},
    Operator{"aten::dropout", same},
    Operator{"aten::dropout_", same},
    Operator{"aten::feature_dropout", same},
    Operator{"aten::conv2d", convolution},
    Operator{"aten::conv_transpose2d", transposed_convolution},
    Operator{"aten::linear", linear},
    Operator{"aten::addmm", sum_and_product},
    Operator{"aten::batch_norm", batch_norm},
    Operator{"aten::layer_norm", layer_norm},
    Operator{"aten::group_norm", group_norm},
    Operator{"aten::relu", relu},
    Operator{"aten::relu_", relu},
    Operator{"aten::sigmoid", sigmoid},
    Operator{"aten::sigmoid_", sigmoid},
    Operator{"aten::hardswish", hardswish},
    Operator{"aten::hardswish_", hardswish},
    Operator{"aten::silu", silu},
    Operator{"aten::silu_", silu},
    Operator{"aten::hardsigmoid", hardsigmoid},
    Operator{"aten::hardsigmoid_", hardsigmoid},
    Operator{"aten::relu6", relu6},
    Operator{"aten::relu6_", relu6},
    Operator{"aten::hardtanh", hardtanh},
    Operator{"aten::hardtanh_", hardtanh},
    Operator{"aten::gelu", gelu},
    Operator{"aten::softmax", softmax},
    Operator{"aten::max_pool2d", max_pool},
    Operator{"aten::max_pool2d_with_indices", max_pool},
    Operator{"aten::max_unpool2d", max_unpool},
    Operator{"aten::avg_pool2d", average_pool},
    Operator{"aten::adaptive_avg_pool2d", adaptive_average_pool},
    Operator{"aten::mean", mean},
    Operator{"aten::add", arithmetic<'+'>},
    Operator{"aten::add_", arithmetic<'+'>},
    Operator{"aten::sub", arithmetic<'-'>},
    Operator{"aten::mul", arithmetic<'*'>},
    Operator{"aten::mul_", arithmetic<'*'>},
    Operator{"aten::div", arithmetic<'/'>},
    Operator{"aten::cat", concatenate},
    Operator{"aten::stack", stack},
    Operator{"aten::view", reshape},
    Operator{"aten::reshape", reshape},
    Operator{"aten::flatten", reshape},
    Operator{"aten::unflatten", reshape},
    Operator{"aten::squeeze", reshape},
    Operator{"aten::unsqueeze", reshape},
    Operator{"aten::expand", expand},
    Operator{"aten::permute", permute},
    Operator{"aten::transpose", transpose},
    Operator{"aten::t", turn},
    Operator{"aten::upsample_nearest2d", upsample<true>},
    Operator{"aten::upsample_bilinear2d", upsample<false>},
    Operator{"aten::constant_pad_nd", constant_pad},
    Operator{"aten::replication_pad2d", replication_pad},
    Operator{"aten::slice", slice},
    Operator{"aten::narrow", narrow},
    Operator{"aten::select", select},
    Operator{"aten::chunk", divide},
    Operator{"aten::split", divide},
    Operator{"aten::unbind", unbind},
    Operator{"aten::matmul", matmul},
    Operator{"aten::bmm", matmul},
    Operator{"aten::scaled_dot_product_attention", attention},
};

}  // namespace

const Operator* find_operator(const std::string& name) {
  const auto found =
      std::ranges::find_if(kOperators, [&](const Operator& each) { return name == each.name; });
  return found == kOperators.end() ? nullptr : &*found;
}

}  // namespace carica::onnx
