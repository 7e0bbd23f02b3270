#pragma once

#include <string>

#include "config/config.h"
#include "data/formats/stem_pairs.h"

namespace carica::data {

/// Pairs of leftImg8bit/<split>/<folder>/<stem>_leftImg8bit.<picture_ending> and
/// gtFine/<split>/<folder>/<stem>_gtFine_<labels>.png, the layout that Cityscapes and IDD share.
std::vector<Item> find_city_scenes(const config::DataConfig& data, const std::string& split,
                                   const std::string& picture_ending, const std::string& labels);

/// Says once that the test split, where there is one, has no labels.
void tell_of_unlabelled_test(const config::DataConfig& data);

}  // namespace carica::data
