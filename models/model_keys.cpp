#include "models/model_keys.h"

#include "core/text.h"

namespace carica::models {

Error config_error(const std::string& message, std::string hint) {
  return Error(ErrorCode::kConfig, message, std::move(hint));
}

Error unknown(const std::string& key, const std::string& value,
              const std::vector<std::string>& known) {
  const auto near = nearest(value, known);
  return config_error(cat(key, " = ", value, ": unknown; ",
                          near ? cat("nearest: ", *near, "; ") : "", "known: ", join(known)));
}

void refuse(bool is_set, const BuildOptions& options, const std::string& key,
            const std::string& who_has_one) {
  if (is_set) {
    throw config_error(cat("model.", key, ": has no meaning for ", options.model.name,
                           "; leave it out (", who_has_one, ")"));
  }
}

void refuse_segmenter_keys(const BuildOptions& options, const SegmenterKeys& has) {
  const config::ModelConfig& model = options.model;
  const std::string with_aux = "fcn_* and deeplabv3_* have one";
  refuse(!has.aux && model.aux != "auto", options, "aux", with_aux);
  refuse(!has.aux && model.aux_weight != config::ModelConfig{}.aux_weight, options, "aux_weight",
         with_aux);
  refuse(!has.output_stride && model.output_stride != 0, options, "output_stride",
         "deeplabv3plus_* have one");
}

}  // namespace carica::models
