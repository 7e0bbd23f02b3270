#pragma once

#include <cstdint>
#include <cstdlib>

#include "core/error.h"

namespace carica::fuzz {

/// Runs a reader of weights: it may refuse its bytes as damaged, and nothing else.
template <typename Read>
int read_weights(const Read& reader) {
  try {
    reader();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCorrupt) std::abort();
  }
  return 0;
}

}  // namespace carica::fuzz
