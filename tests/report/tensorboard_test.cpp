#include "report/tensorboard.h"

#include <chrono>
#include <cmath>
#include <protozero/pbf_message.hpp>

#include "core/text.h"
#include "data/images/image_io.h"
#include "expect_error.h"
#include "report/crc32c.h"
#include "support/failing_file_system.h"
#include "support/python.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::TempFolder;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  return value;
}

/// The messages of a TFRecord file; a wrong frame fails the test.
std::vector<std::string> records(const std::filesystem::path& file) {
  const std::string text = test::read_text(file);
  std::string_view rest = text;
  std::vector<std::string> found;
  while (!rest.empty()) {
    const std::uint64_t length = rest.size() < 16 ? 0 : little_endian(rest.substr(0, 8));
    if (rest.size() < 16 || rest.size() - 16 < length) {
      ADD_FAILURE() << "short record";
      break;
    }
    EXPECT_EQ(little_endian(rest.substr(8, 4)), masked_crc32c(rest.substr(0, 8)));
    EXPECT_EQ(little_endian(rest.substr(12 + length, 4)), masked_crc32c(rest.substr(12, length)));
    found.emplace_back(rest.substr(12, length));
    rest.remove_prefix(16 + length);
  }
  return found;
}

struct Point {
  double wall_time = 0;
  std::int64_t step = 0;
  std::string file_version, tag;
  float value = 0;
};

Point decode(const std::string& event) {
  Point point;
  for (protozero::pbf_reader reader(event); reader.next();) {
    switch (reader.tag()) {
      case 1:
        point.wall_time = reader.get_double();
        break;
      case 2:
        point.step = reader.get_int64();
        break;
      case 3:
        point.file_version = reader.get_string();
        break;
      case 5: {
        protozero::pbf_reader summary = reader.get_message();
        EXPECT_TRUE(summary.next(1));
        for (protozero::pbf_reader value = summary.get_message(); value.next();) {
          if (value.tag() == 1)
            point.tag = value.get_string();
          else if (value.tag() == 2)
            point.value = value.get_float();
          else
            ADD_FAILURE() << "unknown field " << value.tag();
        }
        break;
      }
      default:
        ADD_FAILURE() << "unknown field " << reader.tag();
    }
  }
  return point;
}

std::string small_png() {
  data::Picture picture;
  picture.size = {2, 3};
  picture.pixels.assign(18, 200);
  const auto bytes = data::encode_png(picture);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::filesystem::path> files_in(const TempFolder& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    files.push_back(entry.path());
  }
  return files;
}

TEST(EventWriter, WritesTheVersionAndThenThePoints) {
  const TempFolder folder;
  EventWriter writer(FileSystem::real(), folder.path());
  writer.scalar("epoch/train_loss", 0.25, 391);
  writer.scalar("lr", -1e-5, std::int64_t{1} << 40);
  writer.scalar("broken", NAN, 0);
  writer.flush();

  const auto files = files_in(folder);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_TRUE(files[0].filename().string().starts_with("events.out.tfevents."));
  const auto events = records(files[0]);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(decode(events[0]).file_version, "brain.Event:2");
  const Point loss = decode(events[1]), lr = decode(events[2]);
  EXPECT_EQ(loss.tag, "epoch/train_loss");
  EXPECT_EQ(loss.value, 0.25f);
  EXPECT_EQ(loss.step, 391);
  EXPECT_EQ(lr.value, -1e-5f);
  EXPECT_EQ(lr.step, std::int64_t{1} << 40);
  EXPECT_TRUE(std::isnan(decode(events[3]).value));
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(loss.wall_time, now, 60);
}

TEST(EventWriter, AddsAFileOfItsOwnEachTime) {
  const TempFolder folder;
  for (int i = 0; i < 3; ++i) EventWriter(FileSystem::real(), folder.path()).scalar("a", i, i);
  const auto files = files_in(folder);
  ASSERT_EQ(files.size(), 3u);
  for (const auto& file : files) EXPECT_EQ(records(file).size(), 2u);
}

