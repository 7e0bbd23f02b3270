#pragma once

#include <memory>

#include "data/dataset.h"

namespace carica::data {

/// The samples of all splits: train, then val, then test.
std::shared_ptr<const Dataset> all_samples(const Datasets& datasets);

}  // namespace carica::data
