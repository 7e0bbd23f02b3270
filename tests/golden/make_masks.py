"""Writes masks_golden.h: masks, tables and packed files in the many ways that data sets store them, and what Pillow,
numpy, Python's csv module and scikit-learn read from or make of them.

    pip install pillow==13.0.0 numpy==2.4.6 scikit-learn==1.9.1 && python tests/golden/make_masks.py
"""

import csv
import gzip
import io
import pathlib
import struct

import numpy as np
from PIL import Image
from sklearn.model_selection import StratifiedKFold

OUT = pathlib.Path(__file__).parent / "masks_golden.h"


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def array(name, values, comment, kind="std::uint8_t"):
    lines, line = [], " "
    for value in values:
        if len(line) + len(str(value)) + 2 > 98:
            lines.append(line)
            line = " "
        line += f" {value},"
    lines.append(line)
    text = "\n".join(lines).rstrip(",")
    return f"/// {comment}\ninline constexpr {kind} {name}[] = {{\n{text}}};\n"


def voc_palette():
    """The colours of PASCAL VOC's development kit: the bits of an index, spread over the channels from the top."""
    colors = []
    for index in range(256):
        color, rest = [0, 0, 0], index
        for bit in range(7, -1, -1):
            for channel in range(3):
                color[channel] |= (rest >> channel & 1) << bit
            rest >>= 3
        colors += color
    return colors


def palette_mask():
    values = np.array([[0, 15, 15, 255], [0, 20, 20, 255], [1, 1, 0, 0]], np.uint8)
    image = Image.fromarray(values, "P")
    image.putpalette(voc_palette())
    data = encoded(image, "PNG")
    read = Image.open(io.BytesIO(data))
    return [
        array("kVocMask", data, "A file: palette PNG of 4x3, as PASCAL VOC has them."),
        array("kVocMaskValues", np.asarray(read).ravel(), "uint8[3,4], what Pillow reads from it."),
        array("kVocMaskRgb", np.asarray(read.convert("RGB")).ravel(), "uint8[3,4,3], the same in colour."),
    ]


def deep_mask():
    values = np.array([[0, 1, 300, 301], [65535, 4096, 300, 0]], np.uint16)
    data = encoded(Image.fromarray(values), "PNG")
    read = np.asarray(Image.open(io.BytesIO(data)))
    return [
        array("kDeepMask", data, "A file: grey PNG of 16 bits, 4x2."),
        array("kDeepMaskValues", read.ravel(), "uint16[2,4], what Pillow reads from it.", "std::uint16_t"),
    ]


def jpeg_mask():
    """Level-3 ids of IDD in blocks that do not follow JPEG's own, three equal channels, quality 75."""
    values = np.full((40, 48), 24, np.uint8)
    values[13:, :] = 0
    values[20:33, 11:27] = 9
    values[5:15, 30:41] = 22
    data = encoded(Image.fromarray(np.repeat(values[..., None], 3, -1)), "JPEG", quality=75)
    read = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    known = {0: 0, 9: 1, 22: 2, 24: 3}
    grey = read[..., 0]
    equal = (read == grey[..., None]).all(-1)
    classes = np.full(grey.shape, 255, np.uint8)
    for value, index in known.items():
        classes[equal & (grey == value)] = index
    return [
        array("kJpegMask", data, "A file: JPEG of 48x40 with class values 0, 9, 22 and 24."),
        array("kJpegMaskClasses", classes.ravel(), "uint8[40,48]: 0, 9, 22, 24 as 0..3; numpy, all else 255."),
    ]


def reduced():
    """What mmsegmentation's LoadAnnotations(reduce_zero_label=True) makes of every value."""
    values = np.arange(256, dtype=np.uint8)
    gt = values.copy()
    gt[gt == 0] = 255
    gt = gt - 1
    gt[gt == 254] = 255
    return [array("kReducedZeroLabel", gt, "uint8[256]: value k of a file, its zero label reduced.")]


def tables():
    text = (
        '\ufeffpath,label,note\r\n"a, b.png",cat,"said ""hi"""\r\n\r\nc.png,,"two\r\nlines"\n'
        "d\u00e9.png,dog|cat,\n"
    )
    data = text.encode()
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) if row]
    fields = [field for row in rows for field in row]
    literals = ", ".join('"' + "".join(f"\\{b:03o}" for b in field.encode()) + '"' for field in fields)
    return [
        array("kCsv", data, "A file: a table with a BOM, quotes, both line ends and an empty line."),
        "/// Its fields by Python's csv module, the header first, three per row.\n"
        f"inline constexpr const char* kCsvFields[] = {{\n  {literals}}};\n",
    ]


def idx(values):
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def mnist():
    images = (np.arange(3 * 4 * 5) * 7 % 256).astype(np.uint8).reshape(3, 4, 5)
    labels = np.array([7, 0, 9], np.uint8)
    return [
        array("kIdxImages", idx(images), "A file: IDX of uint8[3,4,5], value i * 7 % 256."),
        array("kIdxLabels", idx(labels), "A file: IDX of the labels 7, 0, 9."),
        array("kIdxImagesGz", gzip.compress(idx(images), mtime=0), "The first of them, packed."),
        array("kIdxBombGz", gzip.compress(idx(labels) + bytes(1 << 20), mtime=0), "Labels, and 1 MiB behind them."),
        array("kIdxLabelsGz", gzip.compress(idx(labels), mtime=0), "The second of them, packed."),
    ]


def tiffs():
    y, x = np.mgrid[0:4, 0:6]
    rgb = np.stack([40 + 30 * x, 60 + 40 * y, 200 - 20 * x - 10 * y], -1).astype(np.uint8)
    plain = encoded(Image.fromarray(rgb), "TIFF")
    packed = encoded(Image.fromarray(rgb), "TIFF", compression="tiff_lzw")
    grey = encoded(Image.fromarray(rgb[..., 0]), "TIFF")
    deep = encoded(Image.fromarray(rgb[..., 0].astype(np.uint16) * 257), "TIFF")
    return [
        array("kDeepTiff", deep, "A file: the grey one in 16 bits."),
        array("kTiff", plain, "A file: TIFF of 6x4."),
        array("kLzwTiff", packed, "The same, packed by LZW."),
        array("kTiffRgb", rgb.ravel(), "uint8[4,6,3], what both hold."),
        array("kGreyTiff", grey, "A file: grey TIFF of 6x4, the red channel of the others."),
    ]


def folds():
    """Sizes of the classes in each fold of scikit-learn's StratifiedKFold, each class's sorted."""
    counts = [17, 9, 40, 5]
    labels = np.repeat(np.arange(4), counts)
    parts = [labels[val] for _, val in StratifiedKFold(5).split(labels, labels)]
    sizes = np.array([[int((part == c).sum()) for part in parts] for c in range(4)])
    return [
        array("kFoldClassCounts", counts, "Items of each class.", "int"),
        array("kFoldSizes", np.sort(sizes, axis=1).ravel(), "int[4,5]: of each class in each fold, ascending.", "int"),
        array("kFoldTotals", sorted(len(part) for part in parts), "int[5]: items of each fold, ascending.", "int"),
    ]


def main():
    parts = palette_mask() + deep_mask() + jpeg_mask() + reduced() + tables() + mnist() + tiffs() + folds()
    head = (
        "// Made by make_masks.py; do not edit.\n// clang-format off\n#pragma once\n\n#include <cstdint>\n\n"
        "namespace carica::data::golden {\n\n"
    )
    OUT.write_text(head + "\n".join(parts) + "\n}  // namespace carica::data::golden\n")


if __name__ == "__main__":
    main()
