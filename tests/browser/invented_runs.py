"""Whole pages of invented runs: a classifier, a segmenter, a comparison, one of hostile text."""

import random

from invented_pictures import STREET, Pictures, animal, street
from invented_results import curve, curves, embedding, evaluation, wilson

ANIMALS = [
    "amur leopard",
    "amur tiger",
    "birds",
    "black bear",
    "brown bear",
    "dog",
    "roe deer",
    "sika deer",
    "wild boar",
    "people",
]
OVERLAPS = [
    "IoU",
    "Dice",
    "precision",
    "recall",
    "F1",
    "AP",
    "IoU, mean of pictures",
    "boundary IoU",
    "boundary F1",
    "pixels",
]
MEANS = {
    "loss": 0.7312,
    "mIoU": 0.2751,
    "mIoU, mean of pictures": 0.2514,
    "mean Dice": 0.3602,
    "share of right pixels": 0.812,
    "frequency-weighted IoU": 0.7016,
    "mean precision": 0.4425,
    "mean recall": 0.3891,
    "mean F1": 0.3602,
    "mAP over IoU thresholds": 0.1968,
    "mean boundary IoU": 0.1733,
    "mean boundary F1": None,
}


def classifier(names, seed, epochs=20, points=1500, right=0.83):
    dice = random.Random(seed)
    pictures = Pictures()
    thumbs = [
        [
            pictures.add(animal(dice, k, 32 if len(names) > 20 else 96), f"{name} {i}")
            for i in range(2 if len(names) > 20 else 4)
        ]
        for k, name in enumerate(names)
    ]
    support = [dice.randrange(90, 320) if len(names) < 50 else dice.randrange(20, 60) for _ in names]
    test = evaluation(dice, pictures, names, "test", support, right, thumbs)
    accuracy = dict(test["metrics"])["top1"]
    low, high = wilson(accuracy, test["samples"])
    return {
        "format": 1,
        "title": f"ResNet-18 on {len(names)} classes",
        "task": "classify",
        "subtitle": "Wildlife of the Russian Far East, fine-tuned from ImageNet",
        "created": "2026-11-26 10:15",
        "command": f"carica train configs/wildlife/resnet18.yaml train.epochs={epochs} seed={seed}",
        "headline": [
            {
                "label": "Top-1 accuracy",
                "value": accuracy,
                "low": low,
                "high": high,
                "unit": "share",
                "split": "test",
                "level": 0.95,
            },
            {
                "label": "F1, macro",
                "value": accuracy - 0.012,
                "low": low - 0.014,
                "high": high - 0.01,
                "unit": "share",
                "split": "test",
                "level": 0.95,
            },
            {"label": "Training time", "value": 4521, "unit": "seconds"},
            {"label": "Parameters", "value": 11181642, "unit": "count"},
        ],
        "facts": [
            {
                "group": "Model",
                "items": [
                    ["name", "resnet18"],
                    ["weights", "ResNet18_Weights.IMAGENET1K_V1"],
                    ["parameters", 11181642],
                    ["input", "3 x 224 x 224"],
                ],
            },
            {
                "group": "Training",
                "items": [
                    ["optimizer", "AdamW, lr 0.001"],
                    ["epochs", f"{epochs}, best 9"],
                    ["batch size", 64],
                    ["precision", "bf16"],
                    ["seed", seed],
                ],
            },
            {
                "group": "Data",
                "items": [
                    ["format", "image_folder"],
                    ["root", "/data/russian_wildlife_dataset/cropped"],
                    ["split", "0.7 / 0.1 / 0.2, stratified"],
                    ["transforms", "RandomResizedCrop, RandomHorizontalFlip, ColorJitter"],
                ],
            },
        ],
        "classes": [
            {"name": name, "counts": {"train": int(n * 3.5), "val": n // 2, "test": n}}
            for name, n in zip(names, support, strict=True)
        ],
        "curves": curves(dice, epochs),
        "evaluations": [test],
        "embeddings": [
            embedding(dice, "Features of the backbone", len(names), points, thumbs, 2),
            embedding(dice, "Features in three dimensions", len(names), points, thumbs, 3),
        ],
        "pictures": pictures.list,
    }


def overlaps(k, iou, pixels):
    f1 = 2 * iou / (1 + iou)
    others = [f1, min(1, iou + 0.1), min(1, iou + 0.06), f1, iou * 0.8, iou * 0.9, iou * 0.6, f1 * 0.7]
    empty = [None] * len(others)
    return {
        "class": k,
        "values": [iou, *others, pixels],
        "low": [max(0, iou - 0.02), *empty, None],
        "high": [iou + 0.03, *empty, None],
    }


def segmenter(seed):
    dice = random.Random(seed)
    pictures = Pictures()
    names = [one[0] for one in STREET]
    counts = []
    for truth in range(18):
        total = int(10 ** dice.uniform(4, 7.5))
        row = [int(total * 0.25 * dice.random() ** 4) for _ in range(19)]
        row[truth] = int(total * dice.uniform(0.3, 0.95))
        counts.append(row)
    rows = []
    for k in range(18):
        rows.append(overlaps(k, round(dice.uniform(0.001, 0.86), 4), sum(counts[k])))
    rows[9]["values"] = [*[None] * 3, 0.0, *[None] * 5, 0]
    return {
        "format": 1,
        "title": "DeepLabV3+ on Indian roads",
        "task": "segment",
        "subtitle": "Cityscapes weights, a seeded 30 % of IDD at 512 x 512",
        "created": "2026-11-26 11:02",
        "command": "carica eval deeplabv3plus_resnet101.safetensors --split test",
        "headline": [
            {
                "label": "Mean IoU",
                "value": 0.2751,
                "low": 0.268,
                "high": 0.283,
                "unit": "share",
                "split": "test",
            },
            {"label": "Pixel accuracy", "value": 0.812, "unit": "share", "split": "test"},
            {"label": "Pictures", "value": 2094, "unit": "count"},
        ],
        "classes": [
            {"name": name, "color": color, "counts": {"train": sum(row) * 3, "test": sum(row)}}
            for (name, *color), row in zip(STREET, counts, strict=True)
        ],
        "evaluations": [
            {
                "split": "test",
                "samples": 2094,
                "metrics": list(MEANS.items()),
                "per_class": {"columns": OVERLAPS, "rows": rows},
                "confusion": {"classes": [*names, "other"], "counts": counts, "pictures": {}},
            }
        ],
        "segmentation": {
            "split": "test",
            "pictures": [street(dice, pictures, f"image_archive/image_{i}.jpg") for i in range(8)],
        },
        "figures": [{"title": "Pixels of each class", "caption": "Logarithmic scale.", "svg": drawing()}],
        "pictures": pictures.list,
    }


def drawing():
    space = "http:" + "//www.w3.org/2000/svg"
    bars = "".join(
        f'<rect x="{20 + 30 * i}" y="{120 - 5 * i}" width="20" height="{20 + 5 * i}" fill="#0072b2"/>'
        for i in range(12)
    )
    return f'<svg xmlns="{space}" width="400" height="160" viewBox="0 0 400 160">{bars}</svg>'


def shares_of_truth(dice, classes, right):
    rows = []
    for truth in range(classes):
        weights = [dice.random() ** 4 for _ in range(classes)]
        weights[truth] = 0
        wrong = (1 - min(0.99, dice.gauss(right, 0.06))) / sum(weights)
        rows.append([round(weight * wrong, 4) for weight in weights])
        rows[-1][truth] = round(1 - sum(rows[-1]), 4)
    return rows


def difference(of_a, of_b):
    empty = [None] * len(of_a)
    return [
        [round(p - q, 4) for p, q in zip(a, b, strict=True)] if a else empty
        for a, b in zip(of_a, of_b, strict=True)
    ]


def distances(dice, mistake):
    """Of three runs: the first is wrong, the second right, the third either."""
    truth, predicted = mistake["truth"], mistake["predicted"]
    third = (predicted + 1) % len(ANIMALS) if dice.random() < 0.4 else truth
    run_predicted = [predicted, truth, third]
    return {
        "picture": mistake["picture"],
        "truth": truth,
        "predicted": predicted,
        "run_predicted": run_predicted,
        "to_truth": [dice.uniform(8, 20) for _ in run_predicted],
        "to_predicted": [None if one == truth else dice.uniform(8, 20) for one in run_predicted],
    }


def comparison(seed):
    dice = random.Random(seed)
    page = classifier(ANIMALS, seed, points=10)
    runs = ["cnn", "resnet18", "resnet18 augmented"]
    lines = {"Validation loss": [], "Validation top-1": []}
    for k, run in enumerate(runs):
        lines["Validation loss"] += [
            {"name": f"{run} train", "group": k, "dashed": True, "values": curve(dice, 2.2, 0.3, 10)},
            {"name": f"{run} val", "group": k, "values": curve(dice, 2.2, 1.1 - 0.3 * k, 10)},
        ]
        lines["Validation top-1"].append(
            {"name": run, "group": k, "values": curve(dice, 0.2, 0.6 + 0.13 * k, 10, noise=0.005)}
        )
    of_a, of_b = shares_of_truth(dice, 10, 0.86), shares_of_truth(dice, 10, 0.72)
    of_a[3], of_b[3] = None, [None] * 10
    return {
        "format": 1,
        "title": "Three networks on ten animals",
        "task": "classify",
        "subtitle": "The same split, the same seed",
        "created": "2026-11-26 12:40",
        "command": "carica compare runs/classify/cnn runs/classify/resnet18 runs/classify/resnet18-2",
        "classes": [{"name": name} for name in ANIMALS],
        "comparison": {
            "runs": [
                {
                    "name": run,
                    "metrics": [
                        ["top1", 0.612 + 0.13 * k],
                        ["f1_macro", 0.60 + 0.13 * k],
                        ["loss", 1.2 - 0.3 * k],
                        ["ece", [0.08, 0.05, 0.06][k]],
                    ],
                    "parameters": [344138, 11181642, 11181642][k],
                    "seconds": [312, 1804, 2210][k],
                }
                for k, run in enumerate(runs)
            ],
            "tests": [
                {
                    "a": "cnn",
                    "b": "resnet18",
                    "test": "McNemar",
                    "statistic": 211.4,
                    "p": 1e-9,
                    "text": "resnet18 is right on 412 test pictures that cnn gets wrong, and wrong on 96 that cnn gets right: they differ.",
                },
                {
                    "a": "resnet18",
                    "b": "resnet18 augmented",
                    "test": "McNemar",
                    "statistic": 3.1,
                    "p": 0.078,
                    "text": "resnet18 augmented is right on 201 pictures more and wrong on 168: no evidence that they differ.",
                },
            ],
            "curves": {
                "epochs": list(range(1, 11)),
                "panels": [{"title": title, "lines": some} for title, some in lines.items()],
            },
            "confusion_difference": {
                "a": "resnet18",
                "b": "cnn",
                "classes": ANIMALS,
                "of_a": of_a,
                "of_b": of_b,
                "shares": difference(of_a, of_b),
            },
        },
        "distances": {
            "runs": runs,
            "note": "Euclidean distances in feature space to the centroids of the training split.",
            "rows": [distances(dice, one) for one in page["evaluations"][0]["mistakes"][:12]],
        },
        "pictures": page["pictures"],
    }


def hostile():
    """Text that would be markup, and holes wherever there may be some."""
    bad = "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\"><!-- \u2028 & ' \""
    page = classifier([bad, "b" * 120, "名前"], 3, points=40)
    page.update(
        title=bad,
        subtitle=bad,
        command=bad,
        figures=[
            {"title": bad, "caption": bad, "svg": "<svg onload='alert(1)'><script>alert(1)</script></svg>"}
        ],
    )
    page["headline"][0].update(value=None, low=None)
    page["evaluations"][0]["per_class"]["rows"][0]["values"] = [None, None, None, 0]
    page["evaluations"][0]["confusion"]["counts"][2] = [0, 0, 0]
    page["evaluations"].append({"split": "val", "metrics": []})
    page["curves"]["panels"].append({"title": "Nothing", "lines": [{"name": "x", "values": [None] * 20}]})
    page["curves"]["panels"].append(
        {"title": "One number", "lines": [{"name": "x", "values": [None] * 19 + [0.5]}]}
    )
    page["pictures"][0]["src"] = "https:" + "//example.org/outside.jpg"
    return page
