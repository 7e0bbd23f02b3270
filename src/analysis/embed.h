#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "analysis/collected.h"
#include "analysis/request.h"

namespace carica::analysis {

/// Points of a split in two or three dimensions, and the rows of Collected that they are of.
struct EmbeddedSplit {
  std::string split, method;                // "t-SNE", "PCA"
  std::vector<std::size_t> rows;            // ascending
  std::vector<std::vector<double>> points;  // of 2 or 3 coordinates
  std::string note;                         // perplexity, KL, trustworthiness
};

/// The rows that an embedding shows: all, or `most` drawn with `seed`, whatever their order.
std::vector<std::size_t> rows_to_embed(const CollectedPictures& collected, std::size_t most,
                                       std::uint64_t seed);

/// t-SNE of the features, in `dims` dimensions, by PCA to 50 of them first.
EmbeddedSplit embed_tsne(const CollectedPictures& collected, const Request& request, int dims);
/// The first two principal components.
EmbeddedSplit embed_pca(const CollectedPictures& collected, const Request& request);

/// <method>_<split>_<dims>d.
std::string file_stem(const EmbeddedSplit& embedded);
/// What an item of `embeddings` of docs/report.md has of any pictures: title, method, split, points
/// and pictures, thumbnails of at most `most_pictures` points.
Page::Json points_json(const CollectedPictures& collected, const EmbeddedSplit& embedded,
                       Page& page, std::size_t most_pictures);

/// <method>_<split>_<dims>d.csv (path,class,predicted,x,y[,z]), .png and .svg in `folder`.
void write_embedding(FileSystem& fs, const std::filesystem::path& folder,
                     const Collected& collected, const EmbeddedSplit& embedded);

/// An item of `embeddings` of docs/report.md; thumbnails of at most `most_pictures` points.
Page::Json embedding_json(const Collected& collected, const EmbeddedSplit& embedded, Page& page,
                          std::size_t most_pictures);

}  // namespace carica::analysis
