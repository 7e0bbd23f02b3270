#include "report/training_figures.h"

#include "expect_error.h"
#include "png_file.h"
#include "report/confusion_table.h"
#include "report/legend.h"
#include "support/failing_file_system.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::PngFile;
using test::TempFolder;

constexpr const char* kResults =
    "epoch,step,lr,train_loss,val_loss,val_top1,val_f1_micro,val_f1_macro,seconds,data_wait_share\n"
    "1,391,0.1,2.1,,,,,12.5,0.01\n"
    "2,782,0.05,1.4,1.5,0.55,0.55,0.5,12.1,0.01\n"
    "3,1173,1e-05,1.1,1.3,0.62,0.62,0.6,12.2,\n";

std::vector<std::string> drawn_from(const TempFolder& folder, const std::string& csv) {
  test::write_text(folder / "results.csv", csv);
  std::vector<std::string> names;
  for (const auto& file :
       draw_training_figures(FileSystem::real(), folder / "results.csv", folder / "figures")) {
    EXPECT_TRUE(std::filesystem::file_size(file) > 1000) << file;
    names.push_back(std::filesystem::relative(file, folder.path()).string());
  }
  return names;
}

TEST(TrainingFigures, AreDrawnAsPngAndSvg) {
  const TempFolder folder;
  EXPECT_THAT(drawn_from(folder, kResults),
              testing::ElementsAre("figures/loss.png", "figures/loss.svg", "figures/metrics.png",
                                   "figures/metrics.svg", "figures/lr.png", "figures/lr.svg"));
  const PngFile loss(folder / "figures/loss.png");
  EXPECT_GT(loss.count(line_style(0).color), 500u);
  EXPECT_GT(loss.count(line_style(1).color), 300u);
}

TEST(TrainingFigures, DrawEqualMetricsAsOneLine) {
  const TempFolder folder;
  drawn_from(folder, kResults);
  const PngFile metrics(folder / "figures/metrics.png");
  EXPECT_GT(metrics.count(line_style(1).color), 300u) << "top1 = f1_micro, f1_macro";
  EXPECT_EQ(metrics.count(line_style(2).color), 0u);
}

TEST(TrainingFigures, DoWithoutMetricsAndWithoutRows) {
  const TempFolder folder;
  EXPECT_EQ(drawn_from(folder, "epoch,step,lr,train_loss,seconds\n1,2,0.1,0.5,1\n").size(), 4u);
  EXPECT_EQ(drawn_from(folder, "epoch,val_miou\n").size(), 6u);
}

TEST(TrainingFigures, NameFileAndLineOfADamagedCell) {
  const TempFolder folder;
  expect_error(ErrorCode::kData,
               "results.csv:3: column val_loss: found \"1.5x\"; must be a number or empty",
               [&] { drawn_from(folder, "epoch,val_loss\n1,\n2,1.5x\n"); });
  expect_error(ErrorCode::kData, "results.csv:2: column seconds: found \"soon\"",
               [&] { drawn_from(folder, "epoch,seconds\n1,soon\n"); });
  expect_error(ErrorCode::kData, "results.csv:3: found 1 fields; the header has 2",
               [&] { drawn_from(folder, "epoch,val_loss\n1,2\n2"); });
  expect_error(ErrorCode::kData, "results.csv:1: columns step, lr; a column \"epoch\"",
               [&] { drawn_from(folder, "step,lr\n1,0.1\n"); });
  EXPECT_FALSE(std::filesystem::exists(folder / "figures")) << "nothing is drawn in part";
}

TEST(TrainingFigures, PassOnWhatTheFileSystemRefuses) {
  const TempFolder folder;
  test::write_text(folder / "results.csv", kResults);
  const auto run = [&](FileSystem& fs) {
    draw_training_figures(fs, folder / "results.csv", folder / "figures");
  };
  test::FailingFileSystem counting({});
  run(counting);
  for (std::int64_t k = 0; k < counting.operations(); ++k) {
    test::FaultPlan plan;
    plan.at = k;
    test::FailingFileSystem failing(plan);
    expect_error(ErrorCode::kIo, "", [&] { run(failing); });
  }
}

std::vector<std::filesystem::path> confusion_from(const TempFolder& folder,
                                                  const std::string& csv) {
  test::write_text(folder / "confusion.csv", csv);
  return draw_confusion_figure(FileSystem::real(), folder / "confusion.csv", folder / "figures");
}

TEST(ConfusionFigure, IsNotForMoreClassesThanFit) {
  EXPECT_TRUE(can_show_confusion("test", 5000));
  testing::internal::CaptureStderr();
  EXPECT_FALSE(can_show_confusion("test", 6000));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("test: 6000 classes; a confusion matrix"),
            std::string::npos);
}

TEST(ConfusionFigure, IsDrawnAsPngAndSvg) {
  const TempFolder folder;
  const auto files =
      confusion_from(folder, "truth,cat,\"dog, small\"\ncat,5,1\n\"dog, small\",0,7\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0], folder / "figures/confusion.png");
  EXPECT_EQ(files[1], folder / "figures/confusion.svg");
  EXPECT_GT(PngFile(files[0]).distinct_colors(), 50u);
}

TEST(ConfusionFigure, NamesFileAndLineOfWhatIsWrong) {
  const TempFolder folder;
  const auto expect_data_error = [&](const std::string& part, const std::string& csv) {
    expect_error(ErrorCode::kData, part, [&] { confusion_from(folder, csv); });
  };
  expect_data_error("confusion.csv:3: column b: found \"-1\"; must be a count",
                    "truth,a,b\na,1,2\nb,3,-1\n");
  expect_data_error("confusion.csv:2: column a: found \"1.5\"", "truth,a,b\na,1.5,2\nb,3,1\n");
  expect_data_error("confusion.csv:2: column a: found \"99999999999999999999\"",
                    "truth,a\na,99999999999999999999\n");
  expect_data_error("confusion.csv:3: row of \"c\"; as in the header it must be \"b\"",
                    "truth,a,b\na,1,2\nc,3,1\n");
  expect_data_error("confusion.csv:2: the file ends after 1 rows; the header names 2 classes",
                    "truth,a,b\na,1,2\n");
  expect_data_error("confusion.csv:1: the file is empty", "");
}

TEST(LabelSetFigure, IsDrawnAsPngAndSvgWithTheBestClassFirst) {
  const TempFolder folder;
  const auto draw_from = [&](const std::string& csv) {
    test::write_text(folder / "per_class.csv", csv);
    return draw_label_set_figure(FileSystem::real(), folder / "per_class.csv", folder / "figures");
  };
  const auto files = draw_from(
      "name,precision,recall,f1,average_precision,support\n"
      "lamp,0,0,0,nan,0\ncat,1,1,1,0.5,3\ndog,1,1,1,0.75,9\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[1], folder / "figures/average_precision.svg");
  EXPECT_GT(PngFile(files[0]).distinct_colors(), 20u);
  expect_error(ErrorCode::kData, "a column \"average_precision\" must be among them",
               [&] { draw_from("name,f1\na,1\n"); });
}

}  // namespace
}  // namespace carica::report
