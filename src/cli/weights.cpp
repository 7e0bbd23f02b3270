#include "cli/command.h"
#include "cli/weights_commands.h"

namespace carica::cli {

void define_weights(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  define_weights_inspect(
      *app.add_subcommand("inspect", "List the tensors of a file and what their numbers are like"),
      invocation);
  define_weights_convert(
      *app.add_subcommand("convert", "Write a file anew as .safetensors or .pth"), invocation);
  define_weights_diff(*app.add_subcommand("diff", "Compare the tensors of two files"), invocation);
  define_weights_pretrained(
      *app.add_subcommand("pretrained", "List published weights, and where their files belong"),
      invocation);
}

}  // namespace carica::cli
