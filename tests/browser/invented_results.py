"""Invented curves, evaluations and embeddings, as docs/report.md lays them out."""

import math


def curve(dice, start, end, epochs, speed=0.25, noise=0.02):
    return [
        round(end + (start - end) * math.exp(-speed * epoch) + noise * dice.gauss(0, 1), 5)
        for epoch in range(epochs)
    ]


def curves(dice, epochs, names=("train", "val")):
    val = curve(dice, 2.2, 0.75, epochs)
    val = [v + 0.015 * max(0, i - epochs * 0.4) for i, v in enumerate(val)]
    accuracy = curve(dice, 0.2, 0.86, epochs, noise=0.008)
    accuracy[1] = None
    return {
        "epochs": list(range(1, epochs + 1)),
        "best": 1 + val.index(min(val)),
        "panels": [
            {
                "title": "Loss",
                "lines": [
                    {"name": names[0], "values": curve(dice, 2.3, 0.2, epochs)},
                    {"name": names[1], "values": val},
                ],
            },
            {
                "title": "Top-1 accuracy",
                "lines": [
                    {"name": names[0], "values": curve(dice, 0.15, 0.96, epochs, noise=0.005)},
                    {"name": names[1], "values": accuracy},
                ],
            },
            {
                "title": "Learning rate",
                "lines": [
                    {
                        "name": "lr",
                        "values": [0.001 * (1 + math.cos(math.pi * i / epochs)) / 2 for i in range(epochs)],
                    }
                ],
            },
        ],
        "statement": f"The network overfits from epoch {1 + val.index(min(val))} on: the validation loss rises while the training loss falls.",
    }


def wilson(share, n, z=1.96):
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return round(middle - half, 4), round(middle + half, 4)


def confusion_counts(dice, classes, support, right):
    rows = []
    for truth in range(classes):
        row = [0] * classes
        skill = min(0.99, max(0.2, dice.gauss(right, 0.1)))
        for _ in range(support[truth]):
            if dice.random() < skill:
                row[truth] += 1
            else:
                row[(truth + dice.choice([1, -1, 1, 2, 5, dice.randrange(classes)])) % classes] += 1
        rows.append(row)
    return rows


def per_class(counts):
    rows = []
    for k, row in enumerate(counts):
        support, predicted = sum(row), sum(other[k] for other in counts)
        recall = row[k] / support if support else None
        precision = row[k] / predicted if predicted else None
        f1 = 2 * row[k] / (support + predicted) if support + predicted else None
        area = 1 - (1 - recall) / 4 if support else None
        bounds = [
            wilson(precision, predicted) if predicted else (None, None),
            wilson(recall, support) if support else (None, None),
        ]
        rows.append(
            {
                "class": k,
                "values": [precision, recall, f1, area, f1, support],
                "low": [bounds[0][0], bounds[1][0], None, None, None, None],
                "high": [bounds[0][1], bounds[1][1], None, None, None, None],
            }
        )
    return {"columns": ["precision", "recall", "f1", "ROC AUC", "AP", "support"], "rows": rows}


def evaluation(dice, pictures, names, split, support, right, thumbs):
    classes = len(names)
    counts = confusion_counts(dice, classes, support, right)
    cells, mistakes = {}, []
    for truth in range(classes):
        for predicted in range(classes):
            some = min(counts[truth][predicted], 3 if truth != predicted else 1)
            if not some or len(mistakes) > 120:
                continue
            ids = [dice.choice(thumbs[truth]) for _ in range(some)]
            cells[f"{truth},{predicted}"] = ids
            for one in ids if truth != predicted else []:
                p = 0.4 + 0.6 * dice.random()
                mistakes.append(
                    {
                        "picture": one,
                        "truth": truth,
                        "predicted": predicted,
                        "probability": p,
                        "truth_probability": (1 - p) * dice.random(),
                        "path": f"{names[truth]}/{dice.randrange(10**4):04d}_crop{dice.randrange(9):02d}.jpg",
                    }
                )
    total = sum(map(sum, counts))
    bins = []
    for k in range(10):
        many = int(total * (k / 10) ** 3)
        confidence = (k + 0.5) / 10
        bins.append(
            {
                "low": k / 10,
                "high": (k + 1) / 10,
                "count": many,
                "confidence": confidence if many else None,
                "accuracy": max(0, confidence - 0.12 * confidence * dice.random() * 1.5) if many else None,
            }
        )
    roc = []
    for k in range(min(classes, 20)):
        power = 0.05 + 0.25 * dice.random()
        roc.append(
            {"class": k, "auc": 1 / (1 + power), "points": [[x / 40, (x / 40) ** power] for x in range(41)]}
        )
    right_share = sum(counts[k][k] for k in range(classes)) / total
    return {
        "split": split,
        "samples": total,
        "metrics": [
            ["loss", 0.61234],
            ["top1", right_share],
            ["top5", min(1, right_share + 0.15)],
            ["f1_macro", right_share - 0.012],
            ["precision_macro", right_share - 0.004],
            ["auc", None],
        ],
        "per_class": per_class(counts),
        "confusion": {"classes": names, "counts": counts, "pictures": cells},
        "reliability": {"bins": bins, "ece": 0.0412},
        "roc": roc,
        "mistakes": mistakes,
    }


def embedding(dice, title, classes, points, thumbs, dims):
    centers = [[dice.gauss(0, 12) for _ in range(dims)] for _ in range(classes)]
    labels = [dice.randrange(classes) for _ in range(points)]
    return {
        "title": title,
        "method": "t-SNE, perplexity 30",
        "split": "val",
        "labels": labels,
        "predicted": [label if dice.random() < 0.87 else dice.randrange(classes) for label in labels],
        "points": [[round(dice.gauss(c, 3), 3) for c in centers[label]] for label in labels],
        "pictures": [dice.choice(thumbs[label]) if dice.random() < 0.9 else None for label in labels],
    }
