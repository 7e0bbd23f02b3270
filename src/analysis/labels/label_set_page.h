#pragma once

#include <vector>

#include "analysis/labels/co_occurrence.h"
#include "analysis/labels/label_mistakes.h"
#include "analysis/labels/label_set_scores.h"
#include "analysis/page.h"
#include "analysis/ranking_figures.h"

namespace carica::analysis {

/// The large figures of the page.
void add_headline(Page& page, const CollectedSets& collected, const LabelSetScores& scores);

/// What is known of a split with several labels.
struct LabelSetResults {
  const CollectedSets& collected;
  const eval::Evaluation& evaluation;
  const LabelSetScores& scores;
  const std::vector<LabelMistake>& mistakes;  // find_label_mistakes()
  const CoOccurrence* together = nullptr;     // null: too large to show
  const JudgedThresholds* thresholds = nullptr;
};
/// An item of `evaluations` of docs/report.md, with pictures of mistakes.
Page::Json evaluation_json(const LabelSetResults& results, Page& page);

}  // namespace carica::analysis
