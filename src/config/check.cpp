#include "config/check.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "config/describe.h"
#include "core/text.h"

namespace carica::config {
namespace {

class Checker {
 public:
  Checker(const Config& config, const Node& root, Problems& problems)
      : config_(config), root_(root), problems_(problems) {}

  void check_all() {
    check_split();
    check_mask();
    check_classes();
    check_task();
    check_model();
    check_eval();
    check_losses();
    check_optim();
    check_schedule();
    check_list("transforms.train", config_.transforms.train, false);
    check_list("transforms.eval", config_.transforms.eval, true);
    check_normalize();
    check_batch_transforms();
  }

 private:
  /// Reports at `path`, unless it or one of the paths that the check has read is a problem already.
  void fail(const std::string& path, const std::string& what,
            std::initializer_list<std::string_view> also_read = {}) {
    if (problems_.touch(path)) return;
    for (const std::string_view other : also_read) {
      if (problems_.touch(other)) return;
    }
    bool exact = false;
    const Node& node = deepest(root_, path, &exact);
    const bool show = exact && (node.kind == Node::Kind::kScalar || node.kind == Node::Kind::kList);
    pending_.push_back({node.position, path, cat(show ? cat(" = ", shown(node)) : "", ": ", what)});
  }

  void check_batch_transforms() {
    if (config_.task == Task::kClassify) return;
    for (const auto& [name, alpha] : {std::pair("mixup", config_.batch_transforms.mixup),
                                      std::pair("cutmix", config_.batch_transforms.cutmix)}) {
      if (alpha > 0) {
        fail(cat("batch_transforms.", name), "mixes labels of pictures; task: segment has masks",
             {"task"});
      }
    }
  }

  void check_split() {
    const DataConfig& data = config_.data;
    const double sum = data.split.train + data.split.val + data.split.test;
    if (std::abs(sum - 1) > 1e-6) {
      fail("data.split", cat("train, val and test sum to ", number(std::round(sum * 1e6) / 1e6),
                             "; must sum to 1", unwritten_shares()));
    }
    SplitConfig without_groups = data.split;
    without_groups.group_by.clear();  // beside split folders it serves the leak report
    const bool divides = without_groups != SplitConfig{};
    if (!data.train_dir.empty() && divides && data.split.file.empty()) {
      fail("data.train_dir", "excludes data.split; one of them must be left out", {"data.split"});
    }
    if (data.train_dir.empty()) {
      if (!data.val_dir.empty()) fail("data.val_dir", "needs data.train_dir");
      if (!data.test_dir.empty()) fail("data.test_dir", "needs data.train_dir");
    }
    check_folds();
    check_lists(divides);
    check_patterns();
  }

  /// "; test is 0.2 where it is not written": of the shares that are defaults.
  std::string unwritten_shares() const {
    const SplitConfig& split = config_.data.split;
    std::string text;
    for (const auto& [name, share] : {std::pair("train", split.train), std::pair("val", split.val),
                                      std::pair("test", split.test)}) {
      bool written = false;
      deepest(root_, cat("data.split.", name), &written);
      if (!written) text += cat("; ", name, " is ", number(share), " where it is not written");
    }
    return text;
  }

  /// {split} in data.images and data.masks.
  void check_patterns() {
    const DataConfig& data = config_.data;
    if (data.format != "paired_masks") return;
    const auto has_split = [](const std::string& pattern) {
      return pattern.find("{split}") != std::string::npos;
    };
    if (data.images == data.masks) {
      return fail("data.masks", "must differ from data.images; a mask is a file of its own",
                  {"data.images"});
    }
    const bool images = has_split(data.images), masks = has_split(data.masks);
    if (!images && !masks) return;
    if (!masks) {
      fail("data.masks", "must hold {split}, as data.images does: masks/{split}/{stem}.png",
           {"data.images"});
    } else if (!images) {
      fail("data.masks", "holds {split}, and so must data.images: images/{split}/{stem}.jpg",
           {"data.images"});
    } else if (data.lists != ListsConfig{}) {
      fail("data.images", "{split} excludes data.lists, which name the splits themselves",
           {"data.lists"});
    } else if (data.train_dir.empty()) {
      fail(
          "data.images",
          "needs data.train_dir, data.val_dir and data.test_dir, which say what {split} stands for",
          {"data.train_dir"});
    }
  }

