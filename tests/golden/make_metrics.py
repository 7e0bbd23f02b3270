"""Writes metrics_golden.h: reference metrics of random labels from scikit-learn and torchmetrics.

    pip install scikit-learn torchmetrics torch
    python make_metrics.py > metrics_golden.h
"""

import warnings

import numpy
import sklearn
import sklearn.metrics as sk
import torch
import torchmetrics
from torchmetrics.functional.classification import multiclass_accuracy, multiclass_jaccard_index
from torchmetrics.functional.segmentation import dice_score

IGNORED = 255
warnings.filterwarnings("ignore")


def numbers(values):
    return "{" + ", ".join("NAN" if v != v else repr(v) for v in values) + "}"


def labels_case(rng):
    """K classes of which some never occur, a few targets ignored."""
    classes = int(rng.integers(2, 9))
    size = int(rng.integers(1, 60))
    present = rng.choice(classes, size=rng.integers(1, classes + 1), replace=False)
    truth = rng.choice(present, size=size)
    guess = numpy.where(rng.random(size) < 0.6, truth, rng.integers(0, classes, size))
    if rng.random() < 0.3:
        guess = rng.choice(present, size=size)
    truth = numpy.where(rng.random(size) < 0.1, IGNORED, truth)
    truth[0] = present[0]
    return classes, truth, guess


def labels_text(classes, truth, guess):
    counted = truth != IGNORED
    y, p = truth[counted], guess[counted]
    labels = list(range(classes))
    average = {
        name: sk.precision_recall_fscore_support(y, p, labels=labels, average=name, zero_division=0)
        for name in (None, "micro", "macro", "weighted")
    }
    target, preds = torch.from_numpy(truth), torch.from_numpy(guess)
    iou = multiclass_jaccard_index(
        preds, target, classes, average=None, ignore_index=IGNORED, zero_division=float("nan")
    )
    miou = multiclass_jaccard_index(preds, target, classes, average="macro", ignore_index=IGNORED)
    dice = dice_score(
        torch.from_numpy(p)[None], torch.from_numpy(y)[None], classes, average="none",
        input_format="index",
    )[0]
    accuracy = sk.accuracy_score(y, p)
    assert abs(accuracy - average["micro"][2]) < 1e-12
    present = set(y) | set(p)
    dice = [float(d) if c in present else float("nan") for c, d in enumerate(dice)]
    fields = [
        str(classes),
        numbers(truth.tolist()),
        numbers(guess.tolist()),
        numbers(sk.confusion_matrix(y, p, labels=labels).flatten().tolist()),
        numbers(average[None][0].tolist()),
        numbers(average[None][1].tolist()),
        numbers(average[None][2].tolist()),
        numbers([float(v) for v in iou]),
        numbers(dice),
        repr(float(accuracy)),
        repr(float(average["macro"][0])),
        repr(float(average["macro"][1])),
        repr(float(average["macro"][2])),
        repr(float(average["weighted"][2])),
        repr(float(miou)),
        repr(float(numpy.nanmean(dice))),
    ]
    return "    {" + ",\n     ".join(fields) + "},"


def top_k_text(rng):
    classes, size = int(rng.integers(2, 9)), int(rng.integers(1, 9))
    top_k = int(rng.integers(1, classes + 1))
    # All different, so that the order of ties does not matter here.
    scores = rng.permutation(classes * size).reshape(size, classes) / 64 - 0.5
    truth = rng.integers(0, classes, size)
    share = multiclass_accuracy(
        torch.from_numpy(scores), torch.from_numpy(truth), classes, average="micro", top_k=top_k
    )
    fields = [
        str(classes), str(top_k), numbers(scores.flatten().tolist()), numbers(truth.tolist()),
        repr(float(share)),
    ]
    return "    {" + ",\n     ".join(fields) + "},"


def main():
    rng = numpy.random.default_rng(20240229)
    print("// Made by make_metrics.py with scikit-learn " + sklearn.__version__
          + " and torchmetrics " + torchmetrics.__version__ + ".")
    print("#pragma once\n\n#include <cmath>\n#include <cstdint>\n#include <vector>\n")
    print("namespace carica::golden {\n\n// clang-format off")
    print("inline constexpr int kIgnored = %d;\n" % IGNORED)
    print("struct LabelsCase {\n  int classes;\n  std::vector<std::int64_t> truth, prediction, counts;"
          "\n  std::vector<double> precision, recall, f1, iou, dice;"
          "\n  double accuracy, precision_macro, recall_macro, f1_macro, f1_weighted, miou, mdice;\n};\n")
    print("inline std::vector<LabelsCase> labels_cases() {\n  return {")
    for _ in range(30):
        print(labels_text(*labels_case(rng)))
    print("  };\n}\n")
    print("struct TopKCase {\n  int classes, top_k;\n  std::vector<double> scores;"
          "\n  std::vector<std::int64_t> truth;\n  double share;\n};\n")
    print("inline std::vector<TopKCase> top_k_cases() {\n  return {")
    for _ in range(20):
        print(top_k_text(rng))
    print("  };\n}\n// clang-format on\n\n}  // namespace carica::golden")


main()
