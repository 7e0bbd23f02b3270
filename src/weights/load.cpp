#include "weights/load.h"

#include <torch/utils.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "checkpoint/run_state.h"
#include "weights/byte_cursor.h"
#include "weights/fit.h"
#include "weights/rename.h"
#include "weights/state_dict.h"

namespace carica::weights {
namespace {

void strip_wrappers(checkpoint::NamedTensors& tensors, const checkpoint::NamedTensors& network,
                    std::vector<std::string>& notes) {
  // torch.optim.swa_utils.AveragedModel counts its updates in a buffer of its own.
  const auto counter = [](const auto& named) {
    return named.first == "n_averaged" && named.second.numel() == 1;
  };
  if (std::erase_if(tensors, counter) > 0) notes.push_back(cat("n_averaged", " left out"));
  while (true) {
    const std::string prefix = common_prefix(tensors);
    const bool wanted = std::ranges::any_of(
        network, [&](const auto& named) { return named.first.starts_with(prefix); });
    if (prefix.empty() || wanted) return;
    const std::size_t count = strip_prefix(tensors, prefix);
    if (count == 0) return;
    notes.push_back(cat("prefix '", prefix, "' taken off ", count, " names"));
  }
}

// Only training has a use for an auxiliary head: it is left out where the network has none, and
// keeps new weights where the file has none.
void settle_aux(checkpoint::NamedTensors& tensors, checkpoint::NamedTensors& network,
                std::vector<std::string>& notes) {
  constexpr std::string_view kAux = "aux_classifier.";
  const auto is_aux = [&](const auto& named) { return named.first.starts_with(kAux); };
  const bool given = std::ranges::any_of(tensors, is_aux);
  const bool wanted = std::ranges::any_of(network, is_aux);
  if (given == wanted) return;
  const auto count = std::erase_if(given ? tensors : network, is_aux);
  notes.push_back(given ? cat("auxiliary head (", kAux, "): ", count, " tensors left out")
                        : cat("auxiliary head (", kAux, "): ", count, " tensors keep new weights"));
}

void reshape_others(checkpoint::NamedTensors& tensors, const checkpoint::NamedTensors& network,
                    const LoadOptions& options) {
  if (!options.reshape) return;
  for (auto& [name, tensor] : tensors) {
    const auto has_name = [&, &own = name](const auto& named) { return named.first == own; };
    if (std::ranges::none_of(network, has_name)) continue;
    const auto changed = options.reshape(name, tensor);
    if (changed.defined()) tensor = changed;
  }
}

/// "3 missing (a, b, ... and 1 more)", or nothing.
void append_problem(std::vector<std::string>& problems, const char* kind,
                    const std::vector<std::string>& names) {
  if (names.empty()) return;
  problems.push_back(cat(names.size(), " ", kind, " (", join_few(names), ")"));
}

using Heads = std::vector<std::string>;

bool is_of_a_head(const std::string& name, const Heads& heads) {
  return std::ranges::any_of(heads, [&](const auto& head) { return name.starts_with(head); });
}

// True where all that differs has one of the prefixes.
bool differs_only_in(const Fit& fit, const std::vector<std::string>& prefixes) {
  for (const auto* names : {&fit.missing, &fit.unexpected, &fit.wrong}) {
    for (const auto& quoted : *names) {
      const auto is_in = [&](const std::string& prefix) {
        return quoted.starts_with("\"" + prefix);
      };
      if (std::ranges::none_of(prefixes, is_in)) return false;
    }
  }
  return true;
}

// The model.stem whose first convolution the file has, where the network has the other one's.
std::string stem_of(const Fit::Pair& first) {
  constexpr std::int64_t kImagenet = 7, kCifar = 3;  // sides of their kernels
  if (first.source.dim() != 4 || first.source.size(0) != first.target.size(0)) return "";
  const auto from = first.source.size(2), to = first.target.size(2);
  if (from == kImagenet && to == kCifar) return "imagenet";
  return from == kCifar && to == kImagenet ? "cifar" : "";
}

std::string hint_for(const Fit& fit, const Heads& heads) {
  const auto of_head =
      cat("the head (", join(heads), ") differs: model.head=reinit gives it new weights");
  if (differs_only_in(fit, heads)) return "only " + of_head;
  const auto first =
      std::ranges::find_if(fit.pairs, [](const Fit::Pair& pair) { return pair.target.dim() == 4; });
  const std::string stem = first == fit.pairs.end() ? "" : stem_of(*first);
  auto with_stem = heads;
  if (!stem.empty()) with_stem.push_back(first->name);
  if (!stem.empty() && differs_only_in(fit, with_stem)) {
    return cat("the first convolution is that of model.stem=", stem,
               differs_only_in(fit, {first->name}) ? "; all else fits" : "; " + of_head);
  }
  return "the file belongs to another architecture or number of classes";
}

void require_fit(const Fit& fit, const Heads& heads, const std::string& where) {
  std::vector<std::string> problems;
  append_problem(problems, "missing", fit.missing);
  append_problem(problems, "unexpected", fit.unexpected);
  append_problem(problems, "of wrong shape or type", fit.wrong);
  if (problems.empty()) return;
  refuse(
      where,
      cat("tensors that do not fit: ", join(problems, "; "), "; every name and shape must match"),
      hint_for(fit, heads));
}

void count(LoadReport& report, const torch::nn::Module& network, const Fit& fit,
           const Heads& heads) {
  std::set<std::string> set;
  for (const auto& pair : fit.pairs) {
    set.insert(pair.name);
    report.of_heads += is_of_a_head(pair.name, heads) ? 1 : 0;
  }
  for (const auto& item : network.named_parameters()) {
    report.parameters += item.value().numel();
    if (set.contains(item.key())) report.parameters_loaded += item.value().numel();
  }
  for (const auto& item : network.named_buffers()) {
    ++report.buffers;
    if (set.contains(item.key())) ++report.buffers_loaded;
  }
  report.loaded = fit.pairs.size();
}

}  // namespace

std::string LoadReport::summary() const {
  const double share =
      parameters == 0 ? 1
                      : static_cast<double>(parameters_loaded) / static_cast<double>(parameters);
  return cat(loaded, " of ", tensors, " tensors, ", fixed(100 * share, share < 1 ? 1 : 0),
             " % of the parameters, ", buffers_loaded, " of ", buffers, " buffers");
}

LoadReport load(torch::nn::Module& network, const std::filesystem::path& file,
                const LoadOptions& options) {
  return load(network, read_weights(file, options.key), options, file.string());
}

LoadReport load(torch::nn::Module& network, WeightsFile file, const LoadOptions& options,
                const std::string& where) {
  LoadReport report;
  report.notes = std::move(file.notes);
  auto state = checkpoint::named_state(network);
  report.tensors = state.size();
  strip_wrappers(file.tensors, state, report.notes);

  FitRules rules{options.heads, options.reinit_head, move_into_trunk(state, file.tensors)};
  if (rules.trunk.empty()) {
    settle_aux(file.tensors, state, report.notes);
  } else {
    rules.reinit_head = false;
    report.notes.push_back(cat("a classifier's weights, for '", rules.trunk,
                               "' alone: its head is left out, the rest of the network keeps its "
                               "own weights"));
  }
  for (auto& sentence : rename_known(file.tensors, state)) report.notes.push_back(sentence);

  reshape_others(file.tensors, state, options);

  Fit fitted = fit(state, file.tensors, rules);
  if (adapt_first_convolution(fitted)) {
    report.notes.push_back(cat("first convolution adapted from 3 to ",
                               fitted.pairs.front().target.size(1), " channels"));
  }
  require_fit(fitted, options.heads, where);
  const std::size_t zeros = check_numbers(fitted, where);
  if (zeros > 0) report.notes.push_back(cat(zeros, " variances of batch norms are 0"));
  if (!fitted.uncounted.empty()) {
    report.notes.push_back(cat(fitted.uncounted.size(), " num_batches_tracked missing: 0"));
  }
  if (!fitted.kept.empty()) {
    report.notes.push_back(
        cat("head (", join(options.heads), "): ", fitted.kept.size(), " tensors keep new weights"));
  }
  torch::NoGradGuard no_grad;
  for (auto& pair : fitted.pairs) pair.target.copy_(pair.source);
  count(report, network, fitted, options.heads);
  return report;
}

}  // namespace carica::weights
