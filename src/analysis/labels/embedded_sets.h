#pragma once

#include "analysis/collected_sets.h"
#include "analysis/embed.h"

namespace carica::analysis {

// As embed.h has it of pictures with one label each.

/// <method>_<split>_<dims>d.csv (path,labels,predicted,x,y[,z]), .png and .svg in `folder`; the
/// figures are coloured by the number of labels.
void write_embedding(FileSystem& fs, const std::filesystem::path& folder,
                     const CollectedSets& collected, const EmbeddedSplit& embedded);

/// An item of `embeddings` with `label_sets` and `predicted_sets`.
Page::Json embedding_json(const CollectedSets& collected, const EmbeddedSplit& embedded, Page& page,
                          std::size_t most_pictures);

}  // namespace carica::analysis
