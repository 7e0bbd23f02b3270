#pragma once

#include <vector>

#include "analysis/page.h"
#include "analysis/segmented.h"
#include "metrics/picture_failures.h"

namespace carica::analysis {

/// classes.png (Sheets): for each class two pictures that hold it: the picture, its mask in
/// colours, the class alone. Nothing is written where no class occurs. Throws Error(kIo).
void draw_classes(FileSystem& fs, const Request& request, const Subject& subject,
                  const Segmented& segmented);

/// At most request.per_class failures of each class: the lowest IoU, or drawn with request.seed.
std::vector<metrics::PictureFailure> choose_failures(
    const Request& request, const Segmented& segmented,
    const std::vector<metrics::PictureFailure>& failures);

/// failures.png (Sheets): picture, truth, prediction and what is wrong, a row for each. Throws
/// Error(kIo).
void draw_failures(FileSystem& fs, const Request& request, const Subject& subject,
                   const Segmented& segmented, const std::vector<metrics::PictureFailure>& chosen);

/// The page's viewer: some of the best, of the middle and of the worst of `ranked`.
void add_viewer(const Request& request, const Subject& subject, const Segmented& segmented,
                const std::vector<metrics::RankedPicture>& ranked, Page& page);

}  // namespace carica::analysis
