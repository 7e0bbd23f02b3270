#include "analysis/picture_counts.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace carica::analysis {
namespace {

TEST(PictureCounts, ComeBackAsWhatPairedTestsNeed) {
  std::vector<metrics::PictureConfusion> pictures(2, metrics::PictureConfusion(2));
  pictures[0].counts = {8, 1, 0, 2, 4, 3};
  pictures[1].counts = {6, 0, 5, 0, 7, 0};
  const test::TempFolder folder;
  const auto file = folder / "counts/test.safetensors";
  save_counts(FileSystem::real(), file, {"a", "b"}, {"1.png", "2.png"}, pictures);
  const auto loaded = load_counts(file);
  EXPECT_EQ(loaded.ids, (std::vector<std::string>{"1.png", "2.png"}));
  ASSERT_EQ(loaded.counts.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(loaded.counts[i], metrics::overlaps_of(pictures[i])) << i;
  }
}

}  // namespace
}  // namespace carica::analysis
