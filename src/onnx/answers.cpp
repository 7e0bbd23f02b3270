#include "onnx/answers.h"

#include <torch/utils.h>

#include <algorithm>

#include "core/error.h"

namespace carica::onnx {
namespace {

using Attributes = std::vector<std::pair<std::string, Attribute>>;

// Adds nodes whose values are named "answer_N".
class Tail {
 public:
  explicit Tail(Graph& graph) : graph_(graph) {}

  std::string add(const std::string& op, std::vector<std::string> inputs,
                  Attributes attributes = {}) {
    const std::string name = "answer_" + std::to_string(count_++);
    graph_.nodes.push_back({op, std::move(inputs), {name}, std::move(attributes)});
    return name;
  }
  std::string constant(const at::Tensor& tensor) {
    const std::string name = "answer_" + std::to_string(count_++);
    graph_.weights.emplace_back(name, tensor);
    return name;
  }
  std::string constant(std::vector<std::int64_t> numbers) {
    return constant(torch::tensor(numbers, torch::kLong));
  }

 private:
  Graph& graph_;
  int count_ = 0;
};

// float[N,K,h,w] to the pictures' height and width: bilinear, as the evaluator does.
std::string at_full_size(Tail& tail, const std::string& logits, const std::string& pictures) {
  const auto part = [&](const std::string& value, std::int64_t begin, std::int64_t end) {
    return tail.add("Slice",
                    {tail.add("Shape", {value}), tail.constant({begin}), tail.constant({end})});
  };
  const auto sizes =
      tail.add("Concat", {part(logits, 0, 2), part(pictures, 2, 4)}, {{"axis", std::int64_t{0}}});
  return tail.add("Resize", {logits, "", "", sizes},
                  {{"mode", std::string("linear")},
                   {"coordinate_transformation_mode", std::string("half_pixel")}});
}

std::string probabilities(Tail& tail, const std::string& logits, loss::Activation activation) {
  if (activation == loss::Activation::kSoftmax) {
    return tail.add("Softmax", {logits}, {{"axis", std::int64_t{1}}});
  }
  const auto positive = tail.add("Sigmoid", {logits});
  if (activation == loss::Activation::kOneVsRestSigmoid) return positive;
  const auto negative = tail.add("Sigmoid", {tail.add("Neg", {logits})});
  return tail.add("Concat", {negative, positive}, {{"axis", std::int64_t{1}}});
}

std::string classes(Tail& tail, const std::string& logits, loss::Activation activation) {
  if (activation != loss::Activation::kBinarySigmoid) {
    return tail.add("ArgMax", {logits}, {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}});
  }
  const auto positive = tail.add("Greater", {logits, tail.constant(torch::zeros({}))});
  const auto number = tail.add("Cast", {positive}, {{"to", std::int64_t{7}}});
  return tail.add("Squeeze", {number, tail.constant({1})});
}

}  // namespace

void append_answers(Graph& graph, const eval::Model& model, Answers answers) {
  if (answers == Answers::kClasses && model.answer() == eval::Answer::kLabelSet) {
    throw Error(ErrorCode::kUsage, "--output classes: the model gives any number of labels",
                "--output probabilities; a label counts above eval.threshold");
  }
  Tail tail(graph);
  Port output = graph.outputs.front();
  std::string value = output.name;
  const auto& input = graph.inputs.front();
  if (!model.output_order.empty()) {
    value =
        tail.add("Gather", {value, tail.constant(model.output_order)}, {{"axis", std::int64_t{1}}});
  }
  if (model.segments() && !(output.dims[2] == input.dims[2] && output.dims[3] == input.dims[3])) {
    value = at_full_size(tail, value, input.name);
    output.dims[2] = input.dims[2];
    output.dims[3] = input.dims[3];
  }
  const auto activation = model.head.activation;
  switch (answers) {
    case Answers::kLogits:
      output.name = "logits";
      break;
    case Answers::kProbabilities:
      output.name = "probabilities";
      value = probabilities(tail, value, activation);
      output.dims[1] =
          static_cast<std::int64_t>(std::max(model.classes.size(), model.output_order.size()));
      break;
    case Answers::kClasses:
      output.name = "classes";
      output.type = ElementType::kInt64;
      value = classes(tail, value, activation);
      output.dims.erase(output.dims.begin() + 1);
      break;
  }
  graph.nodes.push_back({"Identity", {value}, {output.name}});
  graph.outputs = {output};
}

}  // namespace carica::onnx