  void check_folds() {
    const SplitConfig& split = config_.data.split;
    const SplitConfig defaults;
    const bool shares =
        split.train != defaults.train || split.val != defaults.val || split.test != defaults.test;
    if (split.folds == 1) fail("data.split.folds", "must be at least 2, or 0 for none");
    if (split.fold > 0 && split.fold >= split.folds) {
      fail("data.split.fold", cat("must be below data.split.folds, ", split.folds),
           {"data.split.folds"});
    }
    if (split.folds > 0 && shares) {
      fail("data.split.folds", "excludes the shares train, val and test; leave them out",
           {"data.split.train", "data.split.val", "data.split.test"});
    }
    if (!split.file.empty() && (split.folds > 0 || shares)) {
      fail("data.split.file", "excludes shares and folds; the file says where each sample goes",
           {"data.split.folds", "data.split.train", "data.split.val", "data.split.test"});
    }
  }

  void check_lists(bool divides) {
    const DataConfig& data = config_.data;
    if (data.lists == ListsConfig{}) return;
    if (data.format != "paired_masks" && data.format != "voc") {
      fail("data.lists", "is read by the formats paired_masks and voc", {"data.format"});
    }
    if (data.lists.train.empty()) fail("data.lists", "needs data.lists.train");
    if (!data.train_dir.empty()) fail("data.lists", "excludes data.train_dir", {"data.train_dir"});
    if (divides && data.split.file.empty())
      fail("data.lists", "excludes data.split", {"data.split"});
  }

  void check_mask() {
    const MaskConfig& mask = config_.data.mask;
    if (mask.encoding == "rgb" && mask.palette.empty()) {
      fail("data.mask.encoding", "needs data.mask.palette, which names the colours",
           {"data.mask.palette"});
    }
    if (!mask.map.empty() && !mask.palette.empty()) {
      fail("data.mask.map", "excludes data.mask.palette, which maps values itself",
           {"data.mask.palette"});
    }
    if (mask.reduce_zero_label && !mask.map.empty()) {
      fail("data.mask.reduce_zero_label", "excludes data.mask.map", {"data.mask.map"});
    }
  }

  void check_classes() {
    const auto& classes = config_.data.classes;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (!seen.insert(classes[i]).second) {
        fail(item_path("data.classes", i), "stands twice; class names must differ");
      }
    }
    for (const auto& [from, to] : config_.data.mask.map) {
      const bool known =
          to < static_cast<int>(classes.size()) || to == config_.data.mask.ignore_index;
      if (!classes.empty() && !known) {
        fail(cat("data.mask.map.", from),
             cat("must be a class index below ", classes.size(), " or ignore_index ",
                 config_.data.mask.ignore_index),
             {"data.classes", "data.mask.ignore_index"});
      }
    }
  }

  void check_task() {
    // The formats that serve one task alone; all others serve both.
    static const std::set<std::string_view> kLabelsOnly = {"image_folder", "cifar", "mnist"};
    static const std::set<std::string_view> kMasksOnly = {
        "paired_masks", "voc", "cityscapes", "idd", "camvid", "ade20k", "coco"};
    const std::string& format = config_.data.format;
    const bool segment = config_.task == Task::kSegment;
    if (segment && kLabelsOnly.contains(format)) {
      fail("data.format",
           "has no masks; task segment must have a format with masks, such as paired_masks or voc",
           {"task"});
    }
    if (!segment && kMasksOnly.contains(format)) {
      fail("data.format",
           "has no labels; task classify must have a format with labels, such as image_folder or "
           "csv",
           {"task"});
    }
    if (config_.data.labels == "several" && (segment || format != "csv")) {
      fail("data.labels", "is for task classify and the format csv; others have one label",
           {"task", "data.format"});
    }
  }

