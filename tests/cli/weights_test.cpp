#include "carica_program.h"
#include "core/text.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

/// A .safetensors of tensors with one number each: the header's entries, and the numbers.
template <typename Number>
std::string tensor_file(const std::vector<std::pair<std::string, Number>>& tensors) {
  std::string header, bytes;
  for (const auto& [name, value] : tensors) {
    header += cat(header.empty() ? "{" : ",", "\"", name, "\":{\"dtype\":\"F", 8 * sizeof(Number),
                  "\",\"shape\":[1],\"data_offsets\":[", bytes.size(), ",",
                  bytes.size() + sizeof(Number), "]}");
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(Number));
  }
  header += "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + header + bytes;
}

/// `carica weights`, and training that starts from files.
class WeightsCommand : public CaricaProgram {
 protected:
  void SetUp() override {
    CaricaProgram::SetUp();
    ASSERT_EQ(
        carica({"train", "classify.yaml", "--quiet", "train.epochs=1", "name=done"}).exit_code, 0);
  }
  std::string best() const {
    return (folder_ / "runs/classify/done/weights/best.safetensors").string();
  }
};

TEST_F(WeightsCommand, InspectConvertAndDiffAgree) {
  const auto inspected = carica({"weights", "inspect", best(), "--json"});
  ASSERT_EQ(inspected.exit_code, 0) << inspected.err;
  const auto json = last_line(inspected.out);
  EXPECT_GT(json["count"].get<int>(), 4);
  EXPECT_EQ(json["not_finite"], 0);

  ASSERT_EQ(carica({"weights", "convert", best(), "a.pth"}).exit_code, 0);
  EXPECT_EQ(carica({"weights", "diff", best(), "a.pth"}).exit_code, 0);
  ASSERT_EQ(carica({"weights", "convert", "a.pth", "b.safetensors", "--dtype", "bf16"}).exit_code,
            0);
  const auto differ = carica({"weights", "diff", best(), "b.safetensors"});
  EXPECT_EQ(differ.exit_code, 8) << differ.err;
  EXPECT_THAT(differ.out, HasSubstr("other types"));
  EXPECT_EQ(carica({"weights", "convert", "a.pth", "b.txt"}).exit_code, 2);
  EXPECT_EQ(carica({"weights", "inspect", "classify.yaml"}).exit_code, 4);
}

TEST_F(WeightsCommand, ConvertSaysWhichTypeIsTooSmall) {
  write_text(folder_ / "f64.safetensors", tensor_file<double>({{"a", 1e39}}));
  write_text(folder_ / "f32.safetensors", tensor_file<float>({{"a", 3.4028e38F}}));
  const auto refused = [&](const std::string& file, const std::string& type) {
    const auto result = carica({"weights", "convert", file, "o.safetensors", "--dtype", type});
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_THAT(result.err, HasSubstr(cat(file, ": tensor 'a' has numbers too large for ", type)));
    return result.err;
  };
  const std::string other = "--dtype bf16 reaches";
  EXPECT_THAT(refused("f64.safetensors", "fp32"), testing::Not(HasSubstr(other)));
  EXPECT_THAT(refused("f32.safetensors", "bf16"), testing::Not(HasSubstr(other)));
  EXPECT_THAT(refused("f32.safetensors", "fp16"), HasSubstr(other));
}

TEST_F(WeightsCommand, ConvertKeepsWhatTheFileSaysOfItsNetwork) {
  const auto last = std::filesystem::path(best()).parent_path() / "last.safetensors";
  for (const auto& file : {best(), last.string()}) {
    ASSERT_EQ(carica({"weights", "convert", file, "b.safetensors", "--dtype", "bf16"}).exit_code,
              0);
    const auto result = carica({"eval", "b.safetensors", "--out", "judged", "--quiet"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  const auto metadata = [&](const std::string& file) {
    return last_line(carica({"weights", "inspect", file, "--json"}).out)["metadata"];
  };
  ASSERT_EQ(carica({"weights", "convert", best(), "b.safetensors"}).exit_code, 0);
  EXPECT_EQ(metadata("b.safetensors"), metadata(best()));
  ASSERT_EQ(carica({"weights", "convert", last.string(), "b.safetensors"}).exit_code, 0);
  EXPECT_FALSE(metadata("b.safetensors").contains("carica.progress"));
  // Other names are another network's.
  ASSERT_EQ(
      carica({"weights", "convert", best(), "b.safetensors", "--strip-prefix", "f"}).exit_code, 0);
  EXPECT_FALSE(metadata("b.safetensors").contains("carica.description"));
  EXPECT_TRUE(metadata("b.safetensors").contains("epoch"));
}

TEST_F(WeightsCommand, ConvertRefusesNamesThatBecomeOne) {
  write_text(folder_ / "twice.safetensors", tensor_file<float>({{"a", 1}, {"module.a", 2}}));
  const auto result = carica(
      {"weights", "convert", "twice.safetensors", "o.safetensors", "--strip-prefix", "module."});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("twice.safetensors: --strip-prefix module.: 'a' would occur"));
  EXPECT_THAT(result.err, HasSubstr("hint: "));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "o.safetensors"));
}

TEST_F(WeightsCommand, TrainingStartsFromAPth) {
  ASSERT_EQ(carica({"weights", "convert", best(), "a.pth"}).exit_code, 0);
  const auto same = carica({"train", "classify.yaml", "train.epochs=1", "model.weights=a.pth"});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_THAT(same.err, HasSubstr("weights: started from a.pth: "));
  EXPECT_THAT(same.err, HasSubstr("100 % of the parameters"));
  const auto new_head = carica(
      {"train", "classify.yaml", "train.epochs=1", "model.weights=a.pth", "model.head=reinit"});
  EXPECT_EQ(new_head.exit_code, 0) << new_head.err;
  EXPECT_THAT(new_head.err, HasSubstr("keep new weights"));
  const auto wrong =
      carica({"train", "classify.yaml", "train.epochs=1", "model.weights=a.pth", "loss=bce"});
  EXPECT_EQ(wrong.exit_code, 4) << wrong.err;
  EXPECT_THAT(wrong.err, HasSubstr("model.head=reinit"));
}

TEST_F(WeightsCommand, PretrainedThatIsMissingSaysWhereToGetIt) {
  const auto result = carica({"train", "classify.yaml", "model.name=resnet18",
                              "model.pretrained=imagenet", "model.head=reinit"});
  EXPECT_EQ(result.exit_code, 4) << result.err;
  EXPECT_THAT(result.err, HasSubstr("https://download.pytorch.org/models/resnet18-f37072fd.pth"));
  EXPECT_THAT(result.err, HasSubstr("scripts/fetch_weights.sh resnet18"));
  EXPECT_EQ(carica({"weights", "pretrained", "resnet18", "--weights", "imagenet"}).exit_code, 0);
}

}  // namespace
}  // namespace carica::test
