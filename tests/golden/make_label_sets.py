"""Writes label_sets_golden.h: metrics of random sets of labels from scikit-learn.

    pip install scikit-learn
    python make_label_sets.py > label_sets_golden.h
"""

import math
import warnings

import numpy
import sklearn
import sklearn.metrics as sk

THRESHOLD = 0.4
warnings.filterwarnings("ignore")


def numbers(values):
    return "{" + ", ".join("NAN" if math.isnan(v) else repr(v) for v in values) + "}"


def case_text(rng):
    """Scores with ties; now and then a class that no sample has, and samples without a label."""
    classes, size = int(rng.integers(2, 7)), int(rng.integers(1, 40))
    share = rng.choice([0.0, 0.1, 0.5], size=classes)
    truth = (rng.random((size, classes)) < share).astype(int)
    scores = numpy.clip(0.3 * truth + 0.7 * rng.random((size, classes)), 0, 1)
    scores = numpy.round(scores * 16) / 16
    guess = (scores > THRESHOLD).astype(int)
    each = sk.precision_recall_fscore_support(truth, guess, average=None, zero_division=0)
    micro = sk.precision_recall_fscore_support(truth, guess, average="micro", zero_division=0)
    macro = sk.precision_recall_fscore_support(truth, guess, average="macro", zero_division=0)
    ap = [
        sk.average_precision_score(truth[:, c], scores[:, c]) if truth[:, c].any() else math.nan
        for c in range(classes)
    ]
    f1_samples = sk.f1_score(truth, guess, average="samples", zero_division=0)
    fields = [
        str(classes), numbers(scores.flatten().tolist()), numbers(truth.flatten().tolist()),
        numbers([float(v) for v in each[0]]), numbers([float(v) for v in each[1]]),
        numbers([float(v) for v in each[2]]), numbers([float(v) for v in ap]),
        *[repr(float(micro[i])) for i in range(3)], *[repr(float(macro[i])) for i in range(3)],
        repr(float(f1_samples)), repr(float(sk.accuracy_score(truth, guess))),
    ]
    return "    {" + ",\n     ".join(fields) + "},"


def main():
    rng = numpy.random.default_rng(20261126)
    print("// Made by make_label_sets.py with scikit-learn " + sklearn.__version__ + ".")
    print("#pragma once\n\n#include <cmath>\n#include <cstdint>\n#include <vector>\n")
    print("namespace carica::golden {\n\n// clang-format off")
    print(f"inline constexpr double kThreshold = {THRESHOLD!r};\n")
    print("struct LabelSetCase {\n  int classes;\n  std::vector<float> scores;  // [N,K]\n"
          "  std::vector<std::uint8_t> truth;\n"
          "  std::vector<double> precision, recall, f1, average_precision;\n"
          "  double precision_micro, recall_micro, f1_micro;\n"
          "  double precision_macro, recall_macro, f1_macro;\n  double f1_samples, exact_match;\n};\n")
    print("inline std::vector<LabelSetCase> label_set_cases() {\n  return {")
    for text in filter(None, (case_text(rng) for _ in range(24))):
        print(text)
    print("  };\n}\n// clang-format on\n\n}  // namespace carica::golden")


main()
