#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace carica::cli {

/// `carica models NAME`: which network, for what pictures.
struct ModelRequest {
  std::string name, input;             // 3x224x224; empty: the size of the table
  int classes = 0;                     // 0: 1000, segmenters 21
  std::vector<std::string> overrides;  // model.encoder=resnet50
};

/// Prints the layers of a network with their shapes, parameters and multiply-adds, and what it
/// needs in total. Throws Error(kUsage) for an input that is no CxHxW, Error(kConfig) as building
/// does.
int show_model(const ModelRequest& request, const Invocation& invocation);

}  // namespace carica::cli
