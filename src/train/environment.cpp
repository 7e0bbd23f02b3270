#include "train/environment.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/text.h"
#include "core/version.h"

namespace carica::train {

std::string environment_json(const eval::Runtime& runtime, const std::string& command_line) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  nlohmann::ordered_json json;
  json["carica"] = kVersion;
  json["torch"] = TORCH_VERSION;
  json["compiler"] = __VERSION__;
  json["command"] = command_line;
  json["folder"] = std::filesystem::current_path().string();
  json["started"] = utc_now();
  json["host"] = host;
  json["cores"] = std::thread::hardware_concurrency();
  json["torch_threads"] = at::get_num_threads();
  json["device"] = runtime.describe();
  json["gpus"] = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace carica::train
