#include <string>

#include "config/describe.h"

namespace carica::config {

void describe(Visitor& v, Config& c) {
  std::string task(task_name(c.task));
  v.field("task", task, {.help = "what the network learns", .choices = {"classify", "segment"}});
  c.task = task == "segment" ? Task::kSegment : Task::kClassify;
  v.field("name", c.name, {.help = "name of the run's folder", .form = Form::kFileName});
  v.field("seed", c.seed,
          {.help = "of the initial weights, the order of samples and the augmentation"});
  v.field("deterministic", c.deterministic,
          {.help = "the same bits from the same seed, on the same device and threads"});
  v.field(
      "device", c.device,
      {.help = "where the network runs; auto is a GPU when there is one", .form = Form::kDevice});
  v.field(
      "run_dir", c.run_dir,
      {.help = "folder of the runs: a run is RUN_DIR/TASK/NAME, relative to where carica runs"});
  v.section("data", c.data, "The data set, and how it is divided.");
  v.section("loader", c.loader, "How samples become batches.");
  v.section("transforms", c.transforms, "What happens to a picture before the network sees it.");
  v.section("batch_transforms", c.batch_transforms,
            "What happens to whole batches of a classifier in training, on the device.");
  v.section("model", c.model, "The network.");
  v.alternatives("loss", c.loss, loss_table(),
                 {.help = "what training minimises: one, or a list whose weighted sum counts",
                  .noun = "loss",
                  .plural = "losses",
                  .example = "loss: {dice: {weight: 0.5}}",
                  .one_without_list = true,
                  .min_items = 1});
  v.section("optim", c.optim, "The optimizer.");
  v.section("schedule", c.schedule, "The learning rate over time.");
  v.section("train", c.train, "The training loop.");
  v.section("eval", c.eval, "Evaluation after training.");
  v.section("report", c.report, "What is written beside the metrics.");
}

}  // namespace carica::config
