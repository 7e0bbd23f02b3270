"""Metrics of the study as Python's libraries have them, for make_*.py here and parity/compare_metrics.py.

    pip install numpy scipy scikit-learn statsmodels opencv-python-headless

Every function takes what src/metrics takes and returns {name: number or list of numbers}. Where no
library has a definition, it is written out here in another way than in C++: fractions instead of
scaled integers, whole label arrays instead of counts, windows instead of running sums.
"""

import warnings
from fractions import Fraction

import cv2
import numpy as np
import sklearn.metrics as sk
from scipy import ndimage
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar

warnings.filterwarnings("ignore")
NAN = float("nan")


def defined_mean(values):
    values = [v for v in values if not np.isnan(v)]
    return float(np.mean(values)) if values else NAN


# --- probabilities -----------------------------------------------------------------------------


def probabilities(labels, scores, k, bins):
    """labels int[N], scores float32[N,C]."""
    classes, p = scores.shape[1], scores.astype(float)
    truth = np.eye(classes)[labels]
    both = [0 < truth[:, c].sum() < len(labels) for c in range(classes)]
    auc = [sk.roc_auc_score(truth[:, c], p[:, c]) if both[c] else NAN for c in range(classes)]
    ap = [sk.average_precision_score(truth[:, c], p[:, c]) if truth[:, c].any() else NAN for c in range(classes)]
    if all(both) and classes > 2:
        macro, weighted = (sk.roc_auc_score(labels, p, multi_class="ovr", average=a) for a in ("macro", "weighted"))
    else:
        weights = truth.sum(0)[both]
        macro = defined_mean(auc)
        weighted = float(np.average(np.array(auc)[both], weights=weights)) if any(both) else NAN
    top = np.argsort(-p, axis=1, kind="stable")[:, :k]
    confidence, right = p.max(1), (p.argmax(1) == labels).astype(int)
    share, mean = calibration_curve(right, confidence, n_bins=bins)
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    counts = np.bincount(np.searchsorted(inner, confidence), minlength=bins)
    gaps = np.abs(share - mean)
    return {
        "top_k": float((top == labels[:, None]).any(1).mean()),
        "nll": float(sk.log_loss(labels, p, labels=range(classes))),
        "brier": float(sk.brier_score_loss(labels, p, labels=range(classes), scale_by_half=False)),
        "auc": [float(v) for v in auc], "auc_macro": float(macro), "auc_weighted": float(weighted),
        "ap": [float(v) for v in ap], "ap_macro": defined_mean(ap),
        "ece": float((gaps * counts[counts > 0]).sum() / len(labels)), "mce": float(gaps.max()),
        "bin_samples": [int(v) for v in counts],
    }


def roc_curve(positive, scores):
    fpr, tpr, _ = sk.roc_curve(positive, scores, drop_intermediate=False)
    return {"fpr": fpr.tolist(), "tpr": tpr.tolist()}


# --- resampling and paired tests ----------------------------------------------------------------

PURPOSE, LOW = 20, np.uint64(0xFFFFFFFF)


def drawn(size, seed, resample):
    """Places of one resample: RandomStream(seed, 0, resample, PURPOSE).below(size), `size` times."""
    blocks = (size + 1) // 2
    c = [np.arange(blocks, dtype=np.uint64), *(np.full(blocks, v, np.uint64) for v in (0, resample, PURPOSE << 16))]
    keys = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        k0, k1 = np.uint64(keys[0]), np.uint64(keys[1])
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ k0, p1 & LOW, (p0 >> np.uint64(32)) ^ c[3] ^ k1, p0 & LOW]
        keys = [(keys[0] + 0x9E3779B9) & 0xFFFFFFFF, (keys[1] + 0xBB67AE85) & 0xFFFFFFFF]
    words = [w for b in range(blocks) for w in (int(c[0][b]) << 32 | int(c[1][b]), int(c[2][b]) << 32 | int(c[3][b]))]
    return np.array([w * size >> 64 for w in words[:size]])


def interval(value, resampled, level):
    defined = resampled[~np.isnan(resampled)]
    if len(set(defined.tolist())) < 2:  # no width: says nothing
        return [float(value), NAN, NAN]
    return [float(value), *np.percentile(defined, [50 - 50 * level, 50 + 50 * level]).tolist()]


def share_interval(hits, count, value, resampled, level, scale=lambda share: share):
    """Clopper and Pearson's where no or every sample is a hit."""
    if count == 0 or 0 < hits < count:
        return interval(value, resampled, level)
    exact = binomtest(int(hits), int(count)).proportion_ci(level, "exact")
    return [float(value), scale(float(exact.low)), scale(float(exact.high))]


