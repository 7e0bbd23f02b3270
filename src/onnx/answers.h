#pragma once

#include "eval/model.h"
#include "onnx/graph.h"

namespace carica::onnx {

/// What a model gives.
enum class Answers {
  // With model.outputs those of the data's classes come first, in their order.
  kLogits,         // float[batch,outputs(,height,width)]
  kProbabilities,  // float[batch,classes(,height,width)]: softmax, or the sigmoid of each
  kClasses,        // int64[batch(,height,width)]: the likeliest class
};

/// Makes `answers` of the logits that the graph ends in, at the pictures' size: its output then is
/// "logits", "probabilities" or "classes". Throws Error(kUsage) for kClasses of a model that gives
/// several labels.
void append_answers(Graph& graph, const eval::Model& model, Answers answers);

}  // namespace carica::onnx
