#include "check_support.h"
#include "golden/images_golden.h"

namespace carica::data {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckFiles : public CheckedFolder {
 protected:
  void SetUp() override { put_pets(); }

  /// Puts the bytes in place of train/cat/NAME, which must be the only finding.
  Finding finding_for(const std::string& id, std::span<const std::uint8_t> bytes,
                      const std::string& name = "bad.png") {
    put_bytes(folder_ / "train/cat" / name, bytes);
    const auto result = checked(pets());
    EXPECT_THAT(ids_of(result), ElementsAre(id));
    EXPECT_EQ(result.concerned(Severity::kError), 1u);
    EXPECT_EQ(result.splits[0].problems.size(), 1u);
    const auto finding = expect_finding(result, id, "train");
    EXPECT_THAT(files_of(finding), ElementsAre("train/cat/" + name));
    return finding;
  }
};

TEST_F(CheckFiles, FindNothingWhereAllIsWell) {
  const auto result = checked(pets());
  EXPECT_THAT(ids_of(result), IsEmpty());
  EXPECT_THAT(result.splits[0].counts, ElementsAre(6, 6));
  EXPECT_EQ(result.splits[2].records.size(), 0u);
}

TEST_F(CheckFiles, TellFilesOfZeroBytes) { finding_for("empty_file", FileBytes{}); }

TEST_F(CheckFiles, TellTextNamedAsAPicture) {
  const std::string text = "<html>404 Not Found</html>";
  finding_for("not_a_picture", FileBytes(text.begin(), text.end()), "bad.jpg");
}

TEST_F(CheckFiles, TellTruncatedJpeg) {
  const auto bytes = encode_jpeg(scene(1));
  const auto finding =
      finding_for("truncated_picture", first_part(bytes, bytes.size() - 300), "bad.jpg");
  EXPECT_THAT(finding.places[0].detail, HasSubstr("truncated JPEG"));
}

TEST_F(CheckFiles, TellTruncatedPng) {
  const auto bytes = encode_png(scene(1));
  finding_for("truncated_picture", first_part(bytes, bytes.size() * 2 / 3));
}

TEST_F(CheckFiles, TellTruncatedWebp) {
  finding_for("truncated_picture", first_part(golden::kLossyWebp, 60), "bad.webp");
}

TEST_F(CheckFiles, TellAnimatedWebp) {
  const std::string text("RIFF\x1E\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x07\0\0\x07\0\0ANIM\0\0\0\0",
                         38);
  const auto finding = finding_for("animation", FileBytes(text.begin(), text.end()), "bad.webp");
  EXPECT_THAT(finding.places[0].detail, HasSubstr("an animation; must be one picture"));
  EXPECT_THAT(finding.hint, HasSubstr("save one frame"));
}

TEST_F(CheckFiles, TellTruncatedBmp) {
  finding_for("truncated_picture", first_part(golden::kBmp, 70), "bad.bmp");
}

TEST_F(CheckFiles, TellDamagedBytes) {
  auto bytes = encode_png(scene(1));
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 20; ++i) bytes[i] ^= 0x55;
  finding_for("corrupt_picture", bytes);
}

TEST_F(CheckFiles, TellHeadersThatClaimGigapixels) {
  auto bytes = encode_png(scene(1));
  bytes[16] = bytes[20] = 0x00;
  bytes[17] = bytes[21] = 0x00;
  bytes[18] = bytes[22] = 0x7F;
  finding_for("too_large", bytes);
}

TEST_F(CheckFiles, TellFilesThatAreGoneSinceTheyWereListed) {
  const auto config = pets();
  const auto datasets = open_datasets(config);
  std::filesystem::remove(folder_ / "val/dog/3.png");
  const auto result = check(config, datasets, 2, [](std::size_t, std::size_t) {});
  EXPECT_THAT(files_of(expect_finding(result, "unreadable_file", "val")),
              ElementsAre("val/dog/3.png"));
}

TEST_F(CheckFiles, GoOnPastManyBadFilesInTheirOrder) {
  for (const char* name : {"val/dog/1.png", "train/dog/5.png", "train/cat/2.png"}) {
    put_bytes(folder_ / name, FileBytes{});
  }
  const auto result = checked(pets());
  EXPECT_EQ(result.concerned(Severity::kError), 3u);
  EXPECT_THAT(files_of(expect_finding(result, "empty_file", "train")),
              ElementsAre("train/cat/2.png", "train/dog/5.png"));
  EXPECT_THAT(result.splits[0].counts, ElementsAre(5, 5));
}

TEST_F(CheckFiles, StopWhenProgressThrows) {
  const auto config = pets();
  const auto datasets = open_datasets(config);
  const auto stop = [](std::size_t done, std::size_t) {
    if (done == 5) throw Error(ErrorCode::kInterrupted, "stopped");
  };
  EXPECT_EQ(error_of([&] { check(config, datasets, 2, stop); }).code(), ErrorCode::kInterrupted);
}

TEST_F(CheckFiles, NamesThatAreNotUtf8AreTold) {
  put_scene("train/cat/caf\xE9.png", 1);
  const auto result = checked(pets());
  const auto finding = expect_finding(result, "name_not_utf8", "train");
  EXPECT_EQ(printable(finding.places[0].file), "train/cat/caf\\xe9.png");
}

TEST_F(CheckFiles, PicturesThatNobodyReadsAreTold) {
  put_bytes(folder_ / "train/cat/old.gif", FileBytes{'G', 'I', 'F'});
  put_scene("train/loose.png", 1);
  put_bytes(folder_ / "train/cat/notes.txt", FileBytes{'x'});
  const auto result = checked(pets());
  EXPECT_THAT(files_of(expect_finding(result, "unread_format", "")),
              ElementsAre("train/cat/old.gif"));
  EXPECT_THAT(files_of(expect_finding(result, "unused_picture", "")),
              ElementsAre("train/loose.png"));
}

TEST(Printable, LeavesUtf8AndEscapesTheRest) {
  EXPECT_EQ(printable("größe/папайя 木瓜 🍈"), "größe/папайя 木瓜 🍈");
  EXPECT_EQ(printable("a\nb\x7F"), "a\\x0ab\\x7f");
  EXPECT_EQ(printable("\xE9t\xE9\xC3"), "\\xe9t\\xe9\\xc3");
  EXPECT_EQ(printable(""), "");
}

TEST(FindingKinds, HaveIdsOfTheirOwnAndSayWhatToDo) {
  std::vector<std::string> ids;
  for (const auto& kind : finding_kinds()) {
    ids.emplace_back(kind.id);
    EXPECT_STRNE(kind.help, "");
    if (ids.back() == "layout") continue;  // brings its own
    EXPECT_STRNE(kind.hint, "") << kind.id;
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

}  // namespace
}  // namespace carica::data
