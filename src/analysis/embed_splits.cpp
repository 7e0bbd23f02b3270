#include "analysis/embed_splits.h"

#include "core/log.h"
#include "core/text.h"

namespace carica::analysis {

std::vector<std::string> splits_to_embed(const Request& request, const data::Datasets& datasets) {
  std::vector<std::string> splits;
  for (const auto& split : request.embed) {
    if (datasets.split(split)->size() > 0) {
      splits.push_back(split);
    } else {
      log_warning(cat("analyze: the data set has no ", split, " split; its features are left out"));
    }
  }
  return splits;
}

std::vector<EmbeddedSplit> embed_split(const CollectedPictures& collected, const Request& request,
                                       bool in_3d) {
  std::vector<EmbeddedSplit> embeddings = {embed_tsne(collected, request, 2),
                                           embed_pca(collected, request)};
  if (in_3d) embeddings.push_back(embed_tsne(collected, request, 3));
  std::erase_if(embeddings, [](const EmbeddedSplit& one) { return one.points.empty(); });
  return embeddings;
}

}  // namespace carica::analysis
