#pragma once

#include "analysis/embed.h"

namespace carica::analysis {

inline constexpr std::size_t kMostThumbnails = 800;  // of an embedding in the page

/// The splits of --embed that the data set has; warns of each that it lacks.
std::vector<std::string> splits_to_embed(const Request& request, const data::Datasets& datasets);

/// t-SNE and PCA in two dimensions, then with in_3d t-SNE in three; those without points left out.
std::vector<EmbeddedSplit> embed_split(const CollectedPictures& collected, const Request& request,
                                       bool in_3d);

/// Embeds each split of --embed, writes tables and figures and fills the page. collected_of(split):
/// Collected or CollectedSets.
template <typename CollectedOf>
void embed_splits(FileSystem& fs, const Request& request, const data::Datasets& datasets,
                  Page& page, const CollectedOf& collected_of) {
  const auto splits = splits_to_embed(request, datasets);
  for (std::size_t i = 0; i < splits.size(); ++i) {
    const bool last = i + 1 == splits.size();
    const auto collected = collected_of(splits[i]);
    for (const auto& embedded : embed_split(collected, request, last && request.in_3d)) {
      write_embedding(fs, request.run.out, collected, embedded);
      page["embeddings"].push_back(
          embedding_json(collected, embedded, page, last ? kMostThumbnails : 0));
    }
  }
}

}  // namespace carica::analysis
