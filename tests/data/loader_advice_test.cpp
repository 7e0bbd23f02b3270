#include "data/loading/loader_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carica::data {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const config::Config plain;

LoaderProfile profile_of(double open, double decode, double transform) {
  LoaderProfile profile;
  profile.stages = {open, decode, transform, 1000};
  profile.seconds = 1;
  profile.workers = profile.cores = 4;
  profile.decoded_bytes = 1u << 30;
  profile.memory_bytes = std::uint64_t{16} << 30;
  return profile;
}

TEST(LoaderAdvice, NamesTheStageThatTakesMost) {
  EXPECT_THAT(advise(profile_of(1, 7, 2), plain).limit, HasSubstr("decoding limits: 70%"));
  EXPECT_THAT(advise(profile_of(1, 2, 7), plain).limit, HasSubstr("transforms limit: 70%"));
  EXPECT_THAT(advise(profile_of(8, 1, 1), plain).limit, HasSubstr("reading limits: 80%"));
}

TEST(LoaderAdvice, NamesCoresThatAreIdle) {
  LoaderProfile profile = profile_of(1, 7, 2);
  profile.workers = 1;
  EXPECT_THAT(advise(profile, plain).settings.front(), HasSubstr("loader.workers=4"));
}

TEST(LoaderAdvice, NamesACacheThatFits) {
  LoaderProfile profile = profile_of(1, 7, 2);
  EXPECT_THAT(advise(profile, plain).settings, Contains(HasSubstr("data.cache=ram")));
  profile.decoded_bytes = std::uint64_t{12} << 30;
  EXPECT_THAT(advise(profile, plain).settings, Not(Contains(HasSubstr("data.cache=ram"))));
  EXPECT_THAT(advise(profile, plain).settings, Contains(HasSubstr("data pack")));
  config::Config config;
  config.data.cache = "shards";
  EXPECT_THAT(advise(profile, config).settings, Contains(HasSubstr("--picture raw")));
}

TEST(LoaderAdvice, ShrinksNoMasks) {
  config::Config config;
  EXPECT_THAT(advise(profile_of(1, 2, 7), config).settings, Contains(HasSubstr("--short-side")));
  config.task = config::Task::kSegment;
  EXPECT_THAT(advise(profile_of(1, 2, 7), config).settings,
              Not(Contains(HasSubstr("--short-side"))));
  EXPECT_THAT(advise(profile_of(1, 7, 2), config).settings, Not(Contains(HasSubstr("smaller"))));
}

TEST(LoaderAdvice, SaysWhenTheLoaderIsNotTheLimit) {
  LoaderProfile profile = profile_of(1, 2, 1);
  profile.copy_seconds = 0.01;  // 1,000 pictures take 10 s
  EXPECT_THAT(advise(profile, plain).limit, HasSubstr("copying"));
}

}  // namespace
}  // namespace carica::data
