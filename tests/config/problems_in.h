#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "core/error.h"

namespace carica::test {

/// What is wrong with a text that stands for the file x.yaml: the message of the Error(kConfig), ""
/// when nothing is.
inline std::string problems_in(std::string_view yaml,
                               const std::vector<std::string>& overrides = {}) {
  try {
    config::parse(yaml, "x.yaml", overrides);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
}

/// The same of a file.
inline std::string problems_in_file(const std::filesystem::path& file,
                                    const std::vector<std::string>& overrides = {}) {
  try {
    config::load(file, overrides);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
}

}  // namespace carica::test
