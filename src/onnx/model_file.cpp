#include "onnx/model_file.h"

#include <ATen/Functions.h>

#include <protozero/pbf_writer.hpp>

#include "core/version.h"

namespace carica::onnx {
namespace {

using protozero::pbf_writer;

// Field numbers of onnx.proto.
enum ModelField {
  kIrVersion = 1,
  kProducer = 2,
  kProducerVersion = 3,
  kGraph = 7,
  kOpsets = 8,
  kMetadata = 14
};
enum OpsetField { kOpsetDomain = 1, kOpsetVersion = 2 };
enum StringField { kKey = 1, kValue = 2 };
enum GraphField { kNode = 1, kGraphName = 2, kInitializer = 5, kInput = 11, kOutput = 12 };
enum NodeField { kNodeInput = 1, kNodeOutput = 2, kNodeName = 3, kOpType = 4, kAttribute = 5 };
enum AttributeField {
  kAttributeName = 1,
  kFloat = 2,
  kInt = 3,
  kString = 4,
  kInts = 8,
  kAttributeType = 20
};
enum AttributeTypes { kTypeFloat = 1, kTypeInt = 2, kTypeString = 3, kTypeInts = 7 };
enum TensorField { kDims = 1, kDataType = 2, kTensorName = 8, kRawData = 9 };
enum ValueInfoField { kValueName = 1, kValueType = 2 };
enum TypeField { kTensorType = 1 };
enum TensorTypeField { kElementType = 1, kShape = 2 };
enum ShapeField { kDim = 1 };
enum DimField { kDimValue = 1, kDimName = 2 };
constexpr std::int64_t kIr = 8;

void write_attribute(pbf_writer& node, const std::string& name, const Attribute& value) {
  pbf_writer attribute(node, kAttribute);
  attribute.add_string(kAttributeName, name);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    attribute.add_int64(kInt, *number);
    attribute.add_enum(kAttributeType, kTypeInt);
  } else if (const auto* real = std::get_if<float>(&value)) {
    attribute.add_float(kFloat, *real);
    attribute.add_enum(kAttributeType, kTypeFloat);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    attribute.add_bytes(kString, *text);
    attribute.add_enum(kAttributeType, kTypeString);
  } else {
    for (const auto each : std::get<std::vector<std::int64_t>>(value)) {
      attribute.add_int64(kInts, each);
    }
    attribute.add_enum(kAttributeType, kTypeInts);
  }
}

void write_node(pbf_writer& graph, const Node& from) {
  pbf_writer node(graph, kNode);
  for (const auto& input : from.inputs) node.add_string(kNodeInput, input);
  for (const auto& output : from.outputs) node.add_string(kNodeOutput, output);
  node.add_string(kNodeName, from.outputs.front());
  node.add_string(kOpType, from.op);
  for (const auto& [name, value] : from.attributes) write_attribute(node, name, value);
}

void write_weight(pbf_writer& graph, const std::string& name, const at::Tensor& given) {
  const auto tensor =
      given.detach().cpu().to(given.is_floating_point() ? at::kFloat : at::kLong).contiguous();
  pbf_writer weight(graph, kInitializer);
  for (const auto size : tensor.sizes()) weight.add_int64(kDims, size);
  const auto type = tensor.is_floating_point() ? ElementType::kFloat : ElementType::kInt64;
  weight.add_int32(kDataType, static_cast<std::int32_t>(type));
  weight.add_string(kTensorName, name);
  weight.add_bytes(kRawData, static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
}

void write_port(pbf_writer& graph, GraphField field, const Port& port) {
  pbf_writer info(graph, field);
  info.add_string(kValueName, port.name);
  pbf_writer type(info, kValueType);
  pbf_writer tensor(type, kTensorType);
  tensor.add_int32(kElementType, static_cast<std::int32_t>(port.type));
  pbf_writer shape(tensor, kShape);
  for (const auto& dimension : port.dims) {
    pbf_writer dim(shape, kDim);
    if (const auto* size = std::get_if<std::int64_t>(&dimension)) {
      dim.add_int64(kDimValue, *size);
    } else {
      dim.add_string(kDimName, std::get<std::string>(dimension));
    }
  }
}

}  // namespace

std::string model_bytes(const Graph& graph, const std::map<std::string, std::string>& metadata) {
  std::string bytes;
  pbf_writer model(bytes);
  model.add_int64(kIrVersion, kIr);
  model.add_string(kProducer, "carica");
  model.add_string(kProducerVersion, kVersion);
  {
    pbf_writer opset(model, kOpsets);
    opset.add_string(kOpsetDomain, "");
    opset.add_int64(kOpsetVersion, kOpset);
  }
  {
    pbf_writer written(model, kGraph);
    for (const auto& node : graph.nodes) write_node(written, node);
    written.add_string(kGraphName, graph.name);
    for (const auto& [name, tensor] : graph.weights) write_weight(written, name, tensor);
    for (const auto& port : graph.inputs) write_port(written, kInput, port);
    for (const auto& port : graph.outputs) write_port(written, kOutput, port);
  }
  for (const auto& [key, value] : metadata) {
    pbf_writer property(model, kMetadata);
    property.add_string(kKey, key);
    property.add_string(kValue, value);
  }
  return bytes;
}

}  // namespace carica::onnx
