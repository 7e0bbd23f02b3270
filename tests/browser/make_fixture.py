"""Writes pages of invented runs for report_test.py: reports of every kind that carica makes.

    python tests/browser/make_fixture.py FOLDER [--json]

Needs Pillow, and CMake, which puts the pages together as for the program; with --json only the data are
written, for a program that makes the pages by itself.
"""

import argparse
import base64
import colorsys
import functools
import io
import json
import math
import pathlib
import random
import re
import subprocess
import tempfile

from PIL import Image, ImageDraw

ASSETS = pathlib.Path(__file__).parents[2] / "src/report/html"
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
STREET = [
    ("Road", 128, 64, 128),
    ("Sidewalk", 244, 35, 232),
    ("Person", 220, 20, 60),
    ("Rider", 255, 0, 0),
    ("Motorbike", 0, 0, 230),
    ("Bicycle", 119, 11, 32),
    ("Car", 0, 0, 142),
    ("Truck", 0, 0, 70),
    ("Bus", 0, 60, 100),
    ("Train", 0, 80, 100),
    ("Wall", 102, 102, 156),
    ("Fence", 190, 153, 153),
    ("Traffic Sign", 220, 220, 0),
    ("Traffic Light", 250, 170, 30),
    ("Pole", 153, 153, 153),
    ("Building", 70, 70, 70),
    ("Vegetation", 107, 142, 35),
    ("Sky", 70, 130, 180),
]


