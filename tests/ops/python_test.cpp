#include "support/python.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace carica::test {
namespace {

TEST(SlowOpsFromPython, PassTorchsOwnChecksAndCompile) {
  const TempFolder folder;
  if (!python_has(folder.path(), "torch, numpy")) GTEST_SKIP() << "no Python with torch and numpy";
  EXPECT_EQ(run_python_file(CARICA_OPS_CHECK, CARICA_OPS_LIBRARY), 0);
}

}  // namespace
}  // namespace carica::test
