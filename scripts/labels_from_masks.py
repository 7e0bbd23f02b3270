"""Writes labels.csv for a data set of pictures and masks: which classes a picture shows.

    pip install numpy pillow
    python scripts/labels_from_masks.py data/camvid data/camvid/labels.csv \
        --classes sky building pole road sidewalk tree sign fence car pedestrian bicyclist

Below the root lie train and val, each with images and masks of the same stems; values of the masks
are indices of the classes. A class is a label where it covers at least --share of the picture.
"""

import argparse
import csv
import pathlib

import numpy
from PIL import Image


def labels_of(mask: pathlib.Path, classes: list[str], share: float) -> str:
    values = numpy.asarray(Image.open(mask))
    counts = numpy.bincount(values.ravel(), minlength=len(classes))
    return "|".join(name for c, name in enumerate(classes) if counts[c] >= share * values.size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--classes", nargs="+", required=True)
    parser.add_argument("--share", type=float, default=0.01)
    args = parser.parse_args()
    with args.out.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "label", "split"])
        for split in ("train", "val"):
            for picture in sorted((args.root / split / "images").iterdir()):
                mask = args.root / split / "masks" / (picture.stem + ".png")
                labels = labels_of(mask, args.classes, args.share)
                table.writerow([picture.relative_to(args.root), labels, split])


main()
