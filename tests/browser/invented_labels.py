"""A page of an invented classifier of pictures with several labels."""

import random

from invented_pictures import Pictures, animal
from invented_results import curves, wilson

THINGS = ["bicycle", "bus", "car", "dog, on a lead", "person", "traffic light", "tree"]
SHARES = [0.1, 0.05, 0.5, 0.08, 0.6, 0.3, 0.45]


def drawn_sets(dice, size):
    """Truth and probabilities of pictures: a traffic light comes with cars."""
    truth, scores = [], []
    for _ in range(size):
        own = [k for k, share in enumerate(SHARES) if dice.random() < share]
        if 5 in own and 2 not in own and dice.random() < 0.7:
            own = sorted([*own, 2])
        truth.append(own)
        skill = [0.35, 0.5, 0.25, 0.3, 0.2, 0.2, 0.3]
        scores.append(
            [min(0.999, max(0.001, dice.gauss(0.75 if k in own else 0.25, s))) for k, s in enumerate(skill)]
        )
    return truth, scores


def above(scores, threshold=0.5):
    return [[k for k, p in enumerate(row) if p > threshold] for row in scores]


def per_label(truth, predicted):
    rows = []
    for k in range(len(THINGS)):
        support, given = sum(k in own for own in truth), sum(k in own for own in predicted)
        hits = sum(k in own and k in guess for own, guess in zip(truth, predicted, strict=True))
        precision, recall = hits / given if given else 0, hits / support if support else 0
        f1 = 2 * hits / (support + given) if support + given else 0
        bounds = [wilson(value, count or 1) for value, count in ((precision, given), (recall, support))]
        rows.append(
            {
                "class": k,
                "values": [0.3 + 0.6 * f1, precision, recall, f1, 0.5 + f1 / 2, support],
                "low": [None, bounds[0][0], bounds[1][0], None, None, None],
                "high": [None, bounds[0][1], bounds[1][1], None, None, None],
            }
        )
    rows[1]["values"][0] = None
    return {"columns": ["AP", "precision", "recall", "f1", "ROC AUC", "support"], "rows": rows}


def together(truth, others):
    size = range(len(THINGS))
    return [
        [
            sum(row in own and column in other for own, other in zip(truth, others, strict=True))
            for column in size
        ]
        for row in size
    ]


def mistakes(dice, truth, predicted, scores, thumbs):
    found = []
    for i, (own, guess) in enumerate(zip(truth, predicted, strict=True)):
        for k in set(own) ^ set(guess):
            found.append(
                {
                    "picture": dice.choice(thumbs),
                    "label": k,
                    "missing": k in own,
                    "probability": scores[i][k],
                    "truth": own,
                    "predicted": guess,
                    "path": f"street/{i:05d}.jpg",
                }
            )
    return found


def reliability(truth, scores):
    bins = []
    for b in range(15):
        inside = [
            (p, k in own)
            for own, row in zip(truth, scores, strict=True)
            for k, p in enumerate(row)
            if b / 15 < p <= (b + 1) / 15
        ]
        bins.append(
            {
                "low": b / 15,
                "high": (b + 1) / 15,
                "count": len(inside),
                "confidence": sum(p for p, _ in inside) / len(inside) if inside else None,
                "accuracy": sum(true for _, true in inside) / len(inside) if inside else None,
            }
        )
    return {"bins": bins, "ece": 0.0521, "of": "labels"}


def curve_points(power):
    return [[x / 40, (x / 40) ** power] for x in range(41)]


def scatter(dice, title, truth, predicted, thumbs, dims):
    return {
        "title": title,
        "method": "t-SNE, perplexity 30",
        "split": "val",
        "label_sets": truth,
        "predicted_sets": predicted,
        "points": [[round(dice.gauss(4 * (2 in own) - 3 * (4 in own), 1), 3) for _ in range(dims)] for own in truth],
        "pictures": [dice.choice([*thumbs, None]) for _ in truth],
    }


