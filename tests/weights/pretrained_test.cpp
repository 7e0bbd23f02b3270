#include "weights/pretrained.h"

#include <cstdlib>
#include <set>

#include "samples.h"

namespace carica::weights {
namespace {

using testing::HasSubstr;

/// An environment variable with a value, until the end of the scope.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST(Pretrained, FilesNameTheirChecksums) {
  std::set<std::string> keys;
  for (const auto& row : pretrained()) {
    const auto digits = row.checksum();
    EXPECT_GE(digits.size(), 8u) << row.file;
    EXPECT_EQ(digits.find_first_not_of("0123456789abcdef"), std::string_view::npos) << row.file;
    EXPECT_TRUE(keys.insert(std::string(row.model) + " " + std::string(row.weights)).second);
  }
  EXPECT_EQ(find_pretrained("resnet18", "imagenet").url(),
            "https://download.pytorch.org/models/resnet18-f37072fd.pth");
}

TEST(Pretrained, ThatAreMissingSayWhereToGetThem) {
  const test::TempFolder folder;
  const Variable variable("CARICA_WEIGHTS", folder.path().string());
  EXPECT_EQ(refusal([] { require_pretrained("resnet18", "imagenet"); }),
            "model.pretrained = imagenet: " + (folder / "resnet18-f37072fd.pth").string() +
                " is missing; it is https://download.pytorch.org/models/resnet18-f37072fd.pth, "
                "whose SHA-256 begins with f37072fd");
  test::write_text(folder / "resnet18-f37072fd.pth", "");
  EXPECT_EQ(require_pretrained("resnet18", "imagenet"), folder / "resnet18-f37072fd.pth");
}

TEST(Pretrained, ThatAreUnknownNameTheNearest) {
  const auto message = [](const std::string& model, const std::string& weights) -> std::string {
    try {
      find_pretrained(model, weights);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kConfig);
      return error.what();
    }
    return "found";
  };
  EXPECT_THAT(message("resnet19", "imagenet"), HasSubstr("nearest: resnet1"));
  EXPECT_THAT(message("resnet18", "imagenet_v2"), HasSubstr("there are imagenet"));
  EXPECT_EQ(message("resnet50", "imagenet_v2"), "found");
}

TEST(Pretrained, AreLookedForInTheCacheFolder) {
  const Variable cache("XDG_CACHE_HOME", "/cache");
  EXPECT_EQ(pretrained_folder(), "/cache/carica/weights");
}

}  // namespace
}  // namespace carica::weights