  void check_model() {
    const ModelConfig& model = config_.model;
    const bool plain = model.encoder.empty() || model.encoder == "plain";
    if (!model.widths.empty() && !plain && model.widths.size() != 5) {
      fail("model.widths", cat("must have 5 items with encoder ", model.encoder),
           {"model.encoder"});
    }
    if (model.output_stride != 0 && model.output_stride != 8 && model.output_stride != 16) {
      fail("model.output_stride", "must be 8 or 16");
    }
    if (!model.pretrained.empty() && !model.weights.empty()) {
      fail("model.pretrained", "excludes model.weights; one of them must be left out",
           {"model.weights"});
    }
    if (!model.weights_key.empty() && model.weights.empty()) {
      fail("model.weights_key", "needs model.weights");
    }
    if (model.head != "load" && model.weights.empty() && model.pretrained.empty()) {
      fail("model.head", "needs model.weights or model.pretrained");
    }
  }

  void check_eval() {
    const EvalConfig& eval = config_.eval;
    if (config_.task == Task::kSegment) return;
    const std::string why = "is for segmenters; task: classify has no maps";
    if (eval.scales != EvalConfig{}.scales) fail("eval.scales", why, {"task"});
    if (eval.window > 0) fail("eval.window", why, {"task"});
    if (!config_.model.outputs.empty()) fail("model.outputs", why, {"task"});
  }

  void check_losses() {
    const Node* node = root_.find("loss");
    const bool list = node != nullptr && node->kind == Node::Kind::kList;
    for (std::size_t i = 0; i < config_.loss.size(); ++i) {
      check_takes_labels(list ? item_path("loss", i) : "loss", config_.loss[i]);
      const auto* loss = std::get_if<CrossEntropyLoss>(&config_.loss[i]);
      if (loss == nullptr) continue;
      const std::string path = cat(list ? item_path("loss", i) : "loss", ".cross_entropy");
      const bool wants_list = loss->class_weights == "list";
      if (wants_list && loss->class_weight_list.empty()) {
        fail(path + ".class_weights", "needs class_weight_list");
      }
      if (!wants_list && !loss->class_weight_list.empty()) {
        fail(path + ".class_weight_list",
             cat("excludes class_weights ", loss->class_weights, "; must go with list"),
             {path + ".class_weights"});
      }
      check_class_weights(path + ".class_weight_list", loss->class_weight_list);
      const auto& classes = config_.data.classes;
      if (wants_list && !loss->class_weight_list.empty() && !classes.empty() &&
          loss->class_weight_list.size() != classes.size()) {
        fail(path + ".class_weight_list",
             cat("must have ", classes.size(), " items, one for each of data.classes"),
             {"data.classes"});
      }
    }
  }

  /// data.labels: auto is known with the table only; training then says the same.
  void check_takes_labels(const std::string& path, const LossTerm& term) {
    if (config_.data.labels != "several") return;
    const auto* bce = std::get_if<BceLoss>(&term);
    if (bce != nullptr && bce->head != "binary") return;
    const auto row = std::ranges::find_if(
        loss_table(), [&](const auto& loss) { return loss.make().index() == term.index(); });
    const std::string_view name = bce != nullptr ? "bce with head binary" : row->name;
    fail(path,
         cat(name,
             " takes one label, and data.labels is several; must be bce with one logit "
             "per class"),
         {"data.labels"});
  }

  /// What would make the loss 0, or the sum of a batch's weights too small to divide by.
  void check_class_weights(const std::string& path, const std::vector<double>& weights) {
    constexpr double kLeast = 1e-30;
    const auto positive = [](double weight) { return weight > 0; };
    if (!weights.empty() && std::ranges::none_of(weights, positive)) {
      return fail(path, "all are 0, and so is the loss; one must be above 0");
    }
    for (const double weight : weights) {
      if (positive(weight) && weight < kLeast) {
        return fail(path, cat("weights must be 0 or at least ", number(kLeast)));
      }
    }
  }

