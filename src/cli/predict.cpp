#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/run_place.h"
#include "cli/command.h"
#include "cli/picture_list.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/log.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/images/image_io.h"
#include "data/images/png.h"
#include "eval/prediction_rows.h"
#include "eval/predictor.h"
#include "report/pictures.h"

namespace carica::cli {

namespace {

struct Options {
  std::string checkpoint, out = "predictions";
  std::vector<std::string> inputs, overrides;
  int top_k = 5;
  bool overlay = false, grey_masks = false;
};

std::string files_in(std::size_t count, const std::string& place) {
  return cat(count, count == 1 ? " file in " : " files in ", place, "/");
}

// The file is there when it is whole, and not before.
void write_whole(const std::filesystem::path& file,
                 const std::function<void(const std::filesystem::path&)>& write) {
  auto& fs = FileSystem::real();
  const auto unfinished = file.parent_path() / cat(".tmp.", file.filename().string());
  try {
    write(unfinished);
    fs.rename(unfinished, file);
  } catch (...) {
    try {
      fs.remove(unfinished);
    } catch (const Error&) {
      // The first error is the one to report.
    }
    throw;
  }
}

// Writes results as they come: a row each, and pictures for segmentation.
class Output {
 public:
  Output(const eval::Model& model, const Options& options, std::vector<PictureFile> files)
      : model_(model),
        options_(options),
        files_(std::move(files)),
        folder_(options.out),
        colors_(report::mask_colors(model.colors, model.classes)),
        background_(report::background_class(model.classes)) {
    for (const auto& file : files_) {
      std::error_code missing;  // is said when it is read
      pictures_.insert(std::filesystem::canonical(file.path, missing));
    }
    FileSystem::real().create_directories(folder_);
    csv_ = FileSystem::real().create(folder_ / "predictions.csv");
    append(header());
  }

  void take(const eval::PictureResult& result, const Invocation& invocation) {
    const auto& file = files_[next_++];
    if (!result.error.empty()) {
      ++bad_;
      hints_.insert(result.hint);
      log_warning(result.error);
      return;
    }
    switch (model_.answer()) {
      case eval::Answer::kClass:
        return take_class(result, file, invocation);
      case eval::Answer::kLabelSet:
        return take_label_set(result, file, invocation);
      case eval::Answer::kMask:
        return take_mask(result, file, invocation);
    }
  }

  void close() { csv_->close(); }

  // Counts what earlier calls left beside the masks and overlays of this one, and warns of it.
  std::size_t other_files() const {
    if (model_.answer() != eval::Answer::kMask) return 0;
    std::size_t all = 0;
    std::vector<std::string> places;
    for (const auto* place : {"masks", "overlays"}) {
      const std::size_t count = count_others(folder_ / place);
      all += count;
      if (count > 0) places.push_back(files_in(count, place));
    }
    if (all > 0) {
      log_warning(cat(folder_.string(), ": ", join(places, " and "), all == 1 ? " is" : " are",
                      " not of this call and left as before"));
    }
    return all;
  }

  std::size_t done() const { return next_; }
  std::size_t bad() const { return bad_; }
  // What may be done about the bad pictures, where it is the same for all.
  std::string hint() const { return hints_.size() == 1 ? *hints_.begin() : ""; }
  std::filesystem::path csv_path() const { return folder_ / "predictions.csv"; }

 private:
  std::string header() const {
    switch (model_.answer()) {
      case eval::Answer::kClass: {
        const auto classes = model_.classes.size();
        return "path," + eval::top_header(std::min<std::size_t>(options_.top_k, classes));
      }
      case eval::Answer::kLabelSet:
        return "path," + eval::label_set_header(model_.classes);
      case eval::Answer::kMask:
        break;
    }
    std::string line = "path,mask";
    for (const auto& name : model_.classes) line += "," + csv_field(name);
    return line + "\n";
  }

