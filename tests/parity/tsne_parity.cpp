// Runs t-SNE for compare_tsne.py, which has scikit-learn's beside it. Not for users.
//
//     tsne_parity run FEATURES OUT [KEY=VALUE ...]
//     tsne_parity score FEATURES EMBEDDING
//
// run: FEATURES holds `features`, float[N,F]; OUT gets `embedding`, float[N,dims], and prints
// "seconds S kl K". Keys: dims, perplexity, iterations, pca_dims, seed, gradient (auto, exact,
// grid), device. score: prints "kl K trustworthiness T" of the `embedding` in EMBEDDING, K over all
// pairs with P of the features themselves, perplexity 30.
#include <torch/utils.h>

#include <chrono>
#include <cstdio>
#include <span>
#include <string>

#include "analysis/embedding/trustworthiness.h"
#include "analysis/embedding/tsne.h"
#include "checkpoint/safetensors.h"
#include "core/error.h"

namespace carica {
namespace {

torch::Tensor read(const char* file, const char* name) {
  const auto tensors = checkpoint::read_safetensors(file);
  const auto* found = tensors.find(name);
  if (found == nullptr) throw Error(ErrorCode::kData, std::string(file) + ": no " + name);
  return *found;
}

void run(std::span<char*> words) {
  auto features = read(words[2], "features");
  analysis::TsneOptions options;
  for (const std::string pair : words.subspan(4)) {
    const auto equals = pair.find('=');
    const std::string key = pair.substr(0, equals), value = pair.substr(equals + 1);
    if (key == "dims") options.dims = std::stoi(value);
    if (key == "perplexity") options.perplexity = std::stod(value);
    if (key == "iterations") options.iterations = std::stoi(value);
    if (key == "pca_dims") options.pca_dims = std::stoi(value);
    if (key == "seed") options.seed = std::stoull(value);
    if (key == "device") features = features.to(torch::Device(value));
    if (value == "exact") options.gradient = analysis::TsneGradient::kExact;
    if (value == "grid") options.gradient = analysis::TsneGradient::kGrid;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto result = analysis::tsne(features, options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  AtomicFile file(FileSystem::real(), words[3]);
  checkpoint::write_safetensors(file, {{"embedding", result.positions}}, {});
  file.commit();
  std::printf("seconds %.4f kl %.6f\n", seconds.count(), result.kl);
}

void score(std::span<char*> words) {
  const auto features = read(words[2], "features"), embedding = read(words[3], "embedding");
  const auto p = analysis::affinities(analysis::nearest_neighbors(features, 90), 30);
  std::printf("kl %.6f trustworthiness %.6f\n", analysis::kl_divergence(p, embedding),
              analysis::trustworthiness(features, embedding));
}

int main_of(std::span<char*> words) {
  const std::string command = words.size() > 3 ? words[1] : "";
  if (command == "run") {
    run(words);
  } else if (command == "score") {
    score(words);
  } else {
    throw Error(ErrorCode::kUsage, "tsne_parity: see the first lines of its source");
  }
  return 0;
}

}  // namespace
}  // namespace carica

int main(int count, char** words) {
  try {
    return carica::main_of({words, static_cast<std::size_t>(count)});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
