// carica export: files for other programs.
#include "carica_program.h"

namespace carica::test {
namespace {

using ::testing::HasSubstr;

class Export : public CaricaProgram {};

TEST_F(Export, MakesItsFolder) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  EXPECT_EQ(carica({"export", "runs/latest", "--out", "new/model.onnx"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "new/model.onnx"));
}

TEST_F(Export, SaysWhatItCannotDo) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto refused = [&](const std::vector<std::string>& more, const std::string& said) {
    std::vector<std::string> words = {"export", "runs/latest"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = carica(words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(said));
    EXPECT_THAT(result.err, HasSubstr("hint: "));
  };
  refused({"--format", "safetensors", "--output", "classes"}, "--output: has no meaning");
  refused({"--format", "safetensors", "--fixed-size"}, "--fixed-size: has no meaning");
  refused({"--format", "safetensors", "--out", "x.onnx"}, "--out x.onnx: ends in .onnx");
  refused({"--out", "x.safetensors"}, "--out x.safetensors: ends in .safetensors");
  for (const std::string file : {"x.pth", "x.pt", "x.pt2"}) {
    refused({"--out", file}, "--out " + file + ": ends in .p");
    refused({"--format", "safetensors", "--out", file}, "the format is safetensors");
  }
  refused({"--out", "runs"}, "--out runs: is a folder; must be a file");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x.onnx"));
}

TEST_F(Export, NamesFilesAsTheRun) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  EXPECT_EQ(carica({"export", "runs/latest", "--format", "safetensors"}).exit_code, 0);
  EXPECT_EQ(carica({"export", "runs/classify/small"}).exit_code, 0);
  EXPECT_EQ(carica({"export", "runs/latest/weights/last.safetensors"}).exit_code, 0);
  std::filesystem::copy(folder_ / "runs/latest/weights/best.safetensors",
                        folder_ / "mine.safetensors");
  EXPECT_EQ(carica({"export", "mine.safetensors"}).exit_code, 0);
  for (const char* file :
       {"small.weights.safetensors", "small.onnx", "small-last.onnx", "mine.onnx"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / file)) << file;
  }
}

}  // namespace
}  // namespace carica::test
