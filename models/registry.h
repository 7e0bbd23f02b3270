#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "models/network.h"

namespace carica::models {

/// What a network is built from: its section of the config, and what the data and the loss decide.
struct BuildOptions {
  config::ModelConfig model;
  int outputs = 0;  // length of the logits' class dimension
  int in_channels = 3;
  int height = 224,
      width = 224;  // of the training pictures; only networks with a flattened head depend on it
};

/// What a network costs: with 1000 outputs (segmenters 21), its usual encoder, and one picture of
/// the side in its row.
struct Cost {
  std::int64_t parameters;     // numbers in them, trained or not
  std::int64_t multiply_adds;  // of convolutions, linear layers and attention
  int features;                // of features(), see Network
};

/// Facts of a network, for tables.
struct ModelInfo {
  std::string name;
  config::Task task;
  std::string help;
  std::shared_ptr<Network> (*build)(const BuildOptions& options);
  Cost cost;
  int size;  // px, the side of the pictures that it is published for; segmenters: 512
  // Share of ImageNet's validation pictures that torchvision's published weights get right, and
  // which of its weights; 0 where it has none. Source: torchvision 0.26, the weights' meta data.
  double top1 = 0;  // per cent
  std::string weights = {};
};

/// All networks: the tables of classifiers.cpp and segmenters.cpp, in this order.
std::span<const ModelInfo> registry();

/// Throws Error(kConfig) for an unknown name (the nearest and all known ones are listed) or one of
/// another task.
const ModelInfo& find_model(const std::string& name, config::Task task);

/// Builds the network on the CPU in float32, its parameters initialised as torchvision's from
/// torch's default generator.
std::shared_ptr<Network> build(const BuildOptions& options, config::Task task);

/// Trainable numbers in a network.
std::int64_t parameter_count(const Network& network);

}  // namespace carica::models
