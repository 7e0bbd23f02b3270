#include "cli/evaluate_split.h"

#include "core/error.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "eval/evaluator.h"
#include "report/confusion_table.h"
#include "report/training_figures.h"

namespace carica::cli {

std::string evaluate_split(FileSystem& fs, const eval::Model& model,
                           std::shared_ptr<const data::Dataset> split, const eval::Source& source,
                           const std::filesystem::path& folder, const Invocation& invocation) {
  const std::string& name = source.split;
  StopSignals signals;
  auto options = eval::Evaluator::options_of(model.config);
  options.keep_predictions = true;
  options.inference = eval::Inference::of(model.config);
  const auto loss = eval::evaluation_loss(model);
  eval::Evaluator evaluator(model, loss, split, options);
  ProgressLine line(!invocation.quiet);
  const auto evaluation = evaluator.run([&](std::size_t done, std::size_t all) {
    if (StopSignals::requested() != 0)
      throw Error(ErrorCode::kInterrupted, cat(name, ": evaluation stopped by a signal"));
    line.update(cat("evaluating ", name, "  ", done, "/", all));
  });
  // First what nothing can take away.
  say(invocation,
      cat("\n", name, ": ", evaluation.samples, " pictures in ", fixed(evaluation.seconds, 1),
          " s -> ", folder.string(), "\n", eval::results_table(model, evaluation), "\n"));
  eval::write_results(fs, folder, model, *split, evaluation, source);
  if (model.config.report.figures) {
    if (model.answer() == eval::Answer::kLabelSet) {
      report::draw_label_set_figure(fs, folder / "per_class.csv", folder);
    } else if (report::can_show_confusion(name, model.classes.size())) {
      report::draw_confusion_figure(fs, folder / "confusion.csv", folder);
    }
  }
  const auto note = eval::absence_note(model, evaluation, name);
  if (!note.empty()) log_warning(note);
  for (const auto& bad : evaluation.bad_files)
    log_warning(cat(readable(bad.name), ": left out: ", bad.reason));
  return eval::metrics_json(model, evaluation, source);
}

}  // namespace carica::cli
