// The CSV forms declared in confusion.h.
#include <cmath>
#include <sstream>

#include "core/error.h"
#include "core/text.h"
#include "metrics/confusion.h"

namespace carica::metrics {
namespace {

void require_one_name_each(const Confusion& confusion, const std::vector<std::string>& classes) {
  if (classes.size() == static_cast<std::size_t>(confusion.classes)) return;
  throw Error(ErrorCode::kShape,
              cat("metrics table: ", classes.size(), " class names; expected ", confusion.classes));
}

std::string cell(double value) { return std::isnan(value) ? "nan" : number(value); }

}  // namespace

std::string confusion_csv(const Confusion& confusion, const std::vector<std::string>& classes) {
  require_one_name_each(confusion, classes);
  std::ostringstream out;
  out << "truth";
  for (const std::string& name : classes) out << ',' << csv_field(name);
  out << '\n';
  for (int truth = 0; truth < confusion.classes; ++truth) {
    out << csv_field(classes[static_cast<std::size_t>(truth)]);
    for (int prediction = 0; prediction < confusion.classes; ++prediction) {
      out << ',' << confusion.at(truth, prediction);
    }
    out << '\n';
  }
  return out.str();
}

std::string per_class_csv(const Confusion& confusion, const std::vector<std::string>& classes,
                          bool segmentation) {
  require_one_name_each(confusion, classes);
  const std::vector<ClassMetrics> metrics = per_class(confusion);
  std::ostringstream out;
  out << "name,precision,recall,f1,support" << (segmentation ? ",iou,dice" : "") << '\n';
  for (std::size_t c = 0; c < metrics.size(); ++c) {
    const ClassMetrics& one = metrics[c];
    out << csv_field(classes[c]) << ',' << cell(one.precision) << ',' << cell(one.recall) << ','
        << cell(one.f1) << ',' << one.support;
    if (segmentation) out << ',' << cell(one.iou) << ',' << cell(one.dice);
    out << '\n';
  }
  return out.str();
}

}  // namespace carica::metrics
