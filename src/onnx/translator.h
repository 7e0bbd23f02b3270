#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "eval/operator_log.h"
#include "models/network.h"
#include "onnx/graph.h"

namespace carica::onnx {

/// The operators that a network calls for some pictures, and all tensors that they got and gave.
struct Trace {
  at::Tensor pictures, logits;
  std::vector<eval::OperatorCall> calls;
};
Trace trace(models::Network& network, const at::Tensor& pictures);

/// Sizes of one tensor in two traces of one network, for pictures of different batch and size. A
/// dimension that differs is dynamic.
struct Sizes {
  std::vector<std::int64_t> first, second;
  bool is_fixed(std::size_t dim) const { return first[dim] == second[dim]; }
};

/// What an operator of the table gets to write its nodes with: names of values, sizes, arguments.
/// Values are the tensors of the first trace.
class Translator {
 public:
  /// Throws Error(kShape) where the traces call different operators.
  Translator(const models::Network& network, const Trace& first, const Trace& second);

  /// The graph from "pictures" to the logits. Throws Error(kUsage) naming an operator, or a shape
  /// that depends on the pictures' in a way that ONNX has no words for.
  Graph translate();

  // For the operators.

  const eval::OperatorCall& call() const { return first_.calls[place_]; }
  const c10::IValue& argument(const std::string& name) const;
  /// Whether there is such an argument, and it is neither none nor an undefined tensor.
  bool has(const std::string& name) const;
  at::Tensor tensor(const std::string& name) const { return argument(name).toTensor(); }
  std::int64_t integer(const std::string& name) const { return integers(name, 1).at(0); }
  double number(const std::string& name) const { return argument(name).toScalar().toDouble(); }
  /// A list of integers, one number standing for `length`. Refuses lists that differ in the other
  /// trace: they depend on the size of the pictures.
  std::vector<std::int64_t> integers(const std::string& name, std::size_t length) const;

  /// Of a tensor that is an argument: its value's name; weights become part of the graph.
  std::string value(const at::Tensor& tensor);
  Sizes sizes(const at::Tensor& tensor) const;
  Sizes output_sizes(std::size_t output = 0) const;
  /// A constant of the graph.
  std::string constant(const at::Tensor& tensor);
  std::string constant(const std::vector<std::int64_t>& numbers);
  std::string constant(float number);
  /// int64[n] with these sizes, taken from a tensor that has them where they are dynamic, `source`
  /// before others. `one_open`: one of them may be -1, for Reshape.
  std::string shape(const Sizes& wanted, const at::Tensor& source, bool one_open);

  /// Adds a node with one output; returns the output's name.
  std::string add(const std::string& op, std::vector<std::string> inputs,
                  std::vector<std::pair<std::string, Attribute>> attributes = {});
  std::vector<std::string> add(const std::string& op, std::vector<std::string> inputs,
                               std::size_t outputs,
                               std::vector<std::pair<std::string, Attribute>> attributes = {});
  /// What the call's output is.
  void give(const std::string& value, std::size_t output = 0);

  [[noreturn]] void refuse(const std::string& why) const;

 private:
  std::string new_name(const std::string& op);
  std::string shape_of(const std::string& value);
  std::optional<std::string> size_in(const at::Tensor& tensor, std::int64_t first,
                                     std::int64_t second);
  std::optional<std::string> dynamic_size(std::int64_t first, std::int64_t second,
                                          const at::Tensor& source);

  const Trace &first_, &second_;
  std::size_t place_ = 0;
  Graph graph_;
  std::unordered_map<const void*, std::string> values_;      // by tensor of the first trace
  std::unordered_map<const void*, std::string> parameters_;  // names in the state dict
  std::unordered_map<const void*, at::Tensor> second_of_;    // tensors of the second trace
  std::map<std::string, std::string> shapes_;                // value -> int64 value with its sizes
  std::map<std::string, std::size_t> counts_;                // names given per operator
};

/// One row of the table of operators (operators.cpp).
struct Operator {
  const char* name;
  void (*translate)(Translator& t);
};
const Operator* find_operator(const std::string& name);

}  // namespace carica::onnx
