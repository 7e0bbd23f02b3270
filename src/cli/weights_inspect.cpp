#include <nlohmann/json.hpp>

#include "cli/weights_commands.h"
#include "core/log.h"
#include "core/text.h"
#include "weights/read.h"
#include "weights/statistics.h"

namespace carica::cli {

namespace {

struct Options {
  std::string file, key;
};

constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;

void pad(std::string& line, std::size_t width) {
  line.resize(std::max(line.size() + 1, width), ' ');
}

std::string type_of(const torch::Tensor& tensor) {
  return lower_case(c10::toString(tensor.scalar_type()));
}

// Five digits are enough to look at.
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.5g", value);
  return text;
}

int inspect(const Options& options, const Invocation& invocation) {
  const auto file = weights::read_weights(options.file, options.key);
  for (const auto& note : file.notes) log_info(cat(options.file, ": ", note));
  std::size_t longest = 0;
  for (const auto& [name, tensor] : file.tensors) longest = std::max(longest, name.size());
  longest = std::min<std::size_t>(longest, 60) + 2;
  std::string head = "name";
  pad(head, longest);
  head += "shape            type      min         max         mean        std\n";
  say(invocation, head);
  auto tensors = nlohmann::ordered_json::array();
  std::int64_t numbers = 0, not_finite = 0;
  std::uint64_t bytes = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const auto statistics = weights::statistics(tensor);
    std::string line = readable(name);
    pad(line, longest);
    line += cat(tensor.sizes());
    pad(line, longest + 17);
    line += type_of(tensor);
    std::size_t width = longest + 27;
    for (const double value : {statistics.min, statistics.max, statistics.mean, statistics.std}) {
      pad(line, width);
      line += short_number(value);
      width += 12;
    }
    if (statistics.not_finite > 0) line += cat("  ", statistics.not_finite, " not finite");
    say(invocation, line + "\n");
    tensors.push_back({{"name", name},
                       {"shape", tensor.sizes().vec()},
                       {"type", type_of(tensor)},
                       {"min", statistics.min},
                       {"max", statistics.max},
                       {"mean", statistics.mean},
                       {"std", statistics.std},
                       {"not_finite", statistics.not_finite}});
    numbers += tensor.numel();
    not_finite += statistics.not_finite;
    bytes += tensor.nbytes();
  }
  if (!file.metadata.empty()) say(invocation, "\n");
  for (const auto& [key, value] : file.metadata) {
    say(invocation, cat(readable(key), ": ", readable(value), "\n"));
  }
  say(invocation, cat("\n", file.tensors.size(), " tensors, ", numbers, " numbers, ",
                      byte_size(bytes), ", format ", file.format, "\n"));
  if (not_finite > 0) log_warning(cat(options.file, ": ", not_finite, " numbers are not finite"));
  say_json(invocation, nlohmann::ordered_json{{"format", file.format},
                                              {"notes", file.notes},
                                              {"metadata", file.metadata},
                                              {"count", file.tensors.size()},
                                              {"numbers", numbers},
                                              {"not_finite", not_finite},
                                              {"bytes", bytes},
                                              {"tensors", tensors}}
                           .dump(-1, ' ', false, kReplace));
  return 0;
}

}  // namespace

void define_weights_inspect(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("file", options->file, ".safetensors, .pth, .pt or .pth.tar")->required();
  app.add_option("--key", options->key, "The dict of weights in a file that has several");
  add_common_flags(app, invocation);
  app.footer(
      "Nothing of the file is run. min, max, mean and std are of the finite numbers.\n\n"
      "Example: carica weights inspect resnet18-f37072fd.pth");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return inspect(*options, invocation); };
  });
}

}  // namespace carica::cli
