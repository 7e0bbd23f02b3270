// What analysis says of pictures with several labels.
#include <ATen/Functions.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "analysis/collected.h"
#include "analysis/labels/co_occurrence.h"
#include "analysis/labels/label_mistakes.h"
#include "analysis/labels/label_set_page.h"
#include "analysis/labels/label_set_scores.h"
#include "analysis/labels/label_thresholds.h"
#include "core/random.h"
#include "core/text.h"
#include "support.h"
#include "support/temp_folder.h"

namespace carica::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Pictures p0, p1, ... with these labels (letters of "abc") and probabilities.
CollectedSets made(const std::vector<std::string>& labels, const torch::Tensor& probabilities,
                   const std::string& split = "test") {
  CollectedSets collected;
  collected.split = split;
  collected.classes = {"a", "b", "c, d"};
  collected.probabilities = probabilities.to(torch::kFloat).contiguous();
  collected.truth = torch::zeros(probabilities.sizes(), torch::kByte);
  collected.features = torch::zeros({probabilities.size(0), 4});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    collected.names.push_back(cat("p", i, ".jpg"));
    for (const char label : labels[i]) {
      collected.truth[static_cast<std::int64_t>(i)][label - 'a'] = 1;
    }
  }
  return collected;
}

CollectedSets few() {
  return made({"ab", "a", "", "bc"},
              torch::tensor({{0.9, 0.2, 0.7}, {0.8, 0.6, 0.1}, {0.3, 0.1, 0.95}, {0.6, 0.7, 0.4}}));
}

// 90 pictures, and scores that tell something of their labels.
CollectedSets many(const std::string& split, std::uint64_t seed) {
  RandomStream random(seed, 0, 0);
  std::vector<std::string> labels(90);
  auto probabilities = torch::zeros({90, 3}, torch::kDouble);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (int k = 0; k < 3; ++k) {
      const bool has = random.chance(0.2 + 0.15 * k);
      if (has) labels[i] += static_cast<char>('a' + k);
      probabilities[static_cast<std::int64_t>(i)][k] =
          random.uniform(0, 0.6) + (has ? random.uniform(0, 0.4) : 0);
    }
  }
  return made(labels, probabilities, split);
}

CollectedSets reversed(const CollectedSets& from) {
  auto to = from;
  to.truth = from.truth.flip(0).contiguous();
  to.probabilities = from.probabilities.flip(0).contiguous();
  std::ranges::reverse(to.names);
  return to;
}

eval::Evaluation evaluation_of(const CollectedSets& collected) {
  eval::Evaluation evaluation;
  evaluation.samples = static_cast<std::int64_t>(collected.size());
  metrics::LabelSets sets(static_cast<int>(collected.classes.size()));
  sets.add(collected.probabilities, collected.truth);
  evaluation.label_sets = sets.metrics(collected.threshold);
  return evaluation;
}

TEST(LabelMistakes, AreLabelsGivenWronglyAndMissedTheSurestFirst) {
  const auto collected = few();
  std::vector<std::string> told;
  for (const auto& one : find_label_mistakes(collected)) {
    told.push_back(cat(collected.names[one.row], one.missing ? " lacks " : " gets ",
                       collected.classes[one.label]));
  }
  EXPECT_THAT(told, ElementsAre("p2.jpg gets c, d", "p0.jpg lacks b", "p0.jpg gets c, d",
                                "p1.jpg gets b", "p3.jpg gets a", "p3.jpg lacks c, d"));
  const auto csv = label_mistakes_csv(collected, {{0, 1, true, 0.25}});
  EXPECT_EQ(csv,
            "path,label,kind,probability,truth,predicted\n"
            "p0.jpg,b,false negative,0.25,a|b,\"a|c, d\"\n");
}

TEST(LabelMistakes, AreChosenAlikeForAnyOrderOfTheSamples) {
  const auto one = many("test", 3), other = reversed(one);
  const auto names = [](const CollectedSets& collected, const std::vector<LabelMistake>& chosen) {
    std::vector<std::string> result;
    for (const auto& mistake : chosen) result.push_back(collected.names[mistake.row]);
    return result;
  };
  for (const bool worst : {false, true}) {
    const auto chosen = choose_label_mistakes(one, 2, worst, 7);
    EXPECT_EQ(names(one, chosen), names(other, choose_label_mistakes(other, 2, worst, 7)));
    EXPECT_LE(chosen.size(), 3U * 2 * 2);
    EXPECT_TRUE(std::ranges::is_sorted(chosen, {}, &LabelMistake::label));
  }
  EXPECT_NE(names(one, choose_label_mistakes(one, 2, false, 7)),
            names(one, choose_label_mistakes(one, 2, false, 8)));
}

TEST(LabelMistakes, ThatAreFewAreOfAllLabelsAndKinds) {
  const auto collected = many("test", 3);
  const auto all = find_label_mistakes(collected);
  const auto some = surest_of_each(all, 3, 6);
  ASSERT_EQ(some.size(), 6U);
  std::vector<int> seen(6, 0);
  for (const auto& one : some) ++seen[2 * one.label + (one.missing ? 1 : 0)];
  EXPECT_THAT(seen, testing::Each(1));
  EXPECT_EQ(surest_of_each(all, 3, 10000).size(), all.size());
  EXPECT_TRUE(surest_of_each({}, 3, 10).empty());
}