def several_labels(seed):
    dice = random.Random(seed)
    pictures = Pictures()
    thumbs = [pictures.add(animal(dice, k), f"street/{k:05d}.jpg") for k in range(12)]
    truth, scores = drawn_sets(dice, 300)
    predicted = above(scores)
    found = mistakes(dice, truth, predicted, scores, thumbs)
    thresholds = [
        {"class": k, "values": [0.2 + 0.08 * k, 0.7, 0.68, 0.66, 40 + k]} for k in range(len(THINGS))
    ]
    thresholds[1]["values"][0] = None
    return {
        "format": 1,
        "title": "What is in the street",
        "task": "classify",
        "subtitle": "resnet18, 7 classes, test",
        "created": "2026-11-28 08:00",
        "command": "carica analyze runs/classify/street",
        "headline": [
            {
                "label": "Mean average precision",
                "value": 0.712,
                "low": 0.68,
                "high": 0.74,
                "unit": "share",
                "split": "test",
                "level": 0.95,
            },
            {"label": "All labels right", "value": 0.31, "unit": "share", "split": "test"},
        ],
        "classes": [
            {"name": name, "counts": {"train": int(900 * share), "val": int(150 * share), "test": int(300 * share)}}
            for name, share in zip(THINGS, SHARES, strict=True)
        ],
        "curves": curves(dice, 12),
        "evaluations": [
            {
                "split": "test",
                "samples": 300,
                "metrics": [["loss", 0.41], ["map", 0.712], ["f1_macro", 0.66], ["exact_match", 0.31]],
                "per_class": per_label(truth, predicted),
                "thresholds": {
                    "chosen_on": "val",
                    "text": "The thresholds with the best F1 of each label on val. Macro F1 of test with them: 0.680, with 0.5 for all labels 0.660.",
                    "columns": [
                        "threshold", "F1, val", "F1, test", "F1, test, at 0.5", "support, val",
                    ],
                    "rows": thresholds,
                },
                "co_occurrence": {"truth": together(truth, truth), "predicted": together(truth, predicted)},
                "reliability": reliability(truth, scores),
                "roc": [
                    {"class": k, "auc": 1 / (1.1 + k / 20), "points": curve_points(0.1 + k / 20)}
                    for k in range(len(THINGS))
                ],
                "precision_recall": [
                    {"class": k, "ap": 0.9 - k / 20, "points": [[x, 1 - (0.1 + k / 20) * y] for x, y in curve_points(2)]}
                    for k in range(len(THINGS))
                ],
                "label_mistakes": found[:200],
                "label_mistakes_total": len(found),
            }
        ],
        "embeddings": [
            scatter(dice, "Features of val", truth, predicted, thumbs, 2),
            scatter(dice, "Features in three dimensions", truth, predicted, thumbs, 3),
        ],
        "pictures": pictures.list,
    }


def labels_comparison(seed):
    """Two runs with a table of their labels, and no confusion matrices."""
    dice = random.Random(seed)
    names = ["cnn", "resnet18"]
    rows = [
        {"class": k, "values": [round(0.5 + 0.4 * dice.random(), 3) for _ in range(4)]} for k in range(len(THINGS))
    ]
    return {
        "format": 1,
        "title": "Two networks on seven labels",
        "task": "classify",
        "classes": [{"name": name} for name in THINGS],
        "comparison": {
            "runs": [
                {
                    "name": name,
                    "metrics": [["mean average precision", 0.61 + k / 10], ["F1 macro", 0.58 + k / 10]],
                    "parameters": [344138, 11181642][k],
                    "seconds": [300, 1800][k],
                }
                for k, name in enumerate(names)
            ],
            "tests": [
                {
                    "a": "cnn",
                    "b": "resnet18",
                    "test": "mean average precision, paired bootstrap",
                    "statistic": 0.1,
                    "p": 0.001,
                    "text": "Difference of mean average precision: 0.1000 (95 %: 0.0600 to 0.1400): resnet18 is better than cnn (p = 0.0010).",
                }
            ],
            "per_class": {
                "columns": [f"{metric}, {name}" for metric in ("AP", "F1") for name in names],
                "rows": rows,
            },
        },
    }
