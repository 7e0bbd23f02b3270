#pragma once

#include <string>
#include <string_view>

#include "data/dataset.h"

namespace carica::data {

/// A data set divided as it was before.
struct KeptDivision {
  Datasets datasets;
  // Samples that today's division has in another split, that the table lacks, that only it has.
  std::size_t moved = 0, fresh = 0, gone = 0;
  // Rows of the table for samples that are gone: they may come back.
  std::string rows_of_gone = {};
};

/// Puts each sample of `now` into the split that a table of split_csv() names, so that none that
/// was trained on is tested on after files came or went. Samples that the table lacks go where it
/// has their group (`group_by`: data.split.group_by), and otherwise stay where they are. Throws
/// Error(kData) for a table that is none; `name` stands in messages.
KeptDivision keep_division(const Datasets& now, std::string_view csv, const std::string& name,
                           const std::string& group_by);

}  // namespace carica::data
