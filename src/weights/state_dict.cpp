#include "weights/state_dict.h"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include "weights/byte_cursor.h"

namespace carica::weights {
namespace {

constexpr int kMostLevels = 4;
constexpr std::size_t kMostCandidates = 64;

/// Keys under which training programs store weights.
constexpr std::string_view kUsualKeys[] = {
    "state_dict",  // torch's own examples, Lightning, timm, mmcv
    "model",       // torchvision's references, timm, detectron
    "model_state_dict",
    "model_state",
    "net",
    "network",
    "weights",
    "ema",
    "model_ema",       // torchvision's references
    "state_dict_ema",  // timm
    "ema_state_dict",
};

/// Prefixes of wrappers around a network.
constexpr std::string_view kPrefixes[] = {
    "module.",     // DataParallel, DistributedDataParallel, AveragedModel
    "_orig_mod.",  // torch.compile
    "model.",      // Lightning
    "net.",       "network.",
};

bool is_state_dict(const PickleTree& tree, const Value& value) {
  bool tensors = false;
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    if (tree[value.items[i]].kind != Kind::kText) return false;
    const Kind kind = tree[value.items[i + 1]].kind;
    if (kind == Kind::kDict && !tree[value.items[i + 1]].items.empty()) return false;
    tensors = tensors || kind == Kind::kTensor;
  }
  return tensors;
}

struct Candidate {
  std::string path;
  std::string key;  // the last of it
  ValueId id;
};

// A dict that was seen is not searched again: values may form cycles.
void search(const PickleTree& tree, const Candidate& at, int level, std::set<ValueId>& seen,
            std::vector<Candidate>& candidates) {
  const Value& value = tree[at.id];
  if (value.kind != Kind::kDict || candidates.size() >= kMostCandidates) return;
  if (!seen.insert(at.id).second) return;
  if (is_state_dict(tree, value)) {
    candidates.push_back(at);
    return;
  }
  if (level == kMostLevels) return;
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    const Value& key = tree[value.items[i]];
    if (key.kind != Kind::kText) continue;
    search(tree,
           {at.path.empty() ? key.text : cat(at.path, ".", key.text), key.text, value.items[i + 1]},
           level + 1, seen, candidates);
  }
}

std::string list(const std::vector<Candidate>& candidates) {
  std::vector<std::string> paths;
  for (const auto& candidate : candidates) {
    paths.push_back(candidate.path.empty() ? "(the whole)" : readable(candidate.path, 100));
  }
  return join(paths);
}

Candidate choose(const std::vector<Candidate>& candidates, const std::string& key,
                 const std::string& where) {
  if (candidates.empty()) {
    refuse(where, "no dict of named tensors in it",
           "in Python: torch.save(model.state_dict(), file)");
  }
  const auto is_usual = [](const Candidate& candidate) {
    return std::ranges::find(kUsualKeys, candidate.key) != std::end(kUsualKeys);
  };
  std::vector<Candidate> fitting;
  if (!key.empty()) {
    std::ranges::copy_if(candidates, std::back_inserter(fitting),
                         [&](const auto& candidate) { return candidate.path == key; });
  } else if (candidates.size() == 1) {
    fitting = candidates;
  } else {
    std::ranges::copy_if(candidates, std::back_inserter(fitting), is_usual);
  }
  if (fitting.size() == 1) return fitting.front();
  const std::string hint = "name one in model.weights_key (or --key)";
  if (!key.empty()) {
    refuse(where,
           cat("no weights under '", readable(key), "'; there are some under ", list(candidates)),
           hint);
  }
  refuse(where,
         cat("several dicts of weights: ", list(fitting.empty() ? candidates : fitting),
             "; one is needed"),
         hint);
}

}  // namespace

StateDict find_state_dict(const PickleTree& tree, const std::string& key,
                          const std::string& where) {
  std::vector<Candidate> candidates;
  std::set<ValueId> seen;
  search(tree, {"", "", tree.root}, 0, seen, candidates);
  const Candidate chosen = choose(candidates, key, where);
  StateDict found;
  found.path = chosen.path;
  std::set<std::string_view> names;
  const auto& items = tree[chosen.id].items;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const std::string& name = tree[items[i]].text;
    if (!names.insert(name).second) {
      refuse(where, cat("'", readable(name), "' occurs twice; each name may occur once"));
    }
    if (!is_utf8(name) || name.empty()) {
      refuse(where, cat("'", readable(name), "' is not a name for a tensor"));
    }
    if (tree[items[i + 1]].kind == Kind::kTensor) {
      found.tensors.emplace_back(name, items[i + 1]);
    } else {
      found.others.push_back(name);
    }
  }
  return found;
}

std::string common_prefix(const checkpoint::NamedTensors& tensors) {
  for (const auto prefix : kPrefixes) {
    const bool all = std::ranges::all_of(
        tensors, [&](const auto& named) { return named.first.starts_with(prefix); });
    if (all && !tensors.empty()) return std::string(prefix);
  }
  return "";
}

std::size_t strip_prefix(checkpoint::NamedTensors& tensors, const std::string& prefix) {
  std::size_t stripped = 0;
  for (auto& [name, tensor] : tensors) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
    name.erase(0, prefix.size());
    ++stripped;
  }
  return stripped;
}

checkpoint::Metadata facts_of(const PickleTree& tree) {
  constexpr std::size_t kMostFacts = 32, kLongestFact = 200;
  checkpoint::Metadata facts;
  const Value& root = tree[tree.root];
  if (root.kind != Kind::kDict) return facts;
  for (std::size_t i = 0; i + 1 < root.items.size() && facts.size() < kMostFacts; i += 2) {
    const Value& key = tree[root.items[i]];
    const Value& value = tree[root.items[i + 1]];
    if (key.kind != Kind::kText || !is_utf8(key.text) || key.text.size() > kLongestFact) continue;
    if (value.kind == Kind::kText && is_utf8(value.text) && value.text.size() <= kLongestFact) {
      facts[key.text] = value.text;
    } else if (value.kind == Kind::kInteger) {
      facts[key.text] = std::to_string(value.integer);
    } else if (value.kind == Kind::kReal) {
      facts[key.text] = number(value.real);
    } else if (value.kind == Kind::kBool) {
      facts[key.text] = value.integer != 0 ? "true" : "false";
    }
  }
  return facts;
}

}  // namespace carica::weights