@functools.cache
def shell():
    """The page with the markers of title and data left, as the program has it."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "page.html"
        subprocess.run(
            ["cmake", f"-DFOLDER={ASSETS}", f"-DOUT={file}", "-P", ASSETS / "embed.cmake"], check=True
        )
        return file.read_text()


def html_page(title, text):
    title = re.sub(r"[<>&\"']", lambda found: f"&#{ord(found[0])};", title)
    before, after = shell().split("@data@")
    return before.replace("@title@", title) + text.replace("<", "\\u003c") + after


class Pictures:
    """The list `pictures` of a page."""

    def __init__(self):
        self.list = []

    def add(self, image, title=None):
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=70)
        self.list.append({"src": "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()})
        if title:
            self.list[-1]["title"] = title
        return len(self.list) - 1


def animal(dice, label, side=96):
    hue = (label * 0.618) % 1
    tone = [int(255 * v) for v in colorsys.hsv_to_rgb(hue, 0.45, 0.75)]
    image = Image.new("RGB", (side, side), tuple(int(v * 0.5 + 90) for v in tone))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, r = dice.random() * side, dice.random() * side, side * (0.05 + 0.2 * dice.random())
        draw.ellipse(
            [x - r, y - r, x + r, y + r],
            fill=tuple(min(255, int(v * (0.6 + 0.5 * dice.random()))) for v in tone),
        )
    return image


def street(dice, pictures, path):
    """Picture, truth, prediction and error of one invented scene."""
    size = (320, 180)
    layers = {
        "picture": Image.new("RGB", size, (150, 160, 170)),
        "truth": Image.new("RGB", size),
        "prediction": Image.new("RGB", size),
    }
    painters = {name: ImageDraw.Draw(image) for name, image in layers.items()}
    shapes = [
        (17, [0, 0, 320, 80]),
        (15, [0, 40, 90, 120]),
        (16, [210, 30, 320, 120]),
        (0, [0, 110, 320, 180]),
        (1, [0, 100, 70, 180]),
    ]
    shapes += [
        (
            dice.choice([2, 4, 6, 6, 7, 12, 14]),
            [
                x := dice.randrange(60, 260),
                y := dice.randrange(70, 120),
                x + dice.randrange(12, 60),
                y + dice.randrange(14, 50),
            ],
        )
        for _ in range(6)
    ]
    for label, box in shapes:
        color = STREET[label][1:]
        painters["picture"].rectangle(box, fill=tuple(int(v * 0.5 + 60 + dice.randrange(20)) for v in color))
        painters["truth"].rectangle(box, fill=color)
        shifted = [v + dice.randrange(-6, 7) for v in box]
        painters["prediction"].rectangle(
            [
                min(shifted[0], shifted[2]),
                min(shifted[1], shifted[3]),
                max(shifted[0], shifted[2]),
                max(shifted[1], shifted[3]),
            ],
            fill=color if dice.random() < 0.85 else STREET[dice.randrange(18)][1:],
        )
    error = Image.new("RGB", size, (235, 235, 235))
    for x in range(0, 320):
        for y in range(0, 180):
            if layers["truth"].getpixel((x, y)) != layers["prediction"].getpixel((x, y)):
                error.putpixel((x, y), (213, 94, 0))
    layers["error"] = error
    sample = {name: pictures.add(image) for name, image in layers.items()}
    classes = sorted({label for label, _ in shapes})
    ious = [{"class": label, "iou": round(min(0.99, max(0, dice.gauss(0.6, 0.25))), 4)} for label in classes]
    return {"path": path, "iou": sum(one["iou"] for one in ious) / len(ious), "classes": ious, **sample}


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
        bounds = [
            wilson(precision, predicted) if predicted else (None, None),
            wilson(recall, support) if support else (None, None),
        ]
        rows.append(
            {
                "class": k,
                "values": [precision, recall, f1, support],
                "low": [bounds[0][0], bounds[1][0], None, None],
                "high": [bounds[0][1], bounds[1][1], None, None],
            }
        )
    return {"columns": ["precision", "recall", "f1", "support"], "rows": rows}


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
        iou = round(dice.uniform(0.001, 0.86), 4)
        rows.append(
            {
                "class": k,
                "values": [iou, 2 * iou / (1 + iou), min(1, iou + 0.1), min(1, iou + 0.06), sum(counts[k])],
            }
        )
    rows[9]["values"] = [None, None, None, 0.0, 0]
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
                "metrics": [["miou", 0.2751], ["mdice", 0.36], ["pixel_accuracy", 0.812]],
                "per_class": {"columns": ["iou", "dice", "precision", "recall", "pixels"], "rows": rows},
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
    shares = [[round(dice.gauss(0.12 if r == c else -0.013, 0.03), 4) for c in range(10)] for r in range(10)]
    shares[3] = [None] * 10
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
            "confusion_difference": {"a": "resnet18", "b": "cnn", "classes": ANIMALS, "shares": shares},
        },
        "distances": {
            "runs": runs,
            "note": "Euclidean distances in feature space to the centroids of the training split.",
            "rows": [
                {
                    "picture": one["picture"],
                    "truth": one["truth"],
                    "predicted": one["predicted"],
                    "to_truth": [dice.uniform(8, 20) for _ in runs],
                    "to_predicted": [
                        dice.uniform(8, 20),
                        None,
                        dice.uniform(8, 20) if dice.random() < 0.4 else None,
                    ],
                }
                for one in page["evaluations"][0]["mistakes"][:12]
            ],
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


PAGES = {
    "two": lambda: classifier(["not sweet", "sweet"], 1, points=300, right=0.95),
    "ten": lambda: classifier(ANIMALS, 2, points=5000),
    "many": lambda: classifier([f"{ANIMALS[i % 10]} {i}" for i in range(150)], 4, epochs=120, right=0.7),
    "segmenter": lambda: segmenter(5),
    "comparison": lambda: comparison(6),
    "hostile": hostile,
    "empty": lambda: {"format": 1, "title": "Nothing yet"},
}


def write_pages(folder, as_json=False):
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        page = make()
        text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
        if as_json:
            (folder / f"{name}.json").write_text(text)
        else:
            (folder / f"{name}.html").write_text(html_page(page["title"], text))


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    write_pages(options.folder, options.json)


if __name__ == "__main__":
    main()
