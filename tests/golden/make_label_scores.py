"""Writes label_scores_golden.h: what analysis says of random sets of labels, from scikit-learn and numpy.

    pip install numpy scipy scikit-learn statsmodels opencv-python-headless
    python make_label_scores.py > label_scores_golden.h
"""

import math

import metric_peers as peers
import numpy as np
import sklearn
import sklearn.metrics as sk
from sklearn.calibration import calibration_curve

NAN = math.nan
BINS, RESAMPLES, LEVEL, SEED = 15, 40, 0.95, 11
FIRST, SECOND = 0.4, 0.55  # thresholds


def text(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return "{" + ", ".join(text(v) for v in value) + "}"
    if isinstance(value, (float, np.floating)):
        return "NAN" if math.isnan(value) else repr(float(value))
    return str(int(value))


def of_each(function, truth, scores, defined):
    return [function(truth[:, c], scores[:, c]) if defined(truth[:, c]) else NAN for c in range(truth.shape[1])]


def precisions(truth, scores):
    """Rounded: scikit-learn's sums of shares that are 1 are so in some resamples only."""
    return [round(one, 13) for one in of_each(sk.average_precision_score, truth, scores, np.any)]


def reliability(truth, scores):
    flat, true = scores.ravel(), truth.ravel()
    share, mean = calibration_curve(true, flat, n_bins=BINS)
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], flat), minlength=BINS)
    return counts, float((np.abs(share - mean) * counts[counts > 0]).sum() / flat.size)


def best_threshold(truth, scores):
    """Half way below the lowest score that belongs to the set with the largest F1."""
    if not truth.any():
        return NAN
    cuts = np.unique(scores[scores > 0])[::-1]
    if not len(cuts):
        return NAN
    f1 = [sk.f1_score(truth, scores >= cut) for cut in cuts]
    best = int(np.argmax(f1))
    if f1[best] == 0:
        return NAN
    below = scores[scores < cuts[best]]
    return float((cuts[best] + (below.max() if len(below) else 0)) / 2)


def values(truth, scores, threshold):
    """exact match, F1 micro, F1 macro, mAP, then precision, recall, F1, average precision of each label."""
    guess = scores > threshold
    p, r, f, _ = sk.precision_recall_fscore_support(truth, guess, average=None, zero_division=NAN)
    ap = precisions(truth, scores)
    averages = [sk.f1_score(truth, guess, average=a, zero_division=0) for a in ("micro", "macro")]
    head = [sk.accuracy_score(truth, guess), *averages, peers.defined_mean(ap)]
    return np.array([*head, *np.stack([p, r, f, ap], 1).ravel()], float)


