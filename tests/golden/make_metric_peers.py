"""Writes metric_peers_golden.h: probabilities, resampling, paired tests, pictures and boundaries.

    pip install numpy scipy scikit-learn statsmodels opencv-python-headless
    python make_metric_peers.py > metric_peers_golden.h
"""

import math

import metric_peers as peers
import numpy as np
import scipy
import sklearn
import statsmodels


def text(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return "{" + ", ".join(text(v) for v in value) + "}"
    if isinstance(value, (float, np.floating)):
        if math.isinf(value):
            return "INFINITY" if value > 0 else "-INFINITY"
        return "NAN" if math.isnan(value) else repr(float(value))
    return str(int(value))


def table(kind, name, cases):
    print(f"inline std::vector<{kind}> {name}() {{\n  return {{")
    for case in cases:
        print("    {" + ",\n     ".join(text(v) for v in case) + "},")
    print("  };\n}\n")


def scored(rng, number):
    """Ties and round probabilities in every second case; an absent class; a single-class set."""
    classes, size = int(rng.integers(2, 6)), int(rng.integers(8, 24))
    labels = rng.integers(0, classes, size)
    if number == 3:
        labels = np.minimum(labels, classes - 2)
    if number == 4:
        labels[:] = 1
    scores = rng.dirichlet(np.ones(classes), size)
    scores = rng.multinomial(8, scores) / 8 if number % 2 else scores
    return labels, scores.astype(np.float32)


def probability_cases(rng):
    for number in range(7):
        labels, scores = scored(rng, number)
        got = peers.probabilities(labels, scores, 2, 15)
        curve = peers.roc_curve(labels == 0, scores[:, 0]) if 0 < (labels == 0).sum() < len(labels) else {"fpr": [], "tpr": []}
        yield [scores.shape[1], labels, scores.ravel(), *got.values(), curve["fpr"], curve["tpr"]]


def runs(rng, classes, size):
    truth = rng.integers(0, classes, size)
    return truth, *(np.where(rng.random(size) < share, truth, rng.integers(0, classes, size)) for share in (0.3, 0.8))


def paired_cases(rng):
    for classes, size in ((3, 20), (2, 100), (7, 31)):
        truth, first, second = runs(rng, classes, size)
        intervals = peers.bootstrap_samples(classes, truth, second, 40, 2**40 + size)["intervals"]
        got = peers.paired(classes, truth, first, second, 40, 2**40 + size)
        yield [classes, truth, first, second, 2**40 + size, intervals, *got.values()]


def picture_cases(rng):
    for number in range(6):
        classes, count = int(rng.integers(1, 5)), int(rng.integers(1, 6))
        stack = rng.integers(0, 30, (count, classes, classes + 1)) * (rng.random((count, classes, classes + 1)) < 0.6)
        stack[:, range(classes), range(classes)] *= 3
        if number == 2:
            stack[0] = 0  # a picture of ignored pixels
        if number == 3:
            stack[:, 0, :] = stack[:, :, 0] = 0  # a class that is nowhere
        yield [classes, stack.reshape(count, -1), *peers.pictures(stack).values(),
               peers.bootstrap_pictures(stack, 30, 9)["intervals"]]


def discs(height, width, circles):
    """uint8[height,width]: (value, x, y, radius^2), later ones on top of 0."""
    y, x = np.indices((height, width))
    mask = np.zeros((height, width), np.uint8)
    for value, cx, cy, square in circles:
        mask[(x - cx) ** 2 + (y - cy) ** 2 < square] = value
    return mask


def boundary_cases(rng):
    for number, (height, width) in enumerate(((3, 4), (40, 60), (150, 210), (300, 220), (200, 1), (190, 230), (160, 160))):
        circles = [(int(rng.integers(1, 3)), int(rng.integers(0, width)), int(rng.integers(0, height)),
                    int(rng.integers(1, max(4, height * width // 9)))) for _ in range(4)]
        moved = [(v, x + int(rng.integers(-3, 4)), y + int(rng.integers(-3, 4)), s) for v, x, y, s in circles]
        if number == 6:
            moved = []
        ignored = 2 if number in (3, 5) else 255
        truth, guess = discs(height, width, circles), discs(height, width, moved)
        yield [height, width, circles, moved, ignored, *peers.boundary(truth, guess, 1, ignored).values()]


def main():
    rng = np.random.default_rng(20261126)
    print(f"// Made by make_metric_peers.py with scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, "
          f"statsmodels {statsmodels.__version__}, OpenCV {peers.cv2.__version__}.")
    print("#pragma once\n\n#include <array>\n#include <cmath>\n#include <cstdint>\n#include <vector>\n")
    print("namespace carica::golden {\n\n// clang-format off")
    print("using Numbers = std::vector<double>;\nusing Counts = std::vector<std::int64_t>;\n")
    print("struct ProbabilityCase {\n  int classes;\n  std::vector<int> labels;\n  std::vector<float> scores;  // [N,C]\n"
          "  double top_2, nll, brier;\n  Numbers auc;\n  double auc_macro, auc_weighted;\n  Numbers ap;\n"
          "  double ap_macro, ece, mce;\n  Counts bin_samples;\n  Numbers fpr, tpr;  // of class 0\n};\n")
    table("ProbabilityCase", "probability_cases", probability_cases(rng))
    print("// Intervals are value, low, high one after the other; ends of differences have a p behind them.\n"
          "struct PairedCase {\n  int classes;\n  std::vector<int> truth, first, second;\n  std::uint64_t seed;\n"
          "  Numbers second_intervals;  // 40 resamples: accuracy, f1 macro, of each class precision, recall, f1\n"
          "  std::int64_t first_only, second_only;\n  double statistic, p;\n  Numbers accuracy, f1;\n};\n")
    table("PairedCase", "paired_cases", paired_cases(rng))
    print("struct McNemarCase {\n  std::int64_t first_only, second_only;\n  double statistic, p;\n};\n")
    table("McNemarCase", "mcnemar_cases",
          ([b, c, *peers.mcnemar(b, c).values()] for b, c in
           ((0, 0), (0, 1), (5, 5), (3, 9), (0, 24), (12, 12), (12, 13), (13, 13), (25, 0), (40, 22), (700, 600))))
    print("struct PictureCase {\n  int classes;\n  std::vector<Counts> counts;  // [P][C,C+1]\n"
          "  // Of each class, then of their mean: accuracy, recall, precision, f1, dice, iou; then weighted IoU and\n"
          "  // pixel accuracy.\n  Numbers pooled, mean;\n"
          "  Counts detections;  // tp, fp, fn [C,11,3]\n  Numbers ap;\n  double map;\n  Counts ranked;\n"
          "  Counts failures;  // class, picture\n  Numbers intervals;  // 30 resamples of seed 9: miou, iou of each class\n};\n")
    table("PictureCase", "picture_cases", picture_cases(rng))
    print("// Class of a disc, its middle x and y, its radius squared.\nusing Disc = std::array<int, 4>;\n"
          "struct BoundaryCase {\n  int height, width;\n  std::vector<Disc> truth, prediction;\n  int ignored;\n"
          "  Counts band;     // both, either\n  Counts contour;  // predicted, near, truth, near\n};\n")
    table("BoundaryCase", "boundary_cases", boundary_cases(rng))
    print("// clang-format on\n\n}  // namespace carica::golden")


main()
