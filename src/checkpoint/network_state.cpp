// named_state, copy_state and copy_tensors of run_state.h.
#include <torch/utils.h>

#include <map>

#include "checkpoint/header.h"
#include "checkpoint/run_state.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::checkpoint {
namespace {

void append_state(const torch::nn::Module& module, const std::string& prefix,
                  NamedTensors& result) {
  for (const auto& item : module.named_parameters(/*recurse=*/false)) {
    if (item.value().defined()) result.emplace_back(prefix + item.key(), item.value());
  }
  for (const auto& item : module.named_buffers(/*recurse=*/false)) {
    if (item.value().defined()) result.emplace_back(prefix + item.key(), item.value());
  }
  for (const auto& child : module.named_children()) {
    append_state(*child.value(), prefix + child.key() + ".", result);
  }
}

/// "2 missing (a, b)", "7 missing (a, b, c, d, e and 2 more)", or nothing.
void append_problem(std::vector<std::string>& problems, const char* kind,
                    const std::vector<std::string>& names) {
  if (names.empty()) return;
  problems.push_back(cat(names.size(), " ", kind, " (", join_few(names), ")"));
}

}  // namespace

NamedTensors named_state(const torch::nn::Module& network) {
  NamedTensors result;
  append_state(network, "", result);
  return result;
}

void copy_state(torch::nn::Module& network, const NamedTensors& tensors, const std::string& where) {
  copy_tensors(named_state(network), tensors, where);
}

void copy_tensors(const NamedTensors& into, const NamedTensors& from, const std::string& where) {
  std::map<std::string, torch::Tensor> given;
  std::vector<std::string> missing, unexpected, wrong_shape, wrong_type;
  for (const auto& [name, tensor] : from) {
    if (!given.emplace(name, tensor).second) unexpected.push_back(quoted_name(name));
  }
  NamedTensors pairs_from;
  for (const auto& [name, target] : into) {
    const auto found = given.find(name);
    if (found == given.end()) {
      missing.push_back(quoted_name(name));
      continue;
    }
    const torch::Tensor source = found->second;
    given.erase(found);
    if (source.sizes() != target.sizes()) {
      wrong_shape.push_back(
          cat(quoted_name(name), ": ", source.sizes(), ", expected ", target.sizes()));
    } else if (source.is_floating_point() != target.is_floating_point()) {
      wrong_type.push_back(
          cat(quoted_name(name), ": ", source.scalar_type(), ", expected ", target.scalar_type()));
    }
    pairs_from.emplace_back(name, source);
  }
  for (const auto& [name, tensor] : given) unexpected.push_back(quoted_name(name));

  std::vector<std::string> problems;
  append_problem(problems, "missing", missing);
  append_problem(problems, "unexpected", unexpected);
  append_problem(problems, "of wrong shape", wrong_shape);
  append_problem(problems, "of wrong type", wrong_type);
  if (!problems.empty()) {
    throw Error(ErrorCode::kCorrupt,
                cat(where, ": tensors that do not fit: ", join(problems, "; "),
                    "; every name and shape must match"),
                "the file belongs to another architecture, optimizer or number of classes");
  }
  torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < into.size(); ++i) {
    torch::Tensor target = into[i].second;
    target.copy_(pairs_from[i].second);
  }
}

}  // namespace carica::checkpoint
