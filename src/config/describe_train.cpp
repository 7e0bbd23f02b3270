#include "config/describe.h"

namespace carica::config {

void describe(Visitor& v, OptimConfig& c) {
  v.field("name", c.name, {.help = "update rule", .choices = {"sgd", "adam", "adamw"}});
  v.field("lr", c.lr, {.help = "learning rate at its highest", .range = left_open(0, 10)});
  v.field(
      "weight_decay", c.weight_decay,
      {.help = "sgd, adam: L2, added to the gradient; adamw: decoupled", .range = closed(0, 10)});
  v.field("momentum", c.momentum, {.help = "sgd", .range = right_open(0, 1)});
  v.field("nesterov", c.nesterov, {.help = "sgd: momentum as of Nesterov"});
  v.field("betas", c.betas,
          {.help = "adam, adamw: decay of the two averages",
           .range = right_open(0, 1),
           .length = {2, 2}});
  v.field("eps", c.eps,
          {.help = "adam, adamw: added to the denominator", .range = left_open(0, 1)});
  v.field("no_decay_norm_bias", c.no_decay_norm_bias,
          {.help = "no weight decay on normalisation layers and biases; as in timm, nor on layer "
                   "scales, class token and position embedding"});
  v.field("clip_grad_norm", c.clip_grad_norm,
          {.help = "total norm of the gradient, at most; 0: off", .range = at_least(0)});
  v.field("accumulate", c.accumulate,
          {.help = "per optimizer step", .unit = "batches", .range = closed(1, 65536)});
  v.field("lr_scale", c.lr_scale,
          {.help = "regular expression on parameter names: factor; in alphabetical order, the "
                   "first that matches counts",
           .range = closed(0, 1000),
           .form = Form::kRegex});
  v.field("layer_decay", c.layer_decay,
          {.help = "rate of a layer / rate of the layer behind it; 1: all layers alike; layers are "
                   "stem, blocks and head, of convnext, efficientnet and densenet stages",
           .range = left_open(0, 1)});
}

void describe(Visitor& v, ScheduleConfig& c) {
  v.field("name", c.name,
          {.help = "shape of the curve",
           .choices = {"constant", "cosine", "poly", "step", "multistep", "onecycle", "plateau"}});
  v.field("warmup_epochs", c.warmup_epochs,
          {.help = "linear rise at the start", .unit = "epochs", .range = closed(0, 100000)});
  v.field("warmup_start", c.warmup_start,
          {.help = "where the rise begins, as a factor of optim.lr", .range = closed(0, 1)});
  v.field("min_lr", c.min_lr,
          {.help = "cosine, poly, plateau: where the rate ends", .range = closed(0, 10)});
  v.field("power", c.power, {.help = "poly", .range = left_open(0, 10)});
  v.field("step_epochs", c.step_epochs,
          {.help = "step: between two drops", .unit = "epochs", .range = left_open(0, 100000)});
  v.field("milestones", c.milestones,
          {.help = "multistep: when the rate drops, in increasing order",
           .unit = "epochs",
           .range = left_open(0, 100000),
           .nullable = true});
  v.field("gamma", c.gamma,
          {.help = "step, multistep, plateau: factor of a drop", .range = left_open(0, 1)});
  v.field("pct_start", c.pct_start,
          {.help = "onecycle: share of the steps spent rising", .range = open(0, 1)});
  v.field("div_factor", c.div_factor,
          {.help = "onecycle: the rate starts at lr / div_factor", .range = closed(1, 1e9)});
  v.field("final_div_factor", c.final_div_factor,
          {.help = "onecycle: and ends at that / final_div_factor", .range = closed(1, 1e9)});
  v.field("patience", c.patience,
          {.help = "plateau: without a better value before a drop",
           .unit = "validations",
           .range = closed(0, 100000)});
}

void describe(Visitor& v, TrainConfig& c) {
  v.field("epochs", c.epochs,
          {.help = "passes over the train split", .unit = "epochs", .range = closed(1, 100000)});
  v.field("precision", c.precision,
          {.help = "of the forward and backward pass; auto: bf16 where it is fast",
           .choices = {"fp32", "bf16", "auto"}});
  v.field("channels_last", c.channels_last,
          {.help = "memory layout; auto: where it is fast", .choices = {"on", "off", "auto"}});
  v.section("freeze", c.freeze, "Parameters that are not trained, for fine-tuning.");
  v.section("ema", c.ema, "Moving average of the weights, used for validation and the best.");
  v.section("early_stop", c.early_stop, "Ends a training that improves no more.");
  v.field("val_every", c.val_every,
          {.help = "between validations", .unit = "epochs", .range = closed(1, 100000)});
  v.field(
      "nan", c.nan,
      {.help =
           "what a batch whose loss, or a step whose gradient, is not finite does: end the run, "
           "or be left out",
       .choices = {"stop", "skip"}});
  v.field("monitor", c.monitor,
          {.help = "metric that chooses the best weights; auto: top1, miou, or map with several "
                   "labels"});
  v.field("mode", c.mode,
          {.help = "whether less or more of it is better; auto: min for loss",
           .choices = {"min", "max", "auto"}});
  v.field("log_every", c.log_every,
          {.help = "between log lines", .unit = "steps", .range = closed(1, 1000000)});
  v.field("save_every", c.save_every,
          {.help = "between saves inside an epoch; 0: only at its end",
           .unit = "steps",
           .range = closed(0, 1000000)});
  v.field("threads", c.threads,
          {.help = "that compute; 0: the number of cores", .range = closed(0, 1024)});
}

void describe(Visitor& v, FreezeConfig& c) {
  v.field("names", c.names,
          {.help = "regular expressions on parameter names; a norm that is frozen keeps its "
                   "statistics, too",
           .form = Form::kRegex,
           .nullable = true});
  v.field("epochs", c.epochs,
          {.help = "how long, from the first epoch on; 0: to the end",
           .unit = "epochs",
           .range = closed(0, 100000)});
}

void describe(Visitor& v, EmaConfig& c) {
  v.field("decay", c.decay, {.help = "0: off", .range = right_open(0, 1)});
  v.field("warmup_steps", c.warmup_steps,
          {.help = "the decay rises as (1 + step) / (warmup_steps + step) until it is reached",
           .unit = "steps",
           .range = closed(0, 1e9)});
}

void describe(Visitor& v, EarlyStopConfig& c) {
  v.field("patience", c.patience,
          {.help = "without a better monitored value; 0: off",
           .unit = "validations",
           .range = closed(0, 100000)});
  v.field("min_delta", c.min_delta,
          {.help = "what counts as better than the value that counted last", .range = at_least(0)});
}

void describe(Visitor& v, EvalConfig& c) {
  v.field("splits", c.splits,
          {.help = "evaluated with the best weights after training",
           .choices = {"train", "val", "test"},
           .nullable = true});
  v.field("top_k", c.top_k,
          {.help = "a hit is a true class among the k likeliest", .range = closed(1, 1000)});
  v.field("threshold", c.threshold,
          {.help = "several labels: classes of a larger probability are predicted",
           .range = closed(0, 1)});
  v.field(
      "flip", c.flip,
      {.help = "the mean of the probabilities of a picture and its mirror image; this key and the "
               "next three are not used in validation during training"});
  v.field("scales", c.scales,
          {.help = "segmenters: the mean of the probabilities over sizes of the picture",
           .range = closed(0.1, 8),
           .length = {1, 16}});
  v.field(
      "window", c.window,
      {.help = "segmenters: the mean of the logits of windows that slide over a larger picture; "
               "0: the picture as a whole",
       .unit = "px",
       .range = closed(0, 8192)});
  v.field("window_overlap", c.window_overlap,
          {.help = "of neighbouring windows", .range = right_open(0, 1)});
}

void describe(Visitor& v, ReportConfig& c) {
  v.field("figures", c.figures, {.help = "curves as PNG and SVG"});
  v.field("tensorboard", c.tensorboard, {.help = "an event file for TensorBoard"});
  v.field("html", c.html, {.help = "report.html, one file without network"});
}

}  // namespace carica::config
