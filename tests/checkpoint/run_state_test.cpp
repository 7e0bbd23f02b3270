#include "checkpoint/run_state.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "checkpoint/run_json.h"
#include "samples.h"

namespace carica::checkpoint {
namespace {

using test::TempFolder;
using testing::HasSubstr;

constexpr double kInf = std::numeric_limits<double>::infinity();

RunState saved_and_loaded(const RunState& state) {
  const TempFolder folder;
  save_last(FileSystem::real(), folder.path(), state);
  std::string reason = "stale";
  RunState loaded = load_last(folder.path(), reason);
  EXPECT_EQ(reason, "");
  return loaded;
}

TEST(RunState, ComesBackWhole) {
  RunState state = sample_state(7);
  EXPECT_TRUE(same_state(saved_and_loaded(state), state));
  state.cuda_generator = torch::ones({16}, torch::kUInt8);
  state.ema.clear();
  EXPECT_TRUE(same_state(saved_and_loaded(state), state));
  EXPECT_TRUE(same_state(saved_and_loaded(RunState{}), RunState{}));
}

TEST(RunState, KeepsEveryFieldOfProgressAndDescription) {
  RunState state;
  state.progress = {.epoch = 1,
                    .batch = 2,
                    .step = 3,
                    .samples = std::numeric_limits<std::int64_t>::max(),
                    .best_metric = 0.1 + 0.2,
                    .best_loss = 0.7,
                    .best_epoch = 5,
                    .enough_metric = 0.5,
                    .without_gain = 6,
                    .sums = {1e-320, -0.0, 1.0 / 3, 1e22, 3},
                    .metrics_bytes = std::numeric_limits<std::uint64_t>::max(),
                    .results_bytes = 9,
                    .schedule = {std::nan(""), kInf, -kInf},
                    .finished = true,
                    .train_size = 11};
  state.description = sample_state(1).description;
  const RunState loaded = saved_and_loaded(state);
  const Progress& progress = loaded.progress;
  EXPECT_EQ(progress.epoch, 1);
  EXPECT_EQ(progress.batch, 2);
  EXPECT_EQ(progress.step, 3);
  EXPECT_EQ(progress.samples, state.progress.samples);
  EXPECT_EQ(progress.best_metric, 0.1 + 0.2);
  EXPECT_EQ(progress.best_loss, 0.7);
  EXPECT_EQ(progress.best_epoch, 5);
  EXPECT_EQ(progress.enough_metric, 0.5);
  EXPECT_EQ(progress.without_gain, 6);
  EXPECT_EQ(progress.sums, state.progress.sums);
  EXPECT_TRUE(std::signbit(progress.sums[1]));
  EXPECT_EQ(progress.metrics_bytes, state.progress.metrics_bytes);
  EXPECT_EQ(progress.results_bytes, 9);
  ASSERT_EQ(progress.schedule.size(), 3);
  EXPECT_TRUE(std::isnan(progress.schedule[0]));
  EXPECT_EQ(progress.schedule[1], kInf);
  EXPECT_EQ(progress.schedule[2], -kInf);
  EXPECT_TRUE(progress.finished);
  EXPECT_EQ(progress.train_size, 11);
  EXPECT_EQ(loaded.description.config_yaml, state.description.config_yaml);
  EXPECT_EQ(loaded.description.classes, state.description.classes);
  EXPECT_EQ(loaded.description.height, 128);
  EXPECT_EQ(loaded.description.width, 96);
  EXPECT_EQ(loaded.description.torch_version, "2.11.0");
  EXPECT_EQ(loaded.description.carica_version, "0.1.0");
}

TEST(RunState, KeepsABestMetricThatIsNotFinite) {
  for (const double best : {kInf, -kInf}) {
    RunState state;
    state.progress.best_metric = best;
    EXPECT_EQ(saved_and_loaded(state).progress.best_metric, best);
  }
  RunState state;
  state.progress.best_metric = std::nan("");
  EXPECT_TRUE(std::isnan(saved_and_loaded(state).progress.best_metric));
}

TEST(RunState, WithAWeightThatIsNotFiniteIsNotSaved) {
  const TempFolder folder;
  save_last(FileSystem::real(), folder.path(), sample_state(1));
  for (const auto type : {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16}) {
    for (const double bad : {kInf, -kInf, std::nan("")}) {
      RunState state = sample_state(2);
      state.model.emplace_back("head.bias", torch::zeros({100}).to(type));
      state.model.back().second[99] = bad;
      EXPECT_EQ(message_of(ErrorCode::kNumeric,
                           [&] { save_last(FileSystem::real(), folder.path(), state); }),
                "checkpoint: tensor \"model.head.bias\" has a value that is not finite; such "
                "weights are not saved");
      EXPECT_THAT(message_of(ErrorCode::kNumeric,
                             [&] {
                               save_weights(FileSystem::real(), folder / "best.safetensors",
                                            state.model, state.description, {});
                             }),
                  HasSubstr("\"head.bias\""));
    }
  }
  std::string reason;
  EXPECT_TRUE(same_state(load_last(folder.path(), reason), sample_state(1)));
  EXPECT_FALSE(std::filesystem::exists(folder / "best.safetensors"));
}

TEST(RunState, MayHoldExtremeFiniteWeightsAndAnInfiniteOptimizerState) {
  RunState state = sample_state(1);
  state.model[0].second.fill_(std::numeric_limits<float>::max());
  state.ema[0].second.fill_(std::numeric_limits<float>::denorm_min());
  state.optimizer[0].second.fill_(kInf);
  EXPECT_TRUE(same_state(saved_and_loaded(state), state));
}

TEST(RunState, FallsBackToThePreviousOneSayingWhy) {
  const TempFolder folder;
  save_last(FileSystem::real(), folder.path(), sample_state(1));
  save_last(FileSystem::real(), folder.path(), sample_state(2));
  std::string reason;
  EXPECT_TRUE(same_state(load_last(folder.path(), reason), sample_state(2)));
  EXPECT_EQ(reason, "");

  const auto last = folder / "last.safetensors";
  std::string bytes = bytes_of_file(last);
  bytes.back() ^= 1;
  put_bytes(last, bytes);
  EXPECT_TRUE(same_state(load_last(folder.path(), reason), sample_state(1)));
  EXPECT_EQ(reason, last.string() + ": the tensor bytes do not match their checksum");

  std::filesystem::remove(last);
  EXPECT_TRUE(same_state(load_last(folder.path(), reason), sample_state(1)));
  EXPECT_EQ(reason, last.string() + ": no such file");

  std::filesystem::remove(folder / "last.prev.safetensors");
  EXPECT_EQ(message_of(ErrorCode::kCorrupt, [&] { load_last(folder.path(), reason); }),
            "no usable checkpoint: " + last.string() + ": no such file; " +
                (folder / "last.prev.safetensors").string() + ": no such file");
}

TEST(Weights, ComeBackWithDescriptionAndFacts) {
  const TempFolder folder;
  const RunState state = sample_state(3);
  const auto file = folder / "best.safetensors";
  const Metadata facts = {{"epoch", "4"}, {"miou", "0.75"}};
  save_weights(FileSystem::real(), file, state.model, state.description, facts);
  const Weights weights = load_weights(file);
  EXPECT_TRUE(same_tensors(weights.tensors, state.model));
  EXPECT_EQ(weights.description.classes, state.description.classes);
  EXPECT_EQ(weights.facts, facts);
}

TEST(Weights, OfARunAreTheAveragesWhereItHasSome) {
  const TempFolder folder;
  RunState state = sample_state(3);
  save_last(FileSystem::real(), folder.path(), state);
  const Weights weights = load_weights(folder / "last.safetensors");
  NamedTensors expected = state.model;
  expected[0].second = state.ema[0].second;
  EXPECT_TRUE(same_tensors(weights.tensors, expected));
  EXPECT_EQ(weights.facts, (Metadata{{"epoch", "0"}, {"step", "3"}}));

  state.ema.clear();
  save_last(FileSystem::real(), folder.path(), state);
  EXPECT_TRUE(same_tensors(load_weights(folder / "last.safetensors").tensors, state.model));
}

TEST(Weights, RefuseFactsThatWouldHideTheirOwnKeys) {
  const TempFolder folder;
  for (const char* key : {"format", "carica.kind"}) {
    EXPECT_THAT(
        message_of(ErrorCode::kShape,
                   [&] {
                     save_weights(FileSystem::real(), folder / "best", {}, {}, {{key, "x"}});
                   }),
        HasSubstr("are taken"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Weights, RefuseAClassNameThatIsNotUtf8) {
  const TempFolder folder;
  Description description;
  description.classes = {"caf\xe9"};
  EXPECT_THAT(
      message_of(ErrorCode::kData,
                 [&] { save_weights(FileSystem::real(), folder / "best", {}, description, {}); }),
      HasSubstr("not valid UTF-8"));
}

TEST(Weights, OfAForeignOrLaterFileAreRefused) {
  const TempFolder folder;
  const auto file = folder / "x.safetensors";
  const auto reason = [&](const Metadata& metadata) {
    put_tensors(file, {{"w", torch::ones({1})}}, metadata);
    return message_of(ErrorCode::kCorrupt, [&] { load_weights(file); });
  };
  const std::string description = to_json(Description{});
  EXPECT_THAT(reason({}), HasSubstr("no carica.format in the metadata"));
  EXPECT_THAT(reason({{"carica.format", "2"}}), HasSubstr("format version \"2\""));
  EXPECT_THAT(reason({{"carica.format", "1"}}), HasSubstr("no carica.kind"));
  EXPECT_THAT(reason({{"carica.format", "1"}, {"carica.kind", "weights"}}),
              HasSubstr("no carica.description"));
  EXPECT_THAT(reason({{"carica.format", "1"}, {"carica.kind", "soup"}}),
              HasSubstr("kind \"soup\"; run and weights are allowed"));
  EXPECT_THAT(
      reason({{"carica.format", "1"}, {"carica.kind", "run"}, {"carica.description", description}}),
      HasSubstr("no carica.progress"));
  EXPECT_THAT(reason({{"carica.format", "1"},
                      {"carica.kind", "run"},
                      {"carica.description", description},
                      {"carica.progress", to_json(Progress{})}}),
              HasSubstr("tensor \"w\" belongs to no part of a run"));
}

TEST(Weights, AreNoRunState) {
  const TempFolder folder;
  save_weights(FileSystem::real(), folder / "last.safetensors", {}, {}, {});
  std::string reason;
  EXPECT_THAT(message_of(ErrorCode::kCorrupt, [&] { load_last(folder.path(), reason); }),
              HasSubstr("weights only; the state of a run is needed"));
}

TEST(RunJson, HasColorsWhereAPaletteHasThem) {
  Description description;
  description.classes = {"road", "sky"};
  EXPECT_EQ(to_json(description).find("colors"), std::string::npos);
  EXPECT_TRUE(description_from_json(to_json(description), "here").colors.empty());
  description.colors = {{{128, 64, 128}}, {{70, 130, 180}}};
  EXPECT_EQ(description_from_json(to_json(description), "here").colors, description.colors);
  const auto reason = [&] {
    return message_of(ErrorCode::kCorrupt,
                      [&] { description_from_json(to_json(description), "here"); });
  };
  description.colors[0][1] = 256;
  EXPECT_EQ(reason(), "here: field colors has a wrong type or range");
  description.colors = {{{0, 0, 0}}};
  EXPECT_EQ(reason(), "here: 1 colors for 2 classes");
}

TEST(RunJson, RefusesMissingAndWrongFieldsByName) {
  const std::string good = to_json(Progress{});
  const auto reason = [](const std::string& text) {
    return message_of(ErrorCode::kCorrupt, [&] { progress_from_json(text, "here"); });
  };
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  };
  EXPECT_EQ(reason(changed("\"epoch\":", "\"epok\":")), "here: no field epoch");
  for (const char* value : {"null", "\"0\"", "0.5", "[]", "9223372036854775808", "true"}) {
    EXPECT_EQ(reason(changed("\"step\":0", std::string("\"step\":") + value)),
              "here: field step has a wrong type or range")
        << value;
  }
  EXPECT_EQ(reason(changed("\"metrics_bytes\":0", "\"metrics_bytes\":-1")),
            "here: field metrics_bytes has a wrong type or range");
  EXPECT_EQ(reason(changed("\"best_metric\":0.0", "\"best_metric\":\"many\"")),
            "here: field best_metric has a wrong type or range");
  EXPECT_EQ(reason(changed("\"schedule\":[]", "\"schedule\":[null]")),
            "here: field schedule has a wrong type or range");
  EXPECT_EQ(reason(changed("\"finished\":false", "\"finished\":0")),
            "here: field finished has a wrong type or range");
  EXPECT_EQ(reason(changed("\"batch\":0", "\"batch\":-1")), "here: a negative count");
  for (const char* text : {"", "[]", "{", "1", "{}x"}) {
    EXPECT_EQ(reason(text), "here: not a JSON object") << text;
  }
  EXPECT_EQ(message_of(ErrorCode::kCorrupt, [] { description_from_json("{}", "there"); }),
            "there: no field config_yaml");
}

}  // namespace
}  // namespace carica::checkpoint