TEST(EventWriter, TakesBackWhatCameAfterASave) {
  const TempFolder folder;
  EventWriter writer(FileSystem::real(), folder.path());
  writer.restart(101);
  writer.flush();
  const auto found = records(files_in(folder).front());
  ASSERT_EQ(found.size(), 2U);
  std::int64_t step = 0;
  std::int32_t status = 0;
  for (protozero::pbf_reader event(found[1]); event.next();) {
    if (event.tag() == 2) {
      step = event.get_int64();
    } else if (event.tag() == 7) {
      protozero::pbf_reader session = event.get_message();
      ASSERT_TRUE(session.next(1));
      status = session.get_enum();
    } else {
      event.skip();
    }
  }
  EXPECT_EQ(step, 101);
  EXPECT_EQ(status, 1);  // START
}

TEST(EventWriter, NeedsAFolderThatIsThere) {
  const TempFolder folder;
  expect_error(ErrorCode::kIo, "missing",
               [&] { EventWriter(FileSystem::real(), folder / "missing"); });
}

TEST(EventWriter, ReportsAFullDisk) {
  const TempFolder folder;
  test::FaultPlan plan;
  plan.capacity = 500;
  test::FailingFileSystem full(plan);
  EventWriter writer(full, folder.path());
  expect_error(ErrorCode::kIo, "events.out.tfevents", [&] {
    for (int i = 0; i < 20; ++i) writer.scalar("loss", i, i);
  });
}

// TensorBoard itself is the judge of what it can open.
TEST(EventWriter, KeepsPicturesAsTheyAre) {
  const TempFolder folder;
  EventWriter writer(FileSystem::real(), folder.path());
  writer.picture("test/confusion", small_png(), 3);
  writer.flush();
  const auto found = records(files_in(folder).front());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NE(found[1].find(small_png()), std::string::npos);
  expect_error(ErrorCode::kData, "test/confusion",
               [&] { writer.picture("test/confusion", "no picture", 3); });
}

TEST(SlowEventWriter, WritesWhatTheTensorboardPackageReads) {
  const TempFolder folder;
  if (!test::python_has(folder.path(), "tensorboard")) {
    GTEST_SKIP() << test::python() << " has no tensorboard; name another in CARICA_PYTHON";
  }
  {
    EventWriter writer(FileSystem::real(), folder.path());
    for (int step = 0; step < 100; ++step) writer.scalar("step/loss", 1.0 / (step + 1), step);
    for (int epoch = 1; epoch <= 3; ++epoch) writer.scalar("epoch/val_miou", 0.25 * epoch, epoch);
    for (int step = 100; step < 120; ++step) writer.scalar("step/loss", 7, step);
    writer.picture("test/confusion", small_png(), 3);
    writer.settings({{"lr", "0.1"}, {"model", "unet"}}, {"epoch/val_miou"});
    writer.flush();
  }
  // Killed 20 steps after the last save, it goes on with step 100.
  EventWriter later(FileSystem::real(), folder.path());
  later.restart(100);
  for (int step = 100; step < 110; ++step) later.scalar("step/loss", 1.0 / (step + 1), step);
  later.flush();
  EXPECT_EQ(test::run_python(folder.path(), R"(
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing import event_file_loader
import glob

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
assert sorted(events.Tags()["scalars"]) == ["epoch/val_miou", "step/loss"], events.Tags()
loss = events.Scalars("step/loss")
assert [e.step for e in loss] == list(range(110)), loss
assert all(abs(e.value - 1 / (e.step + 1)) < 1e-7 for e in loss)
assert [e.value for e in events.Scalars("epoch/val_miou")] == [0.25, 0.5, 0.75]
assert all(b.wall_time >= a.wall_time > 1.7e9 for a, b in zip(loss, loss[1:]))
(picture,) = events.Images("test/confusion")
assert (picture.width, picture.height, picture.step) == (3, 2, 3), picture
from tensorboard.plugins.hparams import plugin_data_pb2
contents = events.PluginTagToContent("hparams")
parsed = {k.split("/")[1]: plugin_data_pb2.HParamsPluginData.FromString(v) for k, v in contents.items()}
start = parsed["session_start_info"].session_start_info
assert {k: v.string_value for k, v in start.hparams.items()} == {"lr": "0.1", "model": "unet"}
(metric,) = parsed["experiment"].experiment.metric_infos
assert metric.name.tag == "epoch/val_miou", metric
assert parsed["session_end_info"].session_end_info.status == 1
file = min(glob.glob(sys.argv[1] + "/events.out.tfevents.*"))
first = next(event_file_loader.EventFileLoader(file).Load())
assert first.file_version == "brain.Event:2", first
)"),
            0);
}

}  // namespace
}  // namespace carica::report
