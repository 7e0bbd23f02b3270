#pragma once

#include <gmock/gmock.h>

#include <string>

#include "core/error.h"

namespace carica::test {

/// Expects `call` to throw Error with this code and a message that contains `part`.
template <typename Call>
void expect_error(ErrorCode code, const std::string& part, Call call) {
  try {
    call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), testing::HasSubstr(part));
  }
}

}  // namespace carica::test
