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

}  // namespace carica::models
