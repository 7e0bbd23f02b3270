#pragma once

#include <gtest/gtest.h>

#include <string>

#include "checkpoint/run_state.h"
#include "support/text_file.h"

namespace carica::test {

inline void expect_equal_tensors(const checkpoint::NamedTensors& a,
                                 const checkpoint::NamedTensors& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    EXPECT_TRUE(torch::equal(a[i].second, b[i].second)) << a[i].first;
  }
}

/// Everything that a run leaves behind, to the bit.
inline void expect_equal_runs(const std::filesystem::path& a, const std::filesystem::path& b) {
  EXPECT_EQ(read_text(a / "metrics.jsonl"), read_text(b / "metrics.jsonl"));
  EXPECT_EQ(read_text(a / "weights/best.safetensors"), read_text(b / "weights/best.safetensors"));
  std::string reason;
  const auto first = checkpoint::load_last(a / "weights", reason),
             second = checkpoint::load_last(b / "weights", reason);
  expect_equal_tensors(first.model, second.model);
  expect_equal_tensors(first.ema, second.ema);
  expect_equal_tensors(first.optimizer, second.optimizer);
  EXPECT_TRUE(torch::equal(first.cpu_generator, second.cpu_generator));
  EXPECT_EQ(first.progress.step, second.progress.step);
  EXPECT_EQ(first.progress.samples, second.progress.samples);
  EXPECT_EQ(first.progress.best_metric, second.progress.best_metric);
}

}  // namespace carica::test