  // Of what cannot be read, none: it is a courtesy.
  std::size_t count_others(const std::filesystem::path& folder) const {
    namespace fs = std::filesystem;
    std::size_t count = 0;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied,
                                        error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      std::error_code unknown;
      if (at->is_regular_file(unknown) && !written_.contains(at->path())) ++count;
    }
    return count;
  }

  void take_class(const eval::PictureResult& result, const PictureFile& file,
                  const Invocation& invocation) {
    std::string text = file.name;
    for (const auto& [label, probability] : result.top) {
      text += cat("  ", model_.classes[static_cast<std::size_t>(label)], " ",
                  fixed(100 * probability, 1), "%");
    }
    append(cat(csv_field(file.name), ",", eval::top_row(model_.classes, result.top)));
    say(invocation, text + "\n");
  }

  void take_label_set(const eval::PictureResult& result, const PictureFile& file,
                      const Invocation& invocation) {
    const double threshold = model_.config.eval.threshold;
    std::string text = file.name;
    for (std::size_t c = 0; c < model_.classes.size(); ++c) {
      const double probability = result.probabilities[c];
      if (probability > threshold) {
        text += cat("  ", model_.classes[c], " ", fixed(100 * probability, 1), "%");
      }
    }
    append(cat(csv_field(file.name), ",",
               eval::label_set_row(model_.classes, result.probabilities, threshold)));
    say(invocation, text + "\n");
  }

