// config: YAML files to typed structs, and back.
// The only folder that sees yaml-cpp. May include core.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/transform_options.h"

namespace carica::config {

// Every struct below has one description of its fields in describe_*.cpp: name, range or choices,
// unit and help. Parsing, range checks, dump, the JSON Schema and docs/config.md come from it. The
// defaults are the ones that stand here.

enum class Task { kClassify, kSegment };

/// How the items of a data set without split folders are divided. Depends on `seed` and the file
/// names alone.
struct SplitConfig {
  double train = 0.7, val = 0.1, test = 0.2;  // fractions, sum 1
  bool stratified = true;
  // Regular expression on the file name; items whose first captured group is equal stay together.
  std::string group_by = {};
  std::uint64_t seed = 0;
  int folds = 0;          // k-fold: `fold` of them is val, the others train; 0: off
  int fold = 0;           // from 0
  std::string file = {};  // name,label,split as `carica data split` writes it
  bool operator==(const SplitConfig&) const = default;
};

/// Text files below root that name the samples of each split.
struct ListsConfig {
  std::string train, val, test;
  bool operator==(const ListsConfig&) const = default;
};

struct MaskConfig {
  std::string encoding = "index";    // index | index16 | palette | binary | rgb
  int ignore_index = 255;            // value that the loss and the metrics leave out
  std::map<int, int> map;            // value in the file -> class index; empty: the same
  bool reduce_zero_label = false;    // 0 is ignored, value k is class k - 1
  std::string palette = {};          // palette file: names, colours and values of the classes
  std::string others = "error";      // error | ignore: what neither class nor ignored is
  std::string lossy = "refuse";      // refuse | ignore_strays: masks saved as JPEG
  std::string orientation = "auto";  // auto | stored | shown: beside pictures turned by EXIF
  bool operator==(const MaskConfig&) const = default;
};

struct DataConfig {
  std::string format = "image_folder";  // the table in data/formats.cpp
  std::string variant;                  // of formats that come in several: see docs/data.md
  std::string root;
  // Empty: read from the train split (image_folder), or from the format.
  std::vector<std::string> classes;
  // Split folders below root, for formats with folders; used when `train_dir` is set, else `split`
  // divides the items.
  std::string train_dir, val_dir, test_dir;
  SplitConfig split;
  ListsConfig lists;                  // instead of split folders: paired_masks, voc
  std::string csv = "labels.csv";     // csv: the table, below root
  std::string labels = "auto";        // csv: one | several | auto, of each sample
  std::string label_separator = "|";  // csv: between several labels of one sample
  // paired_masks: patterns below root or the split folder; {stem} stands for the part that a
  // picture and its mask share.
  std::string images = "images/{stem}.jpg";
  std::string masks = "masks/{stem}.png";
  MaskConfig mask;
  std::string on_bad_image = "fail";  // fail | skip
  double max_bad_fraction = 0.01;     // skip: more bad pictures than this share end the run
  std::string cache = "none";         // none | ram | shards
  std::string shards;                 // cache: shards: the folder that `carica data pack` wrote
  bool allow_tiff = false;            // TIFF pictures are read, too
  bool operator==(const DataConfig&) const = default;
};

struct LoaderConfig {
  int batch_size = 64;
  int eval_batch_size = 0;  // 0: batch_size
  int workers = -1;         // -1: auto (the number of cores, at most 16)
  int prefetch = 4;         // batches ready or in the making, at most
  bool drop_last = true;    // training only: leave out a short last batch
  // Training pictures: reduced (large JPEGs by fewer coefficients where the result is smaller) |
  // exact. Evaluation is always exact.
  std::string decode = "reduced";
  bool operator==(const LoaderConfig&) const = default;
};

struct TransformsConfig {
  std::vector<TransformOptions> train;
  std::vector<TransformOptions> eval;
  bool operator==(const TransformsConfig&) const = default;
};

/// Whole batches of a classifier, on the device, in training: each picture is mixed with the one
/// before it, and so are their labels in the loss. torchvision v2's MixUp and CutMix.
struct BatchTransformsConfig {
  double mixup = 0;       // alpha of the beta distribution that the share is drawn from; 0: off
  double cutmix = 0;      // the same
  double p = 1;           // probability that a batch is mixed at all
  double switch_p = 0.5;  // with both: probability of cutmix
  bool operator==(const BatchTransformsConfig&) const = default;
};

struct ModelConfig {
  std::string name = "resnet18";
  std::string encoder;  // segmenters: what leads down; empty: the network's usual one
  // imagenet | cifar (first convolution with stride 1, no pooling after it), where there is a
  // choice.
  std::string stem = "imagenet";
  // unet with the plain encoder: maps per level, finest first; with other encoders the decoder's
  // channels, the deepest first; empty: the network's usual ones.
  std::vector<int> widths;
  std::optional<double> dropout;    // of a classifier's head; unset: the network's own
  std::optional<double> drop_path;  // stochastic depth of the last block; unset: the network's own
  std::string weights;              // weights (.safetensors, .pth) to start from; empty: random
  std::string weights_key = {};     // the dict of weights in a .pth that has several
  std::string pretrained = {};      // published weights to start from: imagenet | imagenet_v2
  std::string head = "load";        // load | reinit: of the weights to start from
  std::string aux = "auto";  // auto | on | off: an auxiliary head, where the network knows one
  double aux_weight = 0.5;   // of its loss
  int output_stride = 0;     // deeplabv3plus: 8 | 16; 0: the network's own
  // Classes of the outputs in their order, for weights of other classes than the data's; those that
  // the data do not have count as "other". Evaluation only; empty: the data's.
  std::vector<std::string> outputs = {};
  bool operator==(const ModelConfig&) const = default;
};

struct CrossEntropyLoss {
  double weight = 1;
  double label_smoothing = 0;
  std::string class_weights = "none";  // none | inverse | median_frequency | list
  std::vector<double> class_weight_list = {};
  bool fused = true;  // carica's own operators, which upsample on the way; else torch's
  bool operator==(const CrossEntropyLoss&) const = default;
};
/// Binary cross-entropy on logits. Two classes: a head with one logit, the positive class is the
/// second. More: one-vs-rest.
struct BceLoss {
  double weight = 1;
  double label_smoothing = 0;
  std::string head = "auto";  // auto (binary with two classes) | binary | one_vs_rest
  bool operator==(const BceLoss&) const = default;
};
struct DiceLoss {
  double weight = 1;
  double smooth = 1;
  bool operator==(const DiceLoss&) const = default;
};
struct FocalLoss {
  double weight = 1;
  double gamma = 2;
  bool operator==(const FocalLoss&) const = default;
};
using LossTerm = std::variant<CrossEntropyLoss, BceLoss, DiceLoss, FocalLoss>;

struct OptimConfig {
  std::string name = "adamw";  // sgd | adam | adamw
  double lr = 1e-3;
  double weight_decay = 0;  // sgd, adam: L2 added to the gradient; adamw: decoupled
  double momentum = 0.9;    // sgd
  bool nesterov = false;    // sgd
  std::vector<double> betas = {0.9, 0.999};
  double eps = 1e-8;
  bool no_decay_norm_bias = true;  // no weight decay on norms and biases
  double clip_grad_norm = 0;       // 0: off
  int accumulate = 1;              // batches per optimizer step
  // Regular expression on parameter names -> factor; the first that matches counts.
  std::map<std::string, double> lr_scale;
  double layer_decay = 1;  // rate of a layer / rate of the layer behind it
  bool operator==(const OptimConfig&) const = default;
};

struct ScheduleConfig {
  std::string name = "cosine";  // constant | cosine | poly | step | multistep | onecycle | plateau
  double warmup_epochs = 0;     // linear, from warmup_start * lr
  double warmup_start = 0.01;
  double min_lr = 0;               // cosine, poly, plateau: where the rate ends
  double power = 0.9;              // poly
  double step_epochs = 30;         // step
  std::vector<double> milestones;  // multistep, epochs
  double gamma = 0.1;              // step, multistep, plateau: factor
  double pct_start = 0.3;          // onecycle: share of the steps spent rising
  double div_factor = 25;          // onecycle: lr / div_factor at the start
  double final_div_factor = 1e4;   // onecycle: start / final_div_factor at the end
  int patience = 5;                // plateau, epochs
  bool operator==(const ScheduleConfig&) const = default;
};

struct EmaConfig {
  double decay = 0;  // 0: off
  // The decay rises from 0 as (1 + step) / (warmup_steps + step) until it reaches `decay`.
  int warmup_steps = 0;
  bool operator==(const EmaConfig&) const = default;
};

struct EarlyStopConfig {
  int patience = 0;  // epochs without a better monitored value; 0: off
  double min_delta = 0;
  bool operator==(const EarlyStopConfig&) const = default;
};

struct FreezeConfig {
  // Regular expressions on parameter names: what matches one of them is not trained.
  std::vector<std::string> names;
  int epochs = 0;  // from the first on; 0: to the end
  bool operator==(const FreezeConfig&) const = default;
};

struct TrainConfig {
  int epochs = 10;
  std::string precision = "auto";      // fp32 | bf16 | auto
  std::string channels_last = "auto";  // on | off | auto
  FreezeConfig freeze;
  EmaConfig ema;
  EarlyStopConfig early_stop;
  int val_every = 1;             // epochs
  std::string nan = "stop";      // stop | skip: a step whose loss is not finite
  std::string monitor = "auto";  // metric that chooses the best weights; auto: top1, miou or map
  std::string mode = "auto";     // min | max | auto (min for loss)
  int log_every = 20;            // steps
  int save_every = 0;  // steps between saves inside an epoch; 0: at the end of each epoch only
  int threads = 0;     // compute threads of torch; 0: the number of cores
  bool operator==(const TrainConfig&) const = default;
};

struct EvalConfig {
  std::vector<std::string> splits = {"test"};  // evaluated with the best weights after training
  int top_k = 5;
  double threshold = 0.5;  // several labels: classes above this probability are predicted
  // Of carica eval, analyze and predict, not of validation in training:
  bool flip = false;                 // mean with the mirror image
  std::vector<double> scales = {1};  // segmenters: mean over sizes of the picture
  int window = 0;                    // segmenters: side of the windows that slide over it; 0: whole
  double window_overlap = 0.5;       // share of a window that the next one covers again
  bool operator==(const EvalConfig&) const = default;
};

struct ReportConfig {
  bool figures = true;
  bool tensorboard = true;
  bool html = true;
  bool operator==(const ReportConfig&) const = default;
};

struct Config {
  Task task = Task::kClassify;
  std::string name = "run";
  std::uint64_t seed = 0;
  bool deterministic = true;
  std::string device = "auto";  // auto | cpu | cuda | cuda:N
  std::string run_dir = "runs";
  DataConfig data;
  LoaderConfig loader;
  TransformsConfig transforms;
  BatchTransformsConfig batch_transforms;
  ModelConfig model;
  std::vector<LossTerm> loss = {CrossEntropyLoss{}};
  OptimConfig optim;
  ScheduleConfig schedule;
  TrainConfig train;
  EvalConfig eval;
  ReportConfig report;
  bool operator==(const Config&) const = default;
};

/// Reads a file, its `_base_` files, and `key.path=value` overrides. Throws Error(kConfig) that
/// lists every problem found, one per line:
/// `file:line:col: optim.lr = -0.1: must be in (0, 10]`.
Config load(const std::filesystem::path& file, std::span<const std::string> overrides = {});

/// The same from text, e.g. out of a checkpoint; `name` stands for the file in messages. No
/// `_base_` allowed.
Config parse(std::string_view yaml, std::string_view name,
             std::span<const std::string> overrides = {});

/// Every field as YAML; parse(dump(c)) equals c.
std::string dump(const Config& config);

/// JSON Schema (draft 2020-12) for editors.
std::string json_schema();

/// The config reference, docs/config.md.
std::string markdown_reference();

/// "classify" or "segment".
std::string_view task_name(Task task);

}  // namespace carica::config