def per_class(classes, truth, prediction):
    p, r, f, _ = sk.precision_recall_fscore_support(truth, prediction, labels=range(classes), zero_division=NAN)
    macro = sk.f1_score(truth, prediction, labels=range(classes), average="macro", zero_division=0)
    return np.concatenate([[sk.accuracy_score(truth, prediction), macro], np.stack([p, r, f], 1).ravel()])


def bootstrap_samples(classes, truth, prediction, resamples, seed, level=0.95):
    """Intervals [accuracy, f1_macro, then precision, recall, f1 of each class], one after the other."""
    order = np.lexsort([prediction, truth])
    truth, prediction = truth[order], prediction[order]
    each = np.array([per_class(classes, truth[d], prediction[d])
                     for d in (drawn(len(truth), seed, r) for r in range(resamples))])
    value = per_class(classes, truth, prediction)
    right = truth == prediction
    ends = share_interval(right.sum(), len(right), value[0], each[:, 0], level) + interval(value[1], each[:, 1], level)
    for i in range(2, len(value)):
        of, guessed = truth == (i - 2) // 3, prediction == (i - 2) // 3
        count = (guessed, of, of | guessed)[(i - 2) % 3].sum()
        scale = (lambda share: 2 * share / (1 + share)) if (i - 2) % 3 == 2 else (lambda share: share)
        ends += share_interval((of & right).sum(), count, value[i], each[:, i], level, scale)
    return {"intervals": ends}


def paired(classes, truth, first, second, resamples, seed, level=0.95):
    order = np.lexsort([second, first, truth])
    truth, first, second = truth[order], first[order], second[order]
    hits1, hits2 = first == truth, second == truth
    b, c = int((hits1 & ~hits2).sum()), int((hits2 & ~hits1).sum())
    ends = {}
    hits = np.sort(hits2.astype(float) - hits1)

    def f1(places):
        macro = [sk.f1_score(truth[places], run[places], labels=range(classes), average="macro", zero_division=0)
                 for run in (first, second)]
        return macro[1] - macro[0]

    places = [drawn(len(truth), seed, r) for r in range(resamples)]
    for name, value, each, differing in (
            ("accuracy", hits.mean(), np.array([hits[d].mean() for d in places]), (hits != 0).sum()),
            ("f1", f1(np.arange(len(truth))), np.array([f1(d) for d in places]), (first != second).sum())):
        each = np.where(np.abs(each) <= 1e-13, 0, each)  # sums of shares that cancel
        tail = min((each <= 0).sum() + 1, (each >= 0).sum() + 1) / (resamples + 1)
        least = 2.0 ** (1 - int(differing))
        bounds = interval(value, each, level) if least <= 1 - level else [float(value), NAN, NAN]
        ends[name] = bounds + [float(min(1, max(2 * tail, least)))]
    return {"b": b, "c": c, **mcnemar(b, c), **ends}


def mcnemar(b, c):
    """statsmodels'; but its corrected statistic of b = c is 1/n, where R's and ours is 0."""
    exact = b + c < 25
    test = statsmodels_mcnemar([[0, b], [c, 0]], exact=exact, correction=b != c)
    return {"statistic": float(test.statistic), "p": float(test.pvalue)}


# --- segmentation ------------------------------------------------------------------------------


def labels_of(counts):
    """int[C,C+1] as arrays of true and predicted labels; label C is "other"."""
    t, p = np.indices(counts.shape)
    return np.repeat(t.ravel(), counts.ravel()), np.repeat(p.ravel(), counts.ravel())


def scores(counts, zero):
    """float[6,C]: accuracy, recall, precision, f1, dice, iou; then weighted IoU and pixel accuracy."""
    classes = len(counts)
    truth, guess = labels_of(counts)
    if len(truth) == 0:
        none = np.full(classes, NAN)
        return np.stack([none, *[np.full(classes, zero)] * 3, none, none]), NAN, NAN
    kw = {"labels": range(classes), "average": None}
    p, r, f, support = sk.precision_recall_fscore_support(truth, guess, labels=range(classes), zero_division=zero)
    accuracy = [sk.accuracy_score(truth == c, guess == c) for c in range(classes)]
    dice = sk.f1_score(truth, guess, zero_division=NAN, **kw)
    iou = sk.jaccard_score(truth, guess, zero_division=0, **kw)
    weighted = sk.jaccard_score(truth, guess, labels=range(classes), average="weighted", zero_division=0)
    iou = np.where(np.isnan(dice), NAN, iou)
    return np.stack([accuracy, r, p, f, dice, iou]), float(weighted), sk.accuracy_score(truth, guess)


