#include "metrics/picture_overlaps.h"

#include "metrics/shares.h"

namespace carica::metrics {

Overlap& Overlap::operator+=(const Overlap& more) {
  hits += more.hits;
  support += more.support;
  predicted += more.predicted;
  return *this;
}

double Overlap::iou() const { return share(hits, support + predicted - hits, kNaN); }

Overlaps overlaps_of(const PictureConfusion& counts) {
  Overlaps overlaps;
  for (int c = 0; c < counts.classes; ++c) {
    overlaps.push_back({counts.at(c, c), counts.support(c), counts.predicted(c)});
  }
  return overlaps;
}

void add_to(Overlaps& sum, const Overlaps& more) {
  for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += more[c];
}

double mean_iou(const Overlaps& overlaps) {
  std::vector<double> values;
  for (const Overlap& one : overlaps) values.push_back(one.iou());
  return mean_of_defined(values);
}

}  // namespace carica::metrics
