#include "onnx/export.h"

#include <array>
#include <nlohmann/json.hpp>

#include "analysis/run_place.h"
#include "checkpoint/run_state.h"
#include "cli/command.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/model.h"

namespace carica::cli {

namespace {

struct Options {
  std::string checkpoint, format = "onnx", out, answers = "logits";
  std::vector<std::string> overrides;
  bool fixed_size = false, answers_given = false;
};

onnx::Answers answers_of(const std::string& name) {
  if (name == "probabilities") return onnx::Answers::kProbabilities;
  if (name == "classes") return onnx::Answers::kClasses;
  return onnx::Answers::kLogits;
}

// In the current folder: papaya.onnx of the best weights of a run of this name, papaya-last.onnx of
// others of it; else named as the checkpoint.
std::filesystem::path default_file(const Options& options) {
  const std::filesystem::path given = options.checkpoint;
  const auto checkpoint = analysis::checkpoint_of(given);
  std::string name = checkpoint.stem().string();
  if (std::filesystem::exists(checkpoint)) {
    const auto run = analysis::find_run(given).name();
    if (run != name) name = name == "best" ? run : cat(run, "-", name);
  }
  return name + (options.format == "onnx" ? ".onnx" : ".weights.safetensors");
}

// Found before the checkpoint is read.
void check(const Options& options) {
  const bool onnx = options.format == "onnx";
  const auto refuse = [](const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::kUsage, "export: " + what, hint);
  };
  if (!onnx && (options.answers_given || options.fixed_size)) {
    refuse(cat(options.answers_given ? "--output" : "--fixed-size",
               ": has no meaning for --format safetensors, which holds the weights alone"),
           "leave it out, or --format onnx");
  }
  const std::string other = onnx ? ".safetensors" : ".onnx";
  for (const std::string& ending :
       {other, std::string(".pth"), std::string(".pt"), std::string(".pt2")}) {
    if (!options.out.ends_with(ending)) continue;
    const auto what =
        cat("--out ", options.out, ": ends in ", ending, "; the format is ", options.format);
    if (ending != other) {
      refuse(what, onnx ? "a name that ends in .onnx"
                        : "--out m.safetensors, then carica weights convert m.safetensors m.pth");
    }
    refuse(what, onnx ? "--format safetensors, or a name that ends in .onnx"
                      : "a name that ends in .safetensors, or --format onnx");
  }
  if (std::filesystem::is_directory(options.out)) {
    refuse(cat("--out ", options.out, ": is a folder; must be a file"),
           cat("--out ", (std::filesystem::path(options.out) / default_file(options)).string()));
  }
}

std::string text_of(const std::vector<onnx::Dimension>& dims) {
  std::vector<std::string> texts;
  for (const auto& dim : dims) {
    const auto* size = std::get_if<std::int64_t>(&dim);
    texts.push_back(size != nullptr ? cat(*size) : std::get<std::string>(dim));
  }
  return cat("[", join(texts, ","), "]");
}

void export_onnx(const Options& options, const eval::Model& model,
                 const std::filesystem::path& file, const Invocation& invocation) {
  onnx::ExportOptions settings;
  settings.answers = answers_of(options.answers);
  settings.fixed_size = options.fixed_size;
  const auto exported = onnx::export_graph(model, settings);
  const auto summary = onnx::write_model(FileSystem::real(), file, model, exported);
  const auto &input = exported.graph.inputs.front(), &output = exported.graph.outputs.front();
  const auto from = cat("float", text_of(input.dims)),
             to = cat(output.type == onnx::ElementType::kFloat ? "float" : "int64",
                      text_of(output.dims));
  say(invocation, cat(input.name, " ", from, " -> ", output.name, " ", to, "\n", summary.nodes,
                      " nodes, ", summary.weights, " weights, opset ", onnx::kOpset, "\n"));
  if (exported.size_multiple > 1) {
    say(invocation, cat("height and width: multiples of ", exported.size_multiple, "\n"));
  }
  say_json(invocation, nlohmann::ordered_json{{"file", file.string()},
                                              {"input", from},
                                              {"output", to},
                                              {"nodes", summary.nodes},
                                              {"any_size", exported.any_size},
                                              {"size_multiple", exported.size_multiple}});
}

int run_export(const Options& options, const Invocation& invocation) {
  check(options);
  auto overrides = options.overrides;
  overrides.insert(overrides.begin(),
                   {"device=cpu", "train.precision=fp32", "train.channels_last=off"});
  const auto loaded = eval::load_model(analysis::checkpoint_of(options.checkpoint), overrides);
  const auto file =
      options.out.empty() ? default_file(options) : std::filesystem::path(options.out);
  if (file.has_parent_path()) FileSystem::real().create_directories(file.parent_path());
  if (options.format == "onnx") {
    export_onnx(options, loaded.model, file, invocation);
  } else {
    checkpoint::save_weights(FileSystem::real(), file,
                             checkpoint::named_state(*loaded.model.network),
                             eval::describe(loaded.model), {});
    say_json(invocation, nlohmann::ordered_json{{"file", file.string()}});
  }
  log_info(cat("written: ", file.string()));
  return 0;
}

}  // namespace

void define_export(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("checkpoint", options->checkpoint, "Folder of a run, or a checkpoint")->required();
  app.add_option(
         "--format", options->format,
         "onnx (opset 17), or safetensors: the weights with the names of the Python library")
      ->capture_default_str()
      ->check(CLI::IsMember({"onnx", "safetensors"}));
  app.add_option("--out", options->out, "The file (default: in this folder, named as the run)");
  const auto* answers = app.add_option("--output", options->answers, "onnx: what the network gives")
                            ->capture_default_str()
                            ->check(CLI::IsMember({"logits", "probabilities", "classes"}));
  app.add_flag("--fixed-size", options->fixed_size,
               "onnx: pictures of the training size only; else of any size where the network can");
  add_common_flags(app, invocation);
  app.footer(
      "The input is float[batch,3,height,width] in RGB, normalised; mean, standard deviation and "
      "class names are in\nthe file's metadata. Example: carica export "
      "runs/latest/weights/best.safetensors --out model.onnx --output probabilities");
  app.callback([options, answers, &invocation] {
    options->answers_given = answers->count() > 0;
    invocation.run = [options, &invocation] { return run_export(*options, invocation); };
  });
}

}  // namespace carica::cli
