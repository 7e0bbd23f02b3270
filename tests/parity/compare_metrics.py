"""Compares carica's metrics with Python's on 1,000 random cases, and writes docs/results/metrics.md.

    cmake --build build/release --target metrics_parity
    PYTHONPATH=SITE python tests/parity/compare_metrics.py build/release/tests/parity/metrics_parity

SITE holds what tests/golden/metric_peers.py names, and torchmetrics 1.9.0 beside torch 2.11.0. The
cases have ties, absent classes, single-class sets, ignored pixels, empty pictures and masks.
"""

import datetime
import math
import pathlib
import subprocess
import sys

import numpy as np
import scipy
import sklearn
import statsmodels
import torch
import torchmetrics
from scipy import stats
from torchmetrics.functional import classification as tm

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/golden"))
import metric_peers as peers  # noqa: E402

RESULTS = ROOT / "docs/results/metrics.md"
COUNTED, OTHER, FLOAT32 = 1e-12, 1e-9, 1e-6  # bounds: from counts, from sums of doubles, torchmetrics' own sums
INTEGERS = {"bin_samples", "b", "c", "detections", "ranked", "failures", "band", "contour"}
SUMS = {"nll", "brier", "ece", "mce"}
RESAMPLES = 50


def words(values):
    values = np.asarray(values).ravel()
    return f"{len(values)} " + " ".join(f"{v:.9g}" if values.dtype.kind == "f" else str(v) for v in values.tolist())


def probabilities(rng, number):
    classes, size = int(rng.integers(2, 12)), int(rng.integers(2, 150))
    labels = rng.integers(0, classes, size)
    if number % 5 == 1:
        labels = np.minimum(labels, classes - 2)  # an absent class
    if number % 25 == 2:
        labels[:] = 0  # a single one
    scores = rng.dirichlet(np.full(classes, rng.choice([0.05, 0.5, 2])), size) + 0.3 * np.eye(classes)[labels]
    scores /= scores.sum(1, keepdims=True)
    if number % 3 == 0:
        scores = rng.multinomial(16, scores) / 16  # ties, and probabilities of 0 and 1
    scores, k, bins = scores.astype(np.float32), int(rng.integers(1, classes + 1)), int(rng.choice([15, 10, 7]))
    expected = peers.probabilities(labels, scores, k, bins)
    whole = 0 < (labels == 0).sum() < size
    expected |= peers.roc_curve(labels == 0, scores[:, 0]) if whole else {"fpr": [], "tpr": []}
    text = f"probabilities {classes} {k} {bins} {words(labels)} {words(scores)}"
    return text, expected, of_torchmetrics(labels, scores, bins)


def of_torchmetrics(labels, scores, bins):
    """In float32; its calibration bins are [low, high), ours (low, high]: only without values on edges."""
    truth, p, classes = torch.tensor(labels), torch.tensor(scores), scores.shape[1]
    result = {}
    inside = (scores.max(1) * bins) % 1
    if inside.min() > 1e-4 and inside.max() < 1 - 1e-4 and classes > 2:
        for name, norm in (("ece", "l1"), ("mce", "max")):
            result[name] = float(tm.multiclass_calibration_error(p, truth, classes, n_bins=bins, norm=norm))
    if len(set(labels.tolist())) == classes and classes > 2:
        result["auc"] = tm.multiclass_auroc(p, truth, classes, average=None).tolist()
        result["ap"] = tm.multiclass_average_precision(p, truth, classes, average=None).tolist()
    return result


def samples(rng, number):
    classes, size = int(rng.integers(2, 12)), int(rng.integers(1, 120))
    truth = rng.integers(0, classes, size)
    runs = [np.where(rng.random(size) < rng.random(), truth, rng.integers(0, classes, size)) for _ in range(2)]
    seed = int(rng.integers(0, 2**63))
    expected = peers.bootstrap_samples(classes, truth, runs[1], RESAMPLES, seed)
    expected |= peers.paired(classes, truth, *runs, RESAMPLES, seed)
    return f"samples {classes} {RESAMPLES} {seed} {words(truth)} {words(runs[0])} {words(runs[1])}", expected, {}


def pictures(rng, number):
    classes, count = int(rng.integers(1, 7)), int(rng.integers(1, 6))
    shape = (count, classes, classes + 1)
    stack = rng.integers(0, 20, shape) * (rng.random(shape) < rng.choice([0.2, 0.7, 1]))
    stack[:, range(classes), range(classes)] *= int(rng.integers(1, 8))
    if number % 4 == 1:
        stack[rng.integers(0, count)] = 0
    if number % 4 == 2:
        stack[:, 0, :] = stack[:, :, 0] = 0
    expected = peers.pictures(stack)
    seed = int(rng.integers(0, 2**63))
    expected |= peers.bootstrap_pictures(stack, RESAMPLES, seed)
    text = f"pictures {classes} {RESAMPLES} {seed} {count} " + " ".join(words(one) for one in stack)
    return text, expected, {}