  void take_mask(const eval::PictureResult& result, const PictureFile& file,
                 const Invocation& invocation) {
    const auto name = fresh_name(file.name);
    const auto mask = place(folder_ / "masks" / name);
    write_whole(mask, [&](const std::filesystem::path& unfinished) {
      if (options_.grey_masks) return data::write_mask(unfinished, result.mask);
      const auto bytes = data::encode_palette_png(result.mask, colors_);
      write_file(FileSystem::real(), unfinished,
                 {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    });
    std::string row = cat(csv_field(file.name), ",", csv_field(mask.string())), text = file.name;
    for (std::size_t c = 0; c < result.shares.size(); ++c) {
      row += "," + fixed(result.shares[c], 6);
      if (result.shares[c] >= 0.005)
        text += cat("  ", model_.classes[c], " ", fixed(100 * result.shares[c], 1), "%");
    }
    append(row + "\n");
    say(invocation, text + "\n");
    if (!options_.overlay) return;
    write_whole(place(folder_ / "overlays" / name), [&](const std::filesystem::path& unfinished) {
      data::write_picture(unfinished,
                          report::overlay(result.picture, result.mask, colors_, background_));
    });
  }

  // Where another picture has that name already, x_2.png, and so on.
  std::filesystem::path fresh_name(const std::string& picture) {
    const auto wanted = result_name(picture);
    auto name = wanted;
    for (int count = 2; !taken_.insert(name.string()).second; ++count) {
      name = wanted;
      name.replace_filename(cat(wanted.stem().string(), "_", count, ".png"));
    }
    return name;
  }

  // Makes room for a file. Throws Error(kUsage) when it is one of the pictures.
  std::filesystem::path place(const std::filesystem::path& file) {
    if (std::filesystem::exists(file) && pictures_.contains(std::filesystem::canonical(file))) {
      throw Error(ErrorCode::kUsage,
                  cat(file.string(), ": is one of the pictures; it would be written over"),
                  "choose another folder with --out");
    }
    FileSystem::real().create_directories(file.parent_path());
    written_.insert(file);
    return file;
  }

  void append(const std::string& text) { csv_->append(std::as_bytes(std::span(text))); }

  const eval::Model& model_;
  const Options& options_;
  std::vector<PictureFile> files_;
  std::filesystem::path folder_;
  std::vector<report::Color> colors_;
  int background_;
  std::set<std::string> taken_;               // names of masks
  std::set<std::filesystem::path> pictures_;  // their true places
  std::set<std::filesystem::path> written_;   // masks and overlays
  std::unique_ptr<WritableFile> csv_;
  std::size_t next_ = 0, bad_ = 0;
  std::set<std::string> hints_;  // on bad pictures
};

// carica predict photo.jpg runs/latest: the wrong way round.
void refuse_picture(const std::string& checkpoint) {
  std::error_code ignored;
  if (!data::has_picture_ending(checkpoint) || !std::filesystem::exists(checkpoint, ignored))
    return;
  throw Error(ErrorCode::kUsage,
              cat("predict: ", readable(checkpoint),
                  ": is a picture; must be the folder of a run, or a checkpoint"),
              "the network comes first: carica predict RUN PICTURES");
}

int predict(const Options& options, const Invocation& invocation) {
  refuse_picture(options.checkpoint);
  const auto loaded =
      eval::load_model(analysis::checkpoint_of(options.checkpoint), options.overrides);
  const auto files = list_pictures(options.inputs, loaded.model.config.data.allow_tiff);
  eval::configure_torch(loaded.model.config, loaded.model.runtime);
  log_info(cat("device: ", loaded.model.runtime.describe()));
  std::vector<std::filesystem::path> paths;
  for (const auto& file : files) paths.push_back(file.path);
  if (!loaded.model.segments() && (options.overlay || options.grey_masks)) {
    log_warning(cat(options.overlay ? "--overlay" : "--grey-masks",
                    ": has no effect; the network gives classes, not masks"));
  }
  const StopSignals signals;
  Output output(loaded.model, options, files);
  eval::PredictOptions predict_options;
  predict_options.top_k = options.top_k;
  eval::predict(loaded.model, paths, predict_options, [&](const eval::PictureResult& result) {
    output.take(result, invocation);
    if (StopSignals::requested() == 0 || output.done() == files.size()) return;
    throw Error(ErrorCode::kInterrupted,
                cat("predict: stopped by a signal after ", output.done(), " of ", files.size(),
                    " pictures; ", output.csv_path().string(), " has them"));
  });
  output.close();
  const auto predicted = files.size() - output.bad();
  log_info(cat(predicted, predicted == 1 ? " picture -> " : " pictures -> ",
               output.csv_path().string()));
  const auto other_files = output.other_files();
  say_json(invocation, nlohmann::ordered_json{{"pictures", files.size()},
                                              {"bad", output.bad()},
                                              {"other_files", other_files},
                                              {"predictions", output.csv_path().string()}});
  if (output.bad() == 0) return 0;
  if (output.bad() == files.size()) {
    throw Error(ErrorCode::kData, cat("none of ", files.size(), " pictures could be predicted"),
                output.hint());
  }
  throw Error(
      ErrorCode::kData,
      cat(output.bad(), " of ", files.size(), " pictures could not be predicted; the others were"),
      output.hint());
}

}  // namespace

void define_predict(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("checkpoint", options->checkpoint, "Folder of a run, or a checkpoint")->required();
  app.add_option("inputs", options->inputs,
                 "Pictures, folders, patterns such as 'photos/*.jpg', or .txt lists")
      ->required();
  app.add_option("--set", options->overrides,
                 "key.path=value on the config inside the checkpoint, e.g. --set device=cpu; one "
                 "behind each --set")
      ->allow_extra_args(false);
  app.add_option("--top-k", options->top_k,
                 "Classes named for each picture (with several labels: all above eval.threshold)")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_flag("--overlay", options->overlay,
               "Segmentation: write pictures with the mask in colours over them");
  app.add_flag("--grey-masks", options->grey_masks,
               "Segmentation: masks without a palette; cv2.imread reads colours instead of classes "
               "from one with it");
  app.add_option("--out", options->out, "Folder of predictions.csv, masks and overlays")
      ->capture_default_str();
  add_common_flags(app, invocation);
  app.footer(
      "Example: carica predict runs/latest/weights/best.safetensors photos/ --overlay --out "
      "predicted");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return predict(*options, invocation); };
  });
}

}  // namespace carica::cli
