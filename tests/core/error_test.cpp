#include "core/error.h"

#include <gtest/gtest.h>

namespace carica {
namespace {

TEST(Error, CarriesItsCodeMessageAndHint) {
  try {
    throw Error(ErrorCode::kData, "a.jpg: truncated", "fetch it again");
  } catch (const std::exception& caught) {
    const auto& error = dynamic_cast<const Error&>(caught);
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_STREQ(error.what(), "a.jpg: truncated");
    EXPECT_EQ(error.hint(), "fetch it again");
  }
}

TEST(Error, GivesTheDocumentedExitCodes) {
  EXPECT_EQ(exit_code(ErrorCode::kShape), 1);
  EXPECT_EQ(exit_code(ErrorCode::kIo), 1);
  EXPECT_EQ(exit_code(ErrorCode::kUsage), 2);
  EXPECT_EQ(exit_code(ErrorCode::kConfig), 2);
  EXPECT_EQ(exit_code(ErrorCode::kData), 3);
  EXPECT_EQ(exit_code(ErrorCode::kCorrupt), 4);
  EXPECT_EQ(exit_code(ErrorCode::kNumeric), 5);
  EXPECT_EQ(exit_code(ErrorCode::kBusy), 6);
  EXPECT_EQ(exit_code(ErrorCode::kInterrupted), 130);
}

}  // namespace
}  // namespace carica
