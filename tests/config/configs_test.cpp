#include <algorithm>
#include <filesystem>
#include <vector>

#include "problems_in.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::test {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigs = fs::path(CARICA_SOURCE_DIR) / "configs";

std::vector<fs::path> configs() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kConfigs)) {
    const bool palette = entry.path().parent_path().filename() == "palettes";
    if (entry.path().extension() == ".yaml" && !palette) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Configs, AllLoad) {
  EXPECT_GE(configs().size(), 8u);
  for (const fs::path& file : configs()) {
    EXPECT_EQ(problems_in_file(file), "");
  }
}

TEST(Configs, BeginWithCommandTimeAndMetric) {
  for (const fs::path& file : configs()) {
    if (file.parent_path().filename() == "base") continue;
    const std::string name = file.lexically_relative(CARICA_SOURCE_DIR).string();
    const auto text = read_text(file);
    // What has outputs of other classes can be evaluated only.
    const std::string command = config::load(file).model.outputs.empty() ? "train " : "eval ";
    EXPECT_THAT(text, testing::StartsWith("# carica " + command + name + "\n# Expected time: "));
    EXPECT_THAT(read_text(file), testing::HasSubstr("\n# Expected metric: "));
  }
}

TEST(Configs, SayWhatTheyAreMeantTo) {
  const auto papaya = config::load(kConfigs / "papaya/classify.yaml");
  EXPECT_EQ(papaya.loss, std::vector<config::LossTerm>{config::BceLoss{}});
  EXPECT_EQ(papaya.optim.lr, 1e-3);
  const auto camvid = config::load(kConfigs / "camvid/unet.yaml");
  EXPECT_EQ(camvid.task, config::Task::kSegment);
  EXPECT_EQ(camvid.data.classes.size(), 11u);
  EXPECT_EQ(camvid.data.mask.ignore_index, 11);
  const auto cifar = config::load(kConfigs / "cifar10/resnet18.yaml");
  EXPECT_EQ(cifar.model.stem, "cifar");
  EXPECT_EQ(cifar.optim.name, "sgd");
}

}  // namespace
}  // namespace carica::test
