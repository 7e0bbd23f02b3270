#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "core/error.h"

namespace carica::metrics {

/// The code of the Error that `act` throws; none, and a failure, when it throws none.
inline std::optional<ErrorCode> refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return std::nullopt;
}

}  // namespace carica::metrics
