#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/found_items.h"

namespace carica::data {

/// name,label,split: what split_csv() writes and data.split.file reads.
std::string split_table_head();
std::string split_table_row(const Item& item, const std::vector<std::string>& classes,
                            std::string_view split);

/// Divides all items anew, those that the data set divides itself included, as a split table says.
/// Throws Error(kData) for a split other than train, val and test, a name that stands twice, names
/// that the data set or the table lacks (naming a few), and a label that is not the data set's;
/// `name` stands in messages.
void divide_by_table(FoundItems& found, std::string_view csv, const std::string& name);

}  // namespace carica::data
