#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/weights_commands.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "weights/read.h"
#include "weights/state_dict.h"
#include "weights/torch_writer.h"

namespace carica::cli {

namespace {

struct Options {
  std::string in, out, key, dtype, prefix;
};

constexpr std::pair<std::string_view, torch::ScalarType> kTypes[] = {
    {"fp32", torch::kFloat32}, {"fp16", torch::kFloat16}, {"bf16", torch::kBFloat16}};

// What was finite must stay so: fp16 ends at 65,504, fp32 and bf16 at 3.4e38.
torch::Tensor cast(const std::string& name, const torch::Tensor& tensor, torch::ScalarType type,
                   const Options& options) {
  if (!tensor.is_floating_point()) return tensor;
  const auto result = tensor.to(type);
  if (result.isfinite().eq(tensor.isfinite()).all().item<bool>()) return result;
  const std::string keep = "without --dtype the numbers stay as they are";
  throw Error(
      ErrorCode::kNumeric,
      cat(options.in, ": tensor '", readable(name), "' has numbers too large for ", options.dtype),
      type == torch::kFloat16 ? cat("--dtype bf16 reaches 3.4e38; ", keep) : keep);
}

// Two names may become one when a prefix comes off: a and module.a.
void require_distinct(const checkpoint::NamedTensors& tensors, const Options& options) {
  std::set<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    if (names.insert(name).second) continue;
    throw Error(
        ErrorCode::kUsage,
        cat(options.in, ": --strip-prefix ", options.prefix, ": '", readable(name),
            "' would occur twice; each name may occur once"),
        cat("the file holds it with the prefix and without: carica weights inspect ", options.in));
  }
}

// What a file says that holds of its numbers in another file, too: not its checksums, nor where a
// run stood; and what carica says of their network only under their own names.
checkpoint::Metadata kept_metadata(const weights::WeightsFile& file, bool renamed) {
  constexpr std::string_view kOwn = "carica.";
  constexpr std::string_view kOfNetwork[] = {"carica.format", "carica.kind", "carica.description"};
  const bool describes = file.format == "safetensors" && !renamed;
  checkpoint::Metadata kept;
  for (const auto& [key, value] : file.metadata) {
    const bool own = key.starts_with(kOwn);
    const bool of_network = std::ranges::find(kOfNetwork, key) != std::end(kOfNetwork);
    if ((own && !(describes && of_network)) || !is_utf8(key) || !is_utf8(value)) continue;
    kept[key] = key == "carica.kind" ? "weights" : value;
  }
  kept["format"] = "pt";
  return kept;
}

int convert(const Options& options, const Invocation& invocation) {
  const bool torch_file = options.out.ends_with(".pth") || options.out.ends_with(".pt");
  if (!torch_file && !options.out.ends_with(".safetensors")) {
    throw Error(ErrorCode::kUsage,
                cat("weights convert: ", options.out, ": must end in .safetensors or .pth"),
                "the ending says in which form to write");
  }
  auto file = weights::read_weights(options.in, options.key);
  for (const auto& note : file.notes) log_info(cat(options.in, ": ", note));
  if (!options.prefix.empty()) {
    const auto count = weights::strip_prefix(file.tensors, options.prefix);
    if (count == 0) {
      throw Error(ErrorCode::kUsage, cat("weights convert: --strip-prefix ", options.prefix,
                                         ": no name begins with it"));
    }
    require_distinct(file.tensors, options);
    log_info(cat("prefix '", options.prefix, "' taken off ", count, " names"));
  }
  const auto type =
      std::ranges::find(kTypes, options.dtype, [](const auto& row) { return row.first; });
  std::uint64_t bytes = 0;
  for (auto& [name, tensor] : file.tensors) {
    if (type != std::end(kTypes)) tensor = cast(name, tensor, type->second, options);
    bytes += tensor.nbytes();
  }
  AtomicFile out(FileSystem::real(), options.out);
  if (torch_file) {
    weights::write_torch(out, file.tensors);
  } else {
    checkpoint::write_safetensors(out, file.tensors,
                                  kept_metadata(file, /*renamed=*/!options.prefix.empty()));
  }
  out.commit();
  say(invocation,
      cat(file.tensors.size(), " tensors, ", byte_size(bytes), " -> ", options.out, "\n"));
  say_json(invocation,
           nlohmann::ordered_json{
               {"tensors", file.tensors.size()}, {"bytes", bytes}, {"files", {options.out}}}
               .dump());
  return 0;
}

}  // namespace

void define_weights_convert(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("in", options->in, ".safetensors, .pth, .pt or .pth.tar")->required();
  app.add_option("out", options->out, ".safetensors, or .pth as torch.save writes it")->required();
  app.add_option("--key", options->key, "The dict of weights in a file that has several");
  app.add_option("--strip-prefix", options->prefix, "Taken off the names that begin with it");
  app.add_option("--dtype", options->dtype, "Type of the float tensors; as they are when left out")
      ->check(CLI::IsMember({"fp32", "fp16", "bf16"}));
  add_common_flags(app, invocation);
  app.footer(
      "Example: carica weights convert checkpoint.pth.tar weights.safetensors --strip-prefix "
      "module.");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return convert(*options, invocation); };
  });
}

}  // namespace carica::cli
