#pragma once

#include "models/classifier_options.h"
#include "models/registry.h"

namespace carica::models {

// From a section of the config to networks: what the table of classifiers points to.

std::shared_ptr<Network> build_cnn(const BuildOptions& options);
std::shared_ptr<Network> build_lenet5(const BuildOptions& options);
std::shared_ptr<Network> build_resnet(const BuildOptions& options);

/// What a network has beyond outputs and channels; other keys are refused.
enum Knobs : unsigned { kNoKnobs = 0, kStem = 1, kDropPath = 2 };

ClassifierOptions checked_options(const BuildOptions& options, unsigned knobs);

/// E.g. build_classifier<make_vgg>.
template <std::shared_ptr<Network> (*make)(const ClassifierOptions&), unsigned knobs = kNoKnobs>
std::shared_ptr<Network> build_classifier(const BuildOptions& options) {
  return make(checked_options(options, knobs));
}

/// For networks that are classes of their own.
template <typename Classifier>
std::shared_ptr<Network> make_classifier(const ClassifierOptions& options) {
  return std::make_shared<Classifier>(options);
}

}  // namespace carica::models