def pictures(stack):
    """int[P,C,C+1]"""
    classes = stack.shape[1]
    pooled, pooled_weighted, pooled_right = scores(stack.sum(0), 0)
    each = [scores(counts, NAN) for counts in stack]
    mean = np.array([[defined_mean([e[0][f, c] for e in each]) for c in range(classes)] for f in range(6)])

    def flat(table, weighted, right):
        return [*table.T.ravel().tolist(), *[defined_mean(row) for row in table], weighted, right]

    detections, ap, failures = [], [], []
    for c in range(classes):
        precision = []
        for t in range(11):
            tp = fp = fn = 0
            for counts in stack:
                truth, guess = labels_of(counts)
                both, union = int(((truth == c) & (guess == c)).sum()), int(((truth == c) | (guess == c)).sum())
                iou = Fraction(both, union) if union else Fraction(0)
                detected = iou > 0 if t == 0 else iou >= Fraction(t, 10)
                tp += bool((truth == c).any() and detected)
                fp += bool((guess == c).any() and not detected)
                fn += bool((truth == c).any() and not detected)
            detections += [tp, fp, fn]
            precision.append(tp / (tp + fp) if tp + fp else NAN)
        ap.append(defined_mean(precision))
    order = []
    for i, counts in enumerate(stack):
        truth, guess = labels_of(counts)
        present = sorted(set(truth.tolist()))
        ious = [Fraction(int(((truth == c) & (guess == c)).sum()), int(((truth == c) | (guess == c)).sum())) for c in present]
        failures += [(c, i) for c, iou in zip(present, ious, strict=True) if iou <= Fraction(1, 2)]
        order.append(-float(np.mean([float(v) for v in ious])) if present else 1)
    return {
        "pooled": flat(pooled, pooled_weighted, pooled_right),
        "mean": flat(mean, defined_mean([e[1] for e in each]), defined_mean([e[2] for e in each])),
        "detections": detections, "ap": ap, "map": defined_mean(ap),
        "ranked": np.argsort(np.array(order).round(12), kind="stable").tolist(),
        "failures": [v for pair in sorted(failures) for v in pair],
    }


def bootstrap_pictures(stack, resamples, seed, level=0.95):
    classes = stack.shape[1]
    diagonal = stack[:, range(classes), range(classes)]
    columns = np.stack([diagonal, stack.sum(2), stack[:, :, :classes].sum(1)], 2).reshape(len(stack), -1)
    stack = stack[np.lexsort(columns.T[::-1])]

    def ious(counts):
        iou = scores(counts, NAN)[0][5]
        return np.array([defined_mean(iou), *iou])

    each = np.array([ious(stack[drawn(len(stack), seed, r)].sum(0)) for r in range(resamples)])
    return {"intervals": sum((interval(v, each[:, i], level) for i, v in enumerate(ious(stack.sum(0)))), [])}


# --- boundaries --------------------------------------------------------------------------------


def band(mask):
    """mask_to_boundary() of Cheng et al.'s description, by OpenCV; 0 outside the picture."""
    height, width = mask.shape
    steps = max(1, int(round(0.02 * np.sqrt(height**2 + width**2))))
    padded = np.pad(mask.astype(np.uint8), 1)
    return mask & (cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=steps)[1:-1, 1:-1] == 0)


def band_with_ignored(mask, ignored):
    height, width = mask.shape
    steps = max(1, int(round(0.02 * np.sqrt(height**2 + width**2))))
    rest = np.pad(~mask & ~ignored, steps, constant_values=True)
    near = ndimage.maximum_filter(rest, size=2 * steps + 1)[steps:-steps, steps:-steps]
    return mask & ~ignored & near


def contour(mask, ignored):
    rest = ~mask & ~ignored
    cross = ndimage.generate_binary_structure(2, 1)
    return mask & ~ignored & ndimage.binary_dilation(rest, cross)


def boundary(truth, guess, class_id, ignore):
    ignored = truth == ignore
    a, b = truth == class_id, guess == class_id
    if ignored.any():
        bands = band_with_ignored(a, ignored), band_with_ignored(b, ignored)
    else:
        bands = band(a), band(b)
    lines = contour(b, ignored), contour(a, ignored)
    reach = 0.0075 * np.hypot(*truth.shape)
    counts = []
    for own, other in (lines, lines[::-1]):
        distance = ndimage.distance_transform_edt(~other) if other.any() else np.full(own.shape, np.inf)
        counts += [int(own.sum()), int((own & (distance < reach)).sum())]
    return {"band": [int((bands[0] & bands[1]).sum()), int((bands[0] | bands[1]).sum())], "contour": counts}