def blobs(rng, height, width):
    y, x = np.indices((height, width))
    mask = np.zeros((height, width), np.uint8)
    for _ in range(rng.integers(0, 7)):
        cx, cy, r = rng.integers(0, width), rng.integers(0, height), rng.integers(1, max(2, min(height, width) // 2))
        mask[(x - cx) ** 2 + (y - cy) ** 2 < r * r] = rng.integers(0, 3)
    return mask


def boundary(rng, number):
    height, width = (int(v) for v in rng.integers(1, rng.choice([12, 80, 320]), 2))
    truth = blobs(rng, height, width)
    shift = [int(v) for v in rng.integers(-4, 5, 2)]
    guess = np.roll(truth, shift, (0, 1)) if number % 3 else blobs(rng, height, width)
    ignored = 2 if number % 2 else 255
    text = f"boundary {height} {width} 1 {ignored} {words(truth)} {words(guess)}"
    return text, peers.boundary(truth, guess, 1, ignored), {}


def difference(actual, expected):
    actual, expected = np.atleast_1d(actual).astype(float), np.atleast_1d(expected).astype(float)
    if actual.shape != expected.shape or (np.isnan(actual) != np.isnan(expected)).any():
        return math.inf
    gap = np.abs(actual - expected)[~np.isnan(actual)]
    return float(gap.max()) if gap.size else 0.0


def results_of(output):
    cases, current = [], {}
    for line in output.splitlines():
        name, *values = line.split()
        if name == "end":
            cases.append(current)
            current = {}
        else:
            current[name] = [float(v) for v in values[1:]]
    return cases


def against_scipy(program):
    """Intervals of 2,000 resamples: scipy draws others, so that the ends agree up to chance."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 10, 2500)
    guess = np.where(rng.random(2500) < 0.8, truth, rng.integers(0, 10, 2500))
    text = f"samples 10 2000 0 {words(truth)} {words(truth)} {words(guess)}"
    ours = results_of(subprocess.run([program], input=text, text=True, capture_output=True, check=True).stdout)[0]["intervals"]
    hits = (truth == guess).astype(float)
    theirs = stats.bootstrap((hits,), np.mean, n_resamples=2000, method="percentile", rng=rng).confidence_interval
    return ours[:3], [float(hits.mean()), *map(float, theirs)]


def main():
    program = sys.argv[1]
    rng = np.random.default_rng(20261126)
    kinds = {"probabilities": (probabilities, 400), "samples": (samples, 200), "pictures": (pictures, 200), "boundary": (boundary, 200)}
    cases = [(kind, *make(rng, number)) for kind, (make, count) in kinds.items() for number in range(count)]
    text = "\n".join(case[1] for case in cases)
    output = subprocess.run([program], input=text, text=True, capture_output=True, check=True).stdout
    results = results_of(output)
    assert len(results) == len(cases)
    rows, failed = {}, 0
    for (kind, _, expected, in_torch), got in zip(cases, results, strict=True):
        assert set(expected) == set(got), (kind, set(expected) ^ set(got))
        for peer, values in (("", expected), (", torchmetrics", in_torch)):
            for name, value in values.items():
                bound = 0 if name in INTEGERS else FLOAT32 if peer else OTHER if name in SUMS else COUNTED
                row = rows.setdefault((kind, name + peer), [0, 0.0, bound])
                gap = difference(got[name], value)
                row[0] += 1
                row[1] = max(row[1], gap)
                if gap > bound:
                    failed += 1
                    print(f"{kind} {name}{peer}: {got[name]} expected {value}")
    ours, theirs = against_scipy(program)
    times = subprocess.run([program, "time"], text=True, capture_output=True, check=True).stdout
    write(rows, ours, theirs, [line.split() for line in times.splitlines()], len(cases))
    print(f"{failed} differences beyond their bounds; {RESULTS}")
    sys.exit(failed > 0)


WHAT = {
    "bootstrap_samples": "2,000 resamples of 2,500 samples, 10 classes: accuracy, F1, 30 class intervals",
    "bootstrap_f1_difference": "2,000 resamples of two runs, 2,500 samples, 10 classes",
    "bootstrap_pictures": "2,000 resamples of 2,000 pictures, 18 classes",
    "mean_picture_scores": "2,000 pictures, 18 classes",
    "count_pixels": "a picture of 1920x1080",
    "boundary_overlap": "a class in 1920x1080",
    "boundary_matches": "a class in 1920x1080",
}


def write(rows, ours, theirs, times, count):
    lines = [
        "# Metrics against Python", "",
        f"`tests/parity/compare_metrics.py`, {count:,} random cases, scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, "
        f"statsmodels {statsmodels.__version__},",
        f"OpenCV {peers.cv2.__version__}, torchmetrics {torchmetrics.__version__} (float32), {datetime.date.today()}. Each number is the largest difference of all "
        "values of",
        "all cases; NaN must stand in the same places. `tests/golden/metric_peers.py` says which function each comes from: picture AP,",
        "ranks and failures have no library and are counted in fractions; bootstraps are scikit-learn's metrics and numpy's",
        "percentiles on the same resamples.", "",
        "| kind | metric | cases | largest difference | bound |", "| --- | --- | --- | --- | --- |",
        *(f"| {kind} | {name} | {n} | {gap:.1e} | {bound:g} |".replace("0.0e+00", "0") for (kind, name), (n, gap, bound) in rows.items()),
        "", "Accuracy of 2,500 samples with its 95 % interval of 2,000 resamples, and scipy.stats.bootstrap's with other resamples: "
        + f"{ours[0]:.4f} ({ours[1]:.4f} to {ours[2]:.4f}), {theirs[0]:.4f} ({theirs[1]:.4f} to {theirs[2]:.4f}).", "",
        "Time on one core of an x86-64 server with other work beside it:", "",
        "| function | of what | ms |", "| --- | --- | --- |", *(f"| {name} | {WHAT[name]} | {ms} |" for name, ms in times)]
    RESULTS.write_text("\n".join(lines) + "\n")


main()
