#pragma once

#include <string>

#include "analysis/page.h"
#include "data/dataset.h"
#include "eval/model.h"

namespace carica::cli {

/// "unet", with the encoder that a config names: "unet, resnet34".
std::string network_title(const config::ModelConfig& model);

/// What a report says of a run's settings: the network, how it was trained, its data.
void add_settings(const eval::Model& model, const data::Datasets& datasets, analysis::Page& page);

}  // namespace carica::cli
