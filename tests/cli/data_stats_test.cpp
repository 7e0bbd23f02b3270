#include "carica_program.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DataStats : public CaricaProgram {};

TEST_F(DataStats, GiveCountsWeightsAndMeans) {
  const auto result = carica({"data", "stats", "classify.yaml", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = last_line(result.out);
  EXPECT_THAT(json["classes"], ElementsAre("not_sweet", "sweet"));
  const auto& train = json["splits"]["train"];
  EXPECT_THAT(train["counts"], ElementsAre(15, 13));
  EXPECT_EQ(train["width"]["median"], 32);
  EXPECT_EQ(train["width"]["histogram"][0]["count"], 28);
  EXPECT_EQ(json["pixels"], 28 * 32 * 32);
  // As scikit-learn 1.9.1: compute_class_weight("balanced", classes=[0, 1], y=[0] * 15 + [1] * 13).
  EXPECT_NEAR(json["class_weights"]["inverse"][0], 0.9333333333333333, 1e-15);
  EXPECT_NEAR(json["class_weights"]["inverse"][1], 1.0769230769230769, 1e-15);
  EXPECT_THAT(json["normalize"].get<std::string>(), HasSubstr("Normalize: {mean: [0."));
}

TEST_F(DataStats, NormalizeLineIsTakenByTheConfig) {
  const auto json = last_line(carica({"data", "stats", "classify.yaml", "--json"}).out);
  const auto list = "=[{" + json["normalize"].get<std::string>() + "}]";
  const auto result = carica(
      {"config", "check", "classify.yaml", "transforms.train" + list, "transforms.eval" + list});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(DataStats, WriteFiguresAndNumbers) {
  const auto result = carica({"data", "stats", "segment.yaml", "--out", "stats"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("median_frequency"));
  for (const char* name : {"class_distribution", "sizes", "aspect_ratios"}) {
    for (const char* ending : {".png", ".svg"}) {
      EXPECT_TRUE(std::filesystem::exists(folder_ / "stats" / (std::string(name) + ending)));
    }
  }
  const auto json = nlohmann::json::parse(read_text(folder_ / "stats/stats.json"));
  std::int64_t pixels = 0;
  for (const auto& count : json["splits"]["val"]["counts"]) pixels += count.get<std::int64_t>();
  EXPECT_EQ(pixels, 4 * 32 * 32);
}

TEST_F(DataStats, LeaveBadFilesOutWithAWarning) {
  std::filesystem::copy(papayas(), folder_ / "set", std::filesystem::copy_options::recursive);
  write_text(folder_ / "set/images/0003.jpg", "");
  const auto result = carica({"data", "stats", "classify.yaml", "data.root=set", "--json"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("0003.jpg: is empty (0 bytes)"));
  // The weights are those of the counts beside them.
  const auto json = last_line(result.out);
  const auto& counts = json["splits"]["train"]["counts"];
  const double first = counts[0], second = counts[1];
  EXPECT_EQ(first + second, 27);
  EXPECT_NEAR(json["class_weights"]["inverse"][0], 27 / (2 * first), 1e-12);
  EXPECT_NEAR(json["class_weights"]["inverse"][1], 27 / (2 * second), 1e-12);
}

TEST_F(DataStats, EndWithAnErrorWhereNothingOfASplitCanBeRead) {
  std::filesystem::copy(papayas(), folder_ / "set", std::filesystem::copy_options::recursive);
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "set/images")) {
    write_text(file.path(), "");
  }
  const auto result = carica({"data", "stats", "classify.yaml", "data.root=set"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("error: train: none of 28 samples can be read"));
}

TEST_F(DataStats, GiveNoWeightsWhereSamplesHaveSeveralLabels) {
  std::string table = "path,label\n";
  for (const char* row : {"0001.jpg,x|y", "0002.jpg,x|y", "0003.jpg,x", "0004.jpg,x"}) {
    table += std::string("images/") + row + "\n";
  }
  std::filesystem::copy(papayas(), folder_ / "set", std::filesystem::copy_options::recursive);
  write_text(folder_ / "set/table.csv", table);
  const auto result =
      carica({"data", "stats", "classify.yaml", "data={format: csv, root: set, csv: table.csv}",
              "data.split={train: 1, val: 0, test: 0}", "loss={bce: {}}"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("inverse")));
  EXPECT_THAT(result.out, HasSubstr("100.00%"));
  EXPECT_THAT(result.out, HasSubstr("50.00%"));
}

TEST_F(DataStats, SayThatShardsAreNotRead) {
  const auto result =
      carica({"data", "stats", "classify.yaml", "data.cache=shards", "data.shards=none"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("are read, not data.shards"));
}

}  // namespace
}  // namespace carica::test