def intervals(truth, scores, threshold):
    order = np.lexsort([*scores.T[::-1], *truth.T[::-1]])
    truth, scores = truth[order], scores[order]
    each = np.array([values(truth[d], scores[d], threshold) for d in resamples(len(truth))])
    value = values(truth, scores, threshold)
    guess = scores > threshold
    exact = (guess == truth).all(1)
    ends = peers.share_interval(exact.sum(), len(exact), value[0], each[:, 0], LEVEL)
    for i in range(1, 4):
        ends += peers.interval(value[i], each[:, i], LEVEL)
    for i in range(4, len(value)):
        of, guessed = truth[:, (i - 4) // 4] > 0, guess[:, (i - 4) // 4]
        kind = (i - 4) % 4
        if kind == 3:
            ends += peers.interval(value[i], each[:, i], LEVEL)
            continue
        count = (guessed, of, of | guessed)[kind].sum()
        scale = (lambda share: 2 * share / (1 + share)) if kind == 2 else (lambda share: share)
        ends += peers.share_interval((of & guessed).sum(), count, value[i], each[:, i], LEVEL, scale)
    return ends


def resamples(size):
    return [peers.drawn(size, SEED, r) for r in range(RESAMPLES)]


def differences(truth, first, second):
    """Second - first of mAP, then of F1 macro: value, low, high, p."""
    order = np.lexsort([*second.T[::-1], *first.T[::-1], *truth.T[::-1]])
    truth, first, second = truth[order], first[order], second[order]

    def of(places):
        a, b = values(truth[places], first[places], FIRST), values(truth[places], second[places], SECOND)
        return b[[3, 2]] - a[[3, 2]]

    value = of(np.arange(len(truth)))
    each = np.array([of(d) for d in resamples(len(truth))])
    ends = []
    differing = ((first != second).any(1).sum(), ((first > FIRST) != (second > SECOND)).any(1).sum())
    for k in range(2):
        one = each[:, k][~np.isnan(each[:, k])]
        one = np.where(np.abs(one) <= 1e-13, 0, one)  # sums of shares that cancel
        if not len(one) or np.isnan(value[k]):
            ends += [float(value[k]), NAN, NAN, NAN]
            continue
        tail = min((one <= 0).sum() + 1, (one >= 0).sum() + 1) / (len(one) + 1)
        least = 2.0 ** (1 - int(differing[k]))
        bounds = peers.interval(value[k], one, LEVEL) if least <= 1 - LEVEL else [float(value[k]), NAN, NAN]
        ends += [*bounds, float(min(1, max(2 * tail, least)))]
    return ends


def case(rng, number):
    """Scores with ties; now and then a label that no sample has, or all, and scores of 0."""
    classes, size = int(rng.integers(2, 6)), int(rng.integers(9, 40))
    share = rng.choice([0.0, 0.15, 0.5] if number % 3 else [0.3, 0.5, 1.0], size=classes)
    truth = (rng.random((size, classes)) < share).astype(int)
    if number == 0:
        truth[:] = 0
    runs = []
    for skill in (0.3, 0.5):
        scores = np.clip(skill * truth + (1 - skill) * rng.random((size, classes)), 0, 1)
        runs.append((np.round(scores * 16) / 16).astype(np.float32).astype(float))
    first, second = runs
    if number == 5:
        first[:, 0] = 0
    if number == 6:
        second = first.copy()
        second[:3] = 1 - second[:3]
    counts, ece = reliability(truth, first)
    curve = sk.precision_recall_curve(truth[:, 0], first[:, 0]) if truth[:, 0].any() else ([], [], [])
    auc = of_each(sk.roc_auc_score, truth, first, lambda column: 0 < column.sum() < size)
    return [
        classes, truth.ravel(), first.ravel(), second.ravel(), auc, counts, ece,
        [best_threshold(truth[:, c], first[:, c]) for c in range(classes)],
        np.asarray(curve[1])[::-1], np.asarray(curve[0])[::-1],
        intervals(truth, first, FIRST), differences(truth, first, second),
    ]


def main():
    rng = np.random.default_rng(20261128)
    print(f"// Made by make_label_scores.py with scikit-learn {sklearn.__version__} and numpy {np.__version__}.")
    print("#pragma once\n\n#include <cmath>\n#include <cstdint>\n#include <vector>\n")
    print("namespace carica::golden {\n\n// clang-format off")
    print(f"inline constexpr double kFirstThreshold = {FIRST}, kSecondThreshold = {SECOND};")
    print(f"inline constexpr int kLabelResamples = {RESAMPLES}, kLabelSeed = {SEED};\n")
    print("// Intervals are value, low, high one after the other; those of differences have a p behind them.\n"
          "struct LabelScoresCase {\n  int classes;\n  std::vector<std::uint8_t> truth;  // [N,K]\n"
          "  std::vector<float> first, second;\n  std::vector<double> roc_auc;\n"
          "  std::vector<std::int64_t> bin_samples;\n  double ece;\n  std::vector<double> best_threshold;\n"
          "  std::vector<double> recall, precision;  // the curve of label 0, the highest score first\n"
          "  std::vector<double> intervals;    // exact match, F1 micro, F1 macro, mAP; of each label P, R, F1, AP\n"
          "  std::vector<double> differences;  // of mAP, F1 macro\n};\n")
    print("inline std::vector<LabelScoresCase> label_scores_cases() {\n  return {")
    for number in range(12):
        print("    {" + ",\n     ".join(text(v) for v in case(rng, number)) + "},")
    print("  };\n}\n// clang-format on\n\n}  // namespace carica::golden")


main()
