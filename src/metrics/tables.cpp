// The CSV forms declared in confusion.h and label_sets.h.
#include <cmath>
#include <sstream>

#include "core/error.h"
#include "core/text.h"
#include "metrics/confusion.h"
#include "metrics/label_sets.h"

namespace carica::metrics {
namespace {

void require_one_name_each(std::size_t expected, const std::vector<std::string>& classes) {
  if (classes.size() == expected) return;
  throw Error(ErrorCode::kShape,
              cat("metrics table: ", classes.size(), " class names; expected ", expected));
}

std::string cell(double value) { return std::isnan(value) ? "nan" : number(value); }

}  // namespace

std::string confusion_csv(const Confusion& confusion, const std::vector<std::string>& classes) {
  require_one_name_each(static_cast<std::size_t>(confusion.classes), classes);
  std::ostringstream out;
  out << "truth";
  for (const std::string& name : classes) out << ',' << csv_field(name);
  if (!confusion.other.empty()) out << ",other";
  out << '\n';
  for (int truth = 0; truth < confusion.classes; ++truth) {
    out << csv_field(classes[static_cast<std::size_t>(truth)]);
    for (int prediction = 0; prediction < confusion.classes; ++prediction) {
      out << ',' << confusion.at(truth, prediction);
    }
    if (!confusion.other.empty()) out << ',' << confusion.other[static_cast<std::size_t>(truth)];
    out << '\n';
  }
  return out.str();
}

std::string per_class_csv(const Confusion& confusion, const std::vector<std::string>& classes,
                          bool segmentation) {
  require_one_name_each(static_cast<std::size_t>(confusion.classes), classes);
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

std::string per_class_csv(const LabelSetMetrics& metrics, const std::vector<std::string>& classes) {
  require_one_name_each(metrics.classes.size(), classes);
  std::ostringstream out;
  out << "name,precision,recall,f1,average_precision,support\n";
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const LabelMetrics& one = metrics.classes[c];
    out << csv_field(classes[c]) << ',' << cell(one.precision) << ',' << cell(one.recall) << ','
        << cell(one.f1) << ',' << cell(one.average_precision) << ',' << one.support << '\n';
  }
  return out.str();
}

}  // namespace carica::metrics