  void check_optim() {
    const OptimConfig& optim = config_.optim;
    if (optim.name == "sgd" && optim.nesterov && optim.momentum == 0) {
      fail("optim.nesterov", "needs optim.momentum above 0", {"optim.name", "optim.momentum"});
    }
  }

  void check_schedule() {
    const ScheduleConfig& schedule = config_.schedule;
    const auto& milestones = schedule.milestones;
    const auto not_above = [](double a, double b) { return a >= b; };
    if (std::adjacent_find(milestones.begin(), milestones.end(), not_above) != milestones.end()) {
      fail("schedule.milestones", "must increase");
    }
    if (schedule.name == "multistep" && milestones.empty()) {
      fail("schedule.name", "needs schedule.milestones", {"schedule.milestones"});
    }
    if (schedule.min_lr > config_.optim.lr) {
      fail("schedule.min_lr", cat("must be at most optim.lr, ", number(config_.optim.lr)),
           {"optim.lr"});
    }
    if (schedule.name == "onecycle" && schedule.warmup_epochs > 0) {
      fail("schedule.warmup_epochs", "excludes onecycle, which has its own rise; must be 0",
           {"schedule.name"});
    }
    if (schedule.warmup_epochs > config_.train.epochs) {
      fail("schedule.warmup_epochs",
           cat("must be at most train.epochs, ", config_.train.epochs, "; 0 is no warm-up"),
           {"schedule.name", "train.epochs"});
    }
  }

  void check_list(const std::string& path, const std::vector<TransformOptions>& list, bool eval) {
    if (problems_.touch(path)) return;  // items that could not be read are missing from the list
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string at = item_path(path, i);
      if (std::holds_alternative<Normalize>(list[i]) && i + 1 < list.size()) {
        fail(at, "Normalize must be last, and stand once");
      }
      const bool crops = std::holds_alternative<CenterCrop>(list[i]);
      const bool pads = std::holds_alternative<Pad>(list[i]);
      const bool fixed = crops || pads || std::holds_alternative<Resize>(list[i]) ||
                         std::holds_alternative<CLAHE>(list[i]) ||
                         std::holds_alternative<Normalize>(list[i]);
      if (eval && !fixed) {
        fail(at,
             "is random; evaluation must have Resize, CenterCrop, Pad, CLAHE and Normalize only");
      }
      const bool segments = config_.task == Task::kSegment;
      if (eval && crops && segments) {
        fail(at, "crops; evaluation of task segment must keep the whole picture", {"task"});
      }
      if (eval && pads && segments) {
        fail(at, "pads; evaluation of task segment must keep the picture as it is", {"task"});
      }
      if (segments && std::holds_alternative<AugMix>(list[i])) {
        fail(at,
             "mixes copies that were moved differently, so no mask fits; task segment must use "
             "RandAugment or TrivialAugmentWide instead",
             {"task"});
      }
    }
  }

  /// A network that saw normalised pictures must be scored on pictures that are normalised in the
  /// same way.
  void check_normalize() {
    const auto normalize_of = [](const std::vector<TransformOptions>& list) {
      return list.empty() ? nullptr : std::get_if<Normalize>(&list.back());
    };
    const auto& transforms = config_.transforms;
    const Normalize* train = normalize_of(transforms.train);
    const Normalize* eval = normalize_of(transforms.eval);
    const bool same = train == nullptr || eval == nullptr ? train == eval : *train == *eval;
    if (!same) {
      fail("transforms.eval", "must end with the same Normalize as transforms.train",
           {"transforms.train"});
    }
  }

  struct Pending {
    Position position;
    std::string path, what;
  };

 public:
  /// Findings are added at the end: one check must not silence another.
  void report() {
    for (Pending& found : pending_) {
      problems_.add(std::move(found.position), std::move(found.path), std::move(found.what));
    }
  }

 private:
  const Config& config_;
  const Node& root_;
  Problems& problems_;
  std::vector<Pending> pending_;
};

}  // namespace

void check_together(const Config& config, const Node& root, Problems& problems) {
  Checker checker(config, root, problems);
  checker.check_all();
  checker.report();
}

}  // namespace carica::config
