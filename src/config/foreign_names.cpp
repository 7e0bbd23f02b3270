#include "config/foreign_names.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace carica::config {
namespace {

/// Names that other libraries have for one thing, as bare words.
struct Row {
  const char* place;  // keys: the section that they stand in, "*" any; values: loss, transform
  const char* names;  // separated by spaces
  const char* here;   // the key or value, or ""
  const char* note;   // what else there is to say, or ""
};

constexpr const char* kAnywhere = "*";

// A row of one section stands before those of any.
constexpr std::array kKeys = {
    Row{"", "epochs", "train.epochs", ""},
    Row{"eval", "batchsize", "loader.eval_batch_size", ""},
    Row{"data", "type dataset", "data.format", ""},
    Row{"model", "type", "model.name", ""},
    Row{"optim", "type", "optim.name", ""},
    Row{"schedule", "type", "schedule.name", ""},
    Row{kAnywhere,
        "imagesize imgsize imgsz inputsize cropsize traincropsize valcropsize valresizesize", "",
        "the size is that of Resize, RandomResizedCrop or RandomCrop in transforms.train and "
        "transforms.eval"},
    Row{kAnywhere, "numclasses nclasses nc", "",
        "the data say how many classes there are; data.classes names them"},
    Row{kAnywhere, "learningrate lr0 baselr initiallr", "optim.lr", ""},
    Row{kAnywhere, "lrf finallr etamin", "schedule.min_lr", "a rate, not a factor"},
    Row{kAnywhere, "numworkers nworkers nprocs", "loader.workers", ""},
    Row{kAnywhere, "batch bs trainbatchsize samplespergpu", "loader.batch_size", ""},
    Row{kAnywhere, "valbatchsize validationbatchsize testbatchsize", "loader.eval_batch_size", ""},
    Row{kAnywhere, "drop droprate dropoutrate dropoutratio", "model.dropout", ""},
    Row{kAnywhere, "droppathrate stochasticdepth", "model.drop_path", ""},
    Row{kAnywhere, "amp fp16 half mixedprecision", "train.precision", "bf16, fp32 or auto"},
    Row{kAnywhere, "resume resumefrom", "",
        "`carica train --resume RUN` goes on with a run; model.weights starts from weights"},
    Row{kAnywhere, "loadfrom checkpoint finetune initialcheckpoint", "model.weights", ""},
    Row{kAnywhere, "clipgrad gradclip clipgradnorm gradientclipval maxgradnorm",
        "optim.clip_grad_norm", ""},
    Row{kAnywhere, "opt optimizer", "optim.name", "its settings are in the section optim"},
    Row{kAnywhere, "sched scheduler lrscheduler lrpolicy paramscheduler", "schedule.name",
        "its settings are in the section schedule"},
    Row{kAnywhere, "maxepochs numepochs nepochs", "train.epochs", ""},
    Row{kAnywhere, "maxiters iters iterations numiters maxsteps", "train.epochs",
        "training is counted in passes over the train split"},
    Row{kAnywhere, "warmupsteps warmupiters", "schedule.warmup_epochs", "in epochs"},
    Row{kAnywhere, "warmuplr warmuplrinit", "schedule.warmup_start", "as a factor of optim.lr"},
    Row{kAnywhere, "wd", "optim.weight_decay", ""},
    Row{kAnywhere, "gradaccumsteps gradientaccumulationsteps accumulationsteps", "optim.accumulate",
        ""},
    Row{kAnywhere, "emadecay modelema modelemadecay", "train.ema.decay", ""},
    Row{kAnywhere, "earlystopping", "train.early_stop", ""},
    Row{kAnywhere, "smoothing labelsmoothing", "", "loss: {cross_entropy: {label_smoothing: 0.1}}"},
    Row{kAnywhere, "mixupalpha", "batch_transforms.mixup", ""},
    Row{kAnywhere, "cutmixalpha", "batch_transforms.cutmix", ""},
    Row{kAnywhere,
        "aa autoaugment aug augment augmentation augmentations hflip fliplr vflip flipud reprob",
        "transforms.train", "a list, such as [{RandomHorizontalFlip: {p: 0.5}}, RandAugment]"},
    Row{kAnywhere, "mean std", "", "they are options of Normalize in transforms.train and .eval"},
    Row{kAnywhere, "arch architecture modelname", "model.name", ""},
    Row{kAnywhere, "backbone", "model.encoder",
        "or a part of model.name, as in deeplabv3_resnet50"},
    Row{kAnywhere, "gpu gpus gpuids", "device", "cuda or cuda:N; a run uses one device"},
    Row{kAnywhere, "output outputdir outdir workdir savedir project", "run_dir", ""},
    Row{kAnywhere, "datadir datapath dataroot datasetroot", "data.root", ""},
    Row{kAnywhere, "evalinterval valinterval", "train.val_every", "in epochs"},
    Row{kAnywhere, "loginterval printfreq", "train.log_every", "in steps"},
};

constexpr std::array kValues = {
    Row{"loss", "ce crossentropyloss softmaxloss nllloss", "cross_entropy", ""},
    Row{"loss", "bceloss bcewithlogits bcewithlogitsloss binarycrossentropy", "bce", ""},
    Row{"loss", "diceloss softdice", "dice", ""},
    Row{"loss", "focalloss sigmoidfocalloss", "focal", ""},
    Row{"transform", "totensor totensorv2 pilototensor toimage todtype convertimagedtype", "",
        "it is not needed: pictures come as float32 in 0..1"},
    Row{"transform", "horizontalflip randomflip fliplr", "RandomHorizontalFlip", ""},
    Row{"transform", "verticalflip flipud", "RandomVerticalFlip", ""},
    Row{"transform", "rotate randomrotate", "RandomRotation", ""},
    Row{"transform", "affine shiftscalerotate", "RandomAffine", ""},
    Row{"transform", "cutout randomcutout coarsedropout", "RandomErasing", ""},
    Row{"transform", "mixup cutmix", "", "it is a key of batch_transforms"},
};

bool is_among(std::string_view word, std::string_view names) {
  const auto words = split(names, ' ');
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t kRows>
std::string found_in(const std::array<Row, kRows>& rows, std::string_view name,
                     std::string_view place) {
  const std::string word = bare_word(name);
  for (const Row& row : rows) {
    const bool here = row.place == std::string_view(kAnywhere) || row.place == place;
    if (!here || !is_among(word, row.names)) continue;
    const std::string_view is(row.here), note(row.note);
    if (is.empty()) return std::string(note);
    return cat("it is ", is, " here", note.empty() ? "" : "; ", note);
  }
  return "";
}

}  // namespace

std::string foreign_key(std::string_view key, std::string_view section) {
  return found_in(kKeys, key, section);
}

std::string foreign_value(std::string_view name, std::string_view noun) {
  return found_in(kValues, name, noun);
}

std::string bare_word(std::string_view name) {
  std::string word = lower_case(name);
  std::erase_if(word, [](char c) { return c == '_' || c == '-'; });
  return word;
}

}  // namespace carica::config
