#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>

#include "core/error.h"

namespace carica::fuzz {

/// Runs a reader: it may refuse its bytes as bad data, and nothing else.
template <typename Read>
int read(const Read& reader) {
  try {
    reader();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kData) std::abort();
  }
  return 0;
}

}  // namespace carica::fuzz
