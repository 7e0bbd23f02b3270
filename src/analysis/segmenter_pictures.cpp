#include "analysis/segmenter_pictures.h"

#include <algorithm>

#include "analysis/mask_pictures.h"
#include "analysis/sheets.h"
#include "core/random.h"
#include "core/text.h"
#include "report/pictures.h"

namespace carica::analysis {
namespace {

constexpr int kViewerSide = 640, kCell = 260;
constexpr std::size_t kViewerPictures = 12, kPicturesOfAClass = 2;
constexpr std::uint32_t kPurpose = 43;  // of the random numbers that choose

std::vector<report::ColorKey> color_keys(const Segmented& segmented) {
  std::vector<report::ColorKey> keys;
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    keys.push_back({segmented.classes[k], segmented.colors[k]});
  }
  return keys;
}

// Some of the best, of the middle and of the worst pictures.
std::vector<metrics::RankedPicture> choose_for_viewer(
    const std::vector<metrics::RankedPicture>& ranked) {
  if (ranked.size() <= kViewerPictures) return ranked;
  std::vector<metrics::RankedPicture> chosen;
  const std::size_t third = kViewerPictures / 3;
  for (std::size_t i = 0; i < third; ++i) chosen.push_back(ranked[i]);
  for (std::size_t i = 0; i < third; ++i)
    chosen.push_back(ranked[ranked.size() / 2 - third / 2 + i]);
  for (std::size_t i = third; i > 0; --i) chosen.push_back(ranked[ranked.size() - i]);
  return chosen;
}

}  // namespace

void draw_classes(FileSystem& fs, const Request& request, const Subject& subject,
                  const Segmented& segmented) {
  const int ignore = eval::ignore_index(subject.model.config);
  Sheets sheets(fs, {.stem = request.run.out / "classes",
                     .title = "Classes, two pictures each",
                     .columns = 3,
                     .cell = kCell,
                     .keys = color_keys(segmented)});
  for (std::size_t k = 0; k < segmented.classes.size() && !sheets.full(); ++k) {
    const int id = static_cast<int>(k);
    for (const auto place : pictures_with(segmented, id, kPicturesOfAClass, request.seed)) {
      request.progress(cat("drawing classes  ", k, "/", segmented.classes.size()));
      const auto sample =
          segmented.dataset->load(static_cast<std::size_t>(segmented.indices[place]));
      sheets.add(sample.picture, segmented.names[place]);
      sheets.add_flat(mask_picture(sample.mask, segmented.colors), "truth");
      sheets.add_flat(class_picture(sample.mask, id, segmented.colors[k], ignore),
                      cat(segmented.classes[k], " alone"));
    }
  }
  sheets.finish();
}

std::vector<metrics::PictureFailure> choose_failures(
    const Request& request, const Segmented& segmented,
    const std::vector<metrics::PictureFailure>& failures) {
  std::vector<metrics::PictureFailure> chosen;
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    std::vector<metrics::PictureFailure> own;
    for (const auto& failure : failures) {
      if (failure.class_id == static_cast<int>(k)) own.push_back(failure);
    }
    std::ranges::sort(own, {}, [&](const auto& f) { return segmented.names[f.picture]; });
    if (request.worst) {
      std::ranges::stable_sort(own, {}, [](const auto& f) { return f.iou(); });
    } else {
      RandomStream random(request.seed, 0, k, kPurpose);
      std::vector<metrics::PictureFailure> drawn;
      for (const auto i : permutation(static_cast<std::int64_t>(own.size()), random)) {
        drawn.push_back(own[static_cast<std::size_t>(i)]);
      }
      own = std::move(drawn);
    }
    own.resize(std::min(own.size(), request.per_class));
    chosen.insert(chosen.end(), own.begin(), own.end());
  }
  return chosen;
}

void draw_failures(FileSystem& fs, const Request& request, const Subject& subject,
                   const Segmented& segmented, const std::vector<metrics::PictureFailure>& chosen) {
  const int ignore = eval::ignore_index(subject.model.config);
  Sheets sheets(fs, {.stem = request.run.out / "failures",
                     .title = cat("Failures of ", segmented.split, ": IoU of at most 0.5"),
                     .columns = 4,
                     .cell = kCell,
                     .keys = color_keys(segmented)});
  for (std::size_t i = 0; i < chosen.size() && !sheets.full(); ++i) {
    request.progress(cat("drawing failures  ", i, "/", chosen.size()));
    const auto& failure = chosen[i];
    const auto seen = look_again(subject, segmented, failure.picture);
    const auto& name = segmented.classes[static_cast<std::size_t>(failure.class_id)];
    sheets.add(seen.picture, cat(name, ": IoU ", fixed(failure.iou(), 3)));
    sheets.add_flat(mask_picture(seen.truth, segmented.colors), "truth");
    sheets.add_flat(mask_picture(seen.prediction, segmented.colors), "prediction");
    sheets.add(error_picture(seen.picture, seen.truth, seen.prediction, ignore), "what is wrong");
  }
  sheets.finish();
}

void add_viewer(const Request& request, const Subject& subject, const Segmented& segmented,
                const std::vector<metrics::RankedPicture>& ranked, Page& page) {
  const int ignore = eval::ignore_index(subject.model.config);
  Page::Json viewer{{"split", segmented.split}, {"pictures", Page::Json::array()}};
  for (const auto& each : choose_for_viewer(ranked)) {
    request.progress(cat("drawing pictures of the report  ", viewer["pictures"].size()));
    const auto seen = look_again(subject, segmented, each.picture);
    auto classes = Page::Json::array();
    const auto& counts = segmented.pictures[each.picture];
    for (int k = 0; k < counts.classes; ++k) {
      if (counts.support(k) == 0) continue;
      const auto iou = static_cast<double>(counts.at(k, k)) / static_cast<double>(counts.either(k));
      classes.push_back({{"class", k}, {"iou", iou}});
    }
    viewer["pictures"].push_back(
        {{"path", segmented.names[each.picture]},
         {"iou", finite_or_null(each.miou)},
         {"picture", page.add(seen.picture, kViewerSide)},
         {"truth", page.add_mask(mask_picture(seen.truth, segmented.colors), kViewerSide)},
         {"prediction",
          page.add_mask(mask_picture(seen.prediction, segmented.colors), kViewerSide)},
         {"error",
          page.add(error_picture(seen.picture, seen.truth, seen.prediction, ignore), kViewerSide)},
         {"classes", std::move(classes)}});
  }
  page["segmentation"] = std::move(viewer);
}

}  // namespace carica::analysis
