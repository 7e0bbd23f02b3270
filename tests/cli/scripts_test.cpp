#include "carica_program.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

/// Scripts of the repository, started in another folder.
class Scripts : public CaricaProgram {
 protected:
  Program::Result script(const std::string& name, std::vector<std::string> words,
                         const std::string& setting = "LC_ALL=C") const {
    words.insert(words.begin(),
                 {"/usr/bin/env", setting, "bash", CARICA_SOURCE_DIR "/scripts/" + name + ".sh"});
    return run_program(words, folder_.path());
  }
};

TEST_F(Scripts, SayHowTheyAreCalled) {
  const std::vector<std::vector<std::string>> wrong = {
      {}, {"-h"}, {"-h", "x"}, {"x"}, {"--stand-in", "x"}, {"x", "--stand-in"}, {"x", "y", "z"}};
  for (const auto& words : wrong) {
    const auto result = script("study", words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("scripts/study.sh DATA_ROOT WEIGHTS_ROOT"));
    EXPECT_EQ(result.out, "");
  }
  for (const auto& words : std::vector<std::vector<std::string>>{{}, {"-h"}, {"x", "y"}}) {
    const auto result = script("bundle", words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("usage: scripts/bundle.sh OUT.tar.xz"));
  }
}

TEST_F(Scripts, TakeRelativePathsFromTheCallersFolder) {
  const auto result = script("bundle", {"out.tar.xz"}, "CARICA_BUILD=built");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr((folder_ / "built/src/cli/carica").string() + " is missing"));
  // What must be fetched by hand is only told of.
  EXPECT_THAT(script("fetch_data", {"coco", "sets"}).out,
              HasSubstr((folder_ / "sets/coco").string()));
}

TEST_F(Scripts, FetchingWeightsNeedsTheProgram) {
  const auto result = script("fetch_weights", {"resnet18"}, "CARICA=" + (folder_ / "no").string());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("no: no such program; run scripts/build.sh first"));
}

/// What third_party/find_torch.cmake takes, shown with empty libraries.
class FindTorch : public Scripts {
 protected:
  void SetUp() override {
    Scripts::SetUp();
    write_text(folder_ / "CMakeLists.txt",
               "cmake_minimum_required(VERSION 3.25)\nproject(x CXX)\nfind_package(Threads)\n"
               "include(" CARICA_SOURCE_DIR "/third_party/find_torch.cmake)\n");
    for (const char* name : {"own", "venv/lib/python3.11/site-packages/torch"}) {
      put(folder_ / name / "lib/libtorch_cpu.so", "");
      put(folder_ / name / "include/torch/csrc/api/include/torch/torch.h", "");
      put(folder_ / name / "include/torch/headeronly/version.h",
          "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 11\n"
          "#define TORCH_VERSION_PATCH 0\n");
    }
  }
  static void put(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    write_text(file, text);
  }
  std::string configure(const std::string& prefixes) const {
    const auto result =
        run_program({"/usr/bin/env", "CMAKE_PREFIX_PATH=" + prefixes, "cmake", "-S", ".", "-B",
                     "build", "-DCARICA_CUDA=OFF", "-DCARICA_VENV=" + (folder_ / "venv").string()},
                    folder_.path());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
};

TEST_F(FindTorch, TakesThePrefixPathOfTheEnvironmentFirst) {
  const auto own = (folder_ / "own").string();
  EXPECT_THAT(configure(""), HasSubstr("LibTorch 2.11.0 in " + (folder_ / "venv").string()));
  // Also in a build folder that was configured before, and says so.
  const auto again = configure("/nowhere:" + own);
  EXPECT_THAT(again, HasSubstr("LibTorch 2.11.0 in " + own));
  EXPECT_THAT(again, HasSubstr("LibTorch was " + (folder_ / "venv").string()));
  EXPECT_THAT(configure(own), testing::Not(HasSubstr("LibTorch was")));
}

}  // namespace
}  // namespace carica::test
