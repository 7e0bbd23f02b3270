"""Writes transforms_golden.h: what torchvision 0.26 with torch 2.11 makes of small pictures.

    pip install torch==2.11.0 torchvision==0.26.0 numpy && python tests/golden/make_transforms.py

Run it on a CPU with AVX2: torch's resize of uint8 in fixed point, which carica follows to the bit, needs it.
"""

import pathlib

import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F


def noise(height, width, channels, seed):
    """The picture that tests/data/transform_pictures.h makes: a linear congruential generator's high bytes."""
    state, values = seed, []
    for _ in range(height * width * channels):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state >> 24)
    return (
        torch.tensor(values, dtype=torch.uint8)
        .reshape(height, width, channels)
        .permute(2, 0, 1)
        .contiguous()
    )


def row(name, height, width, seed, arguments, result):
    """One entry: the source, the arguments, and the result in rows of pixels."""
    data = result.permute(1, 2, 0).flatten().tolist()
    size = f"{{{result.shape[1]}, {result.shape[2]}}}"
    text = ",".join(map(str, data))
    return f'    {{"{name}", {{{height}, {width}}}, {seed}, {arguments}, {size}, {{{text}}}}},'


def table(name, rows):
    return [f"inline const std::vector<GoldenPicture> {name} = {{", *rows, "};", ""]


def resizes():
    rows = []
    sizes = [(23, 31, s) for s in [(11, 17), (31, 40), (23, 10), (7, 31), (1, 1), (46, 9), (5, 62)]]
    sizes += [(3, 2, (5, 7)), (3, 2, (1, 1)), (1, 1, (4, 3)), (40, 5, (3, 5)), (97, 80, (8, 8))]
    for seed, (height, width, size) in enumerate(sizes, 1):
        # channels_last: torch 2.11 fails an assertion when the other layout is reduced to 1x1.
        picture = noise(height, width, 3, seed)[None].contiguous(memory_format=torch.channels_last)
        result = F.resize_image(picture, list(size), v2.InterpolationMode.BILINEAR, antialias=True)[
            0
        ]
        rows.append(row("bilinear", height, width, seed, 0, result))
    return rows


def nearest():
    rows = []
    for seed, (height, width, size) in enumerate(
        [(23, 31, (11, 17)), (23, 31, (40, 50)), (9, 4, (3, 4)), (10, 10, (3, 7))], 1
    ):
        result = F.resize_image(
            noise(height, width, 1, seed), list(size), v2.InterpolationMode.NEAREST_EXACT
        )
        rows.append(row("nearest", height, width, seed, 0, result))
    return rows


def colors():
    rows, seed = [], 7
    cases = [
        (F.adjust_brightness, [0.0, 0.6, 1.4]),
        (F.adjust_contrast, [0.0, 0.5, 1.5]),
        (F.adjust_saturation, [0.0, 0.5, 1.6]),
        (F.adjust_hue, [-0.5, -0.2, 0.0, 0.1, 0.5]),
    ]
    picture = noise(18, 17, 3, seed)
    picture[:, 0, :] = picture[0, 0, :]  # a row of grey: no hue
    for function, factors in cases:
        for factor in factors:
            name = function.__name__.removeprefix("adjust_")
            rows.append(row(name, 18, 17, seed, f"{factor}", function(picture, factor)))
    return rows


def borders():
    rows, seed = [], 3
    picture = noise(8, 9, 3, seed)
    for mode in ["constant", "edge", "reflect"]:
        rows.append(
            row(mode, 8, 9, seed, 5, F.pad(picture, [5, 5, 5, 5], fill=77, padding_mode=mode))
        )
    return rows


def center_crops():
    rows, seed = [], 5
    for height, width, size in [
        (9, 12, (4, 5)),
        (9, 12, (6, 9)),
        (9, 12, (2, 12)),
        (9, 12, (12, 7)),
        (9, 12, (10, 15)),
    ]:
        rows.append(
            row(
                "center",
                height,
                width,
                seed,
                0,
                F.center_crop(noise(height, width, 3, seed), list(size)),
            )
        )
    return rows


def resized_sizes():
    cases = [
        (480, 640, 256),
        (333, 500, 224),
        (500, 333, 224),
        (17, 17, 5),
        (100, 301, 33),
        (7, 1000, 3),
        (1000, 7, 8),
    ]
    lines = ["inline const std::vector<GoldenSize> kShorterSide = {"]
    for height, width, side in cases:
        result = F.resize_image(torch.zeros(3, height, width, dtype=torch.uint8), [side])
        lines.append(
            f"    {{{{{height}, {width}}}, {side}, {{{result.shape[1]}, {result.shape[2]}}}}},"
        )
    return [*lines, "};", ""]


def fallback_windows():
    """RandomResizedCrop where no draw can fit: the central window."""
    crop = v2.RandomResizedCrop(8, scale=(1.0, 1.0))
    lines = ["inline const std::vector<GoldenWindow> kCentralWindow = {"]
    for height, width in [(4, 400), (400, 4), (11, 90), (90, 11), (3, 1000), (7, 51)]:
        p = crop.make_params([torch.zeros(3, height, width, dtype=torch.uint8)])
        lines.append(
            f"    {{{{{height}, {width}}}, {p['top']}, {p['left']}, {{{p['height']}, {p['width']}}}}},"
        )
    return [*lines, "};", ""]


HEAD = """// Made by make_transforms.py; do not edit.
// clang-format off
#pragma once

#include <cstdint>
#include <vector>

#include "data/picture.h"

namespace carica::data::golden {

/// What `name` makes of the noise picture of `source` and `seed`; `argument` is a factor or a padding.
struct GoldenPicture {
  const char* name;
  Size source;
  std::uint32_t seed;
  double argument;
  Size size;
  std::vector<std::uint8_t> bytes;
};
struct GoldenSize {
  Size source;
  int side;
  Size result;
};
struct GoldenWindow {
  Size source;
  int top, left;
  Size size;
};
"""


def main():
    assert torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512"), "needs a CPU with AVX2"
    torch.manual_seed(0)
    lines = HEAD.split("\n")
    lines += (
        table("kBilinear", resizes()) + table("kNearest", nearest()) + table("kColors", colors())
    )
    lines += table("kBorders", borders()) + table("kCenterCrops", center_crops())
    lines += resized_sizes() + fallback_windows() + ["}  // namespace carica::data::golden", ""]
    pathlib.Path(__file__).with_name("transforms_golden.h").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
