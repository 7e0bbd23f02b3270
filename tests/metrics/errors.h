#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

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

/// The message of the Error(kUsage) that `act` throws; "" when it throws none.
inline std::string usage_message(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUsage);
    return error.what();
  }
  return "";
}

}  // namespace carica::metrics