TEST(CoOccurrence, CountsPicturesOfEachTrueLabel) {
  const auto found = co_occurrence(few());
  EXPECT_THAT(found.truth,
              ElementsAre(ElementsAre(2, 1, 0), ElementsAre(1, 2, 1), ElementsAre(0, 1, 1)));
  EXPECT_THAT(found.predicted,
              ElementsAre(ElementsAre(2, 1, 1), ElementsAre(2, 1, 1), ElementsAre(1, 1, 0)));
  EXPECT_EQ(found.support(1), 2);
  EXPECT_EQ(co_occurrence_csv(found.truth, {"a", "b", "c, d"}),
            "truth,a,b,\"c, d\"\na,2,1,0\nb,1,2,1\n\"c, d\",0,1,1\n");
}

TEST(LabelThresholds, AreTheBestOnTheSplitTheyWereChosenOn) {
  const auto val = many("val", 4), test = many("test", 5);
  const auto chosen = choose_thresholds(val);
  EXPECT_EQ(chosen.split, "val");
  const auto own = with_thresholds(chosen, val), common = evaluation_of(val).label_sets;
  EXPECT_GT(own.f1_macro, common.f1_macro);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_DOUBLE_EQ(own.classes[k].f1, chosen.labels[k].chosen.f1);
    EXPECT_DOUBLE_EQ(common.classes[k].f1, chosen.labels[k].before.f1);
    EXPECT_GE(own.classes[k].f1, common.classes[k].f1);
  }
  const auto csv = thresholds_csv(chosen, test, with_thresholds(chosen, test));
  EXPECT_THAT(csv, testing::StartsWith("name,threshold,val_support,val_precision,val_recall,val_f1,"
                                       "val_f1_at_common,test_precision,test_recall,test_f1\n"));
  EXPECT_THAT(thresholds_csv(chosen, val, own),
              testing::Not(HasSubstr("val_f1_at_common,val_precision")));
}

TEST(LabelThresholds, OfALabelThatNoPictureHasStayTheCommonOne) {
  const auto val = made({"a", "ab", "b"},
                        torch::tensor({{0.9, 0.2, 0.7}, {0.8, 0.6, 0.1}, {0.3, 0.1, 0.95}}), "val");
  const auto chosen = choose_thresholds(val);
  EXPECT_TRUE(std::isnan(chosen.labels[2].threshold));
  EXPECT_EQ(chosen.of(2), 0.5);
  EXPECT_NEAR(chosen.of(0), (0.8 + 0.3) / 2, 1e-6);
  EXPECT_THAT(thresholds_csv(chosen, val, with_thresholds(chosen, val)),
              HasSubstr("\"c, d\",nan,0,"));
}

TEST(LabelSetScores, AreThoseOfTheEvaluationWithIntervals) {
  const auto collected = many("test", 5);
  const auto evaluation = evaluation_of(collected);
  const auto scores = score(collected, evaluation);
  const auto thresholds = choose_thresholds(many("val", 4));
  const auto judged = with_thresholds(thresholds, collected);
  const JudgedThresholds with{thresholds, judged};
  const auto json = Page::Json::parse(scores_json(collected, scores, {}, &with));
  EXPECT_EQ(json["map"], evaluation.label_sets.map);
  EXPECT_EQ(json["thresholds"]["chosen_on"], "val");
  EXPECT_EQ(json["thresholds"]["f1_macro"], judged.f1_macro);
  EXPECT_FALSE(json.contains("inference"));
  for (const char* name : {"map", "f1_macro", "f1_micro", "exact_match"}) {
    EXPECT_LT(json["intervals"][name][0], json[name]) << name;
    EXPECT_GT(json["intervals"][name][1], json[name]) << name;
  }
  ASSERT_EQ(json["per_class"].size(), 3U);
  const auto& first = json["per_class"][0];
  EXPECT_EQ(first["name"], "a");
  EXPECT_EQ(first["average_precision"], evaluation.label_sets.classes[0].average_precision);
  EXPECT_LT(first["intervals"]["average_precision"][0], first["average_precision"]);
  EXPECT_GT(first["roc_auc"], 0.5);
  const auto without = Page::Json::parse(scores_json(collected, scores, {}, nullptr));
  EXPECT_FALSE(without.contains("thresholds"));
  const auto csv = scores_csv(collected, scores);
  EXPECT_THAT(csv, HasSubstr(",average_precision_high,roc_auc,support,predicted\n"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 4);
}

TEST(CollectedSets, ComeBackFromAFileToTheBit) {
  const test::TempFolder folder;
  auto collected = many("val", 6);
  collected.threshold = 0.35;
  const auto file = folder / "features/val.safetensors";
  save_collected(FileSystem::real(), file, collected);
  const auto again = load_collected_sets(file);
  EXPECT_EQ(again.names, collected.names);
  EXPECT_EQ(again.classes, collected.classes);
  EXPECT_EQ(again.split, "val");
  EXPECT_EQ(again.threshold, 0.35);
  EXPECT_TRUE(torch::equal(again.truth, collected.truth));
  EXPECT_TRUE(torch::equal(again.probabilities, collected.probabilities));
  EXPECT_EQ(again.labels(3), collected.labels(3));
  EXPECT_EQ(again.predicted_labels(3), collected.predicted_labels(3));
}

TEST(CollectedSets, RefuseAFileOfPicturesWithOneLabelEach) {
  const test::TempFolder folder;
  const auto sets = few();
  Collected one;
  static_cast<CollectedPictures&>(one) = sets;
  one.truth = one.predicted = {0, 1, 2, 0};
  const auto file = folder / "test.safetensors";
  save_collected(FileSystem::real(), file, one);
  EXPECT_THAT(message_of(ErrorCode::kCorrupt, [&] { load_collected_sets(file); }),
              HasSubstr("do not fit"));
}

}  // namespace
}  // namespace carica::analysis
