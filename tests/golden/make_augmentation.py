"""Writes augmentation_golden.h: what torchvision 0.26 with torch 2.11 and OpenCV 4.6 make of small pictures.

    pip install torch==2.11.0 torchvision==0.26.0 "numpy<2" opencv-python-headless==4.6.0.66
    python tests/golden/make_augmentation.py

torchvision: warps, tone, blur, padding, the auto-augment spaces and policies. OpenCV: the steps of mmsegmentation's
CLAHE and PhotoMetricDistortion, which mmsegmentation leaves to it.
"""

import pathlib

import cv2
import numpy as np
import torch
from make_transforms import noise
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F
from torchvision.transforms.v2.functional import _geometry

HEIGHT, WIDTH = 17, 13  # odd, and not square
MODES = {0: v2.InterpolationMode.NEAREST, 1: v2.InterpolationMode.BILINEAR}
FILLS = {0: None, 1: [0.0], 2: [10.0, 200.0, 90.0]}


def without_ties(image, grid, mode, padding_mode, align_corners):
    """torchvision's grid_sample; where nearest is a tie its answer depends on the CPU, and is no example."""
    if mode == "nearest":
        sides = torch.tensor([image.shape[-1], image.shape[-2]])
        places = ((grid.double() + 1) * sides - 1) / 2
        assert ((places - places.floor() - 0.5).abs() > 1e-5).all(), "a pixel lies on a tie"
    return SAMPLE(image, grid, mode=mode, padding_mode=padding_mode, align_corners=align_corners)


SAMPLE = _geometry.grid_sample
_geometry.grid_sample = without_ties


def row(name, seed, arguments, result, height=HEIGHT, width=WIDTH):
    """One entry: the source, the arguments, and the result as hexadecimal bytes."""
    data = bytes(result.permute(1, 2, 0).flatten().tolist()).hex()
    values = ", ".join(repr(float(a)) for a in arguments)
    size = f"{{{result.shape[1]}, {result.shape[2]}}}"
    return (
        f'    {{"{name}", {{{height}, {width}}}, {seed}, {{{values}}}, {size}, "{data}"}},'
    )


def picture(seed, height=HEIGHT, width=WIDTH):
    return noise(height, width, 3, seed)


def affines():
    """Arguments: angle, dx, dy, scale, shear x, shear y, has center, center x, center y, mode, fill."""
    cases = [
        (0, 3, -2, 1.0, 0, 0, None, 0, 1),
        (0, 3, -2, 1.0, 0, 0, None, 1, 1),
        (31, 0, 0, 1.0, 0, 0, None, 0, 2),
        (31, 0, 0, 1.0, 0, 0, None, 1, 2),
        (-17.5, 2, 1, 0.7, 12, -9, None, 1, 0),
        (-17.5, 2, 1, 0.7, 12, -9, (3.0, 11.0), 1, 1),
        (75, -4, 5, 1.6, -20, 35, (3.0, 11.0), 0, 1),
        (0, 0, 0, 1.0, 16.699244, 0, (0.0, 0.0), 0, 0),
        (0, 0, 0, 1.0, 0, -40, (0.0, 0.0), 1, 0),
    ]
    rows = []
    for seed, (angle, dx, dy, scale, sx, sy, center, mode, fill) in enumerate(cases, 1):
        result = F.affine_image(
            picture(seed),
            angle=float(angle),
            translate=[dx, dy],
            scale=scale,
            shear=[float(sx), float(sy)],
            interpolation=MODES[mode],
            fill=FILLS[fill],
            center=list(center) if center else None,
        )
        x, y = center or (0, 0)
        arguments = (angle, dx, dy, scale, sx, sy, center is not None, x, y, mode, fill)
        rows.append(row("affine", seed, arguments, result))
    return rows


def rotations():
    """Arguments: angle, expand, has center, center x, center y, mode, fill."""
    cases = [
        (10, False, None, 0, 1),
        (10, False, None, 1, 1),
        (-34.1, True, None, 0, 2),
        (-33.3, True, None, 1, 0),
        (151, True, None, 1, 1),
        (90, True, None, 1, 1),
        (180, False, None, 1, 1),
        (-90, True, None, 0, 1),
        (45, False, (2.0, 3.0), 1, 2),
        (30, True, (2.0, 3.0), 1, 1),
    ]
    rows = []
    for seed, (angle, expand, center, mode, fill) in enumerate(cases, 21):
        result = F.rotate_image(
            picture(seed),
            angle=float(angle),
            interpolation=MODES[mode],
            expand=expand,
            center=list(center) if center else None,
            fill=FILLS[fill],
        )
        x, y = center or (0, 0)
        rows.append(
            row("rotate", seed, (angle, expand, center is not None, x, y, mode, fill), result)
        )
    return rows


def perspectives():
    """Arguments: the x and y of the four corners' places, mode, fill."""
    cases = [
        ([[4, 3], [12, 5], [9, 13], [2, 15]], 0, 1),
        ([[1, 2], [11, 0], [12, 14], [0, 16]], 1, 1),
        ([[4, 5], [8, 3], [9, 13], [2, 15]], 1, 2),
        ([[0, 0], [12, 0], [12, 16], [0, 16]], 1, 0),
    ]
    start = [[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]]
    rows = []
    for seed, (end, mode, fill) in enumerate(cases, 41):
        result = F.perspective_image(
            picture(seed), start, end, interpolation=MODES[mode], fill=FILLS[fill]
        )
        rows.append(
            row("perspective", seed, (*[v for point in end for v in point], mode, fill), result)
        )
    return rows


def field(channels, seed):
    """Values in [-1, 1) from the bytes of noise()."""
    return noise(HEIGHT, WIDTH, channels, seed).float() / 128 - 1


def elastics():
    """Arguments: pixels at a displacement of 1, mode, fill. The displacement is field(2, seed + 100)."""
    rows = []
    for seed, (pixels, mode, fill) in enumerate(
        [(1.03, 0, 1), (1.0, 1, 1), (4.0, 1, 2), (0.5, 1, 0)], 51
    ):
        scale = torch.tensor([2 * pixels / WIDTH, 2 * pixels / HEIGHT])
        displacement = field(2, seed + 100).permute(1, 2, 0)[None] * scale
        result = F.elastic_image(
            picture(seed), displacement, interpolation=MODES[mode], fill=FILLS[fill]
        )
        rows.append(row("elastic", seed, (pixels, mode, fill), result))
    return rows


def blurred_fields():
    """Arguments: kernel size, sigma; of field(1, seed)."""
    lines = ["inline const std::vector<GoldenNumbers> kBlurredFields = {"]
    for seed, (size, sigma) in enumerate([(5, 1.0), (11, 2.5)], 61):
        result = F.gaussian_blur_image(field(1, seed), [size, size], [sigma, sigma]).flatten()
        values = ",".join(f"{v:.6g}" for v in result.tolist())
        lines.append(f'    {{"", {seed}, {{{size}, {sigma}}}, {{{values}}}}},')
    return [*lines, "};", ""]


def blurs():
    """Arguments: kernel width, kernel height, sigma."""
    rows = []
    for seed, (kx, ky, sigma) in enumerate(
        [(3, 3, 0.1), (3, 3, 1.0), (5, 9, 2.0), (23, 23, 1.3), (1, 7, 8.0)], 71
    ):
        result = F.gaussian_blur_image(picture(seed), [kx, ky], [sigma, sigma])
        rows.append(row("blur", seed, (kx, ky, sigma), result))
    return rows


def tones():
    """Names with "flat" start from the picture divided by 16, plus 90. Argument: bits, threshold or factor."""
    rows, seed = [], 81
    cases = [(F.posterize_image, b) for b in (0, 1, 3, 8)]
    cases += [(F.solarize_image, t) for t in (0.0, 127.5, 255.0)]
    cases += [(F.adjust_sharpness_image, f) for f in (0.0, 0.4, 1.0, 1.9)]
    for function, argument in cases:
        name = function.__name__.removesuffix("_image").removeprefix("adjust_")
        rows.append(row(name, seed, [argument], function(picture(seed), argument)))
    for function in (F.invert_image, F.equalize_image, F.autocontrast_image):
        name = function.__name__.removesuffix("_image")
        rows.append(row(name, seed, [], function(picture(seed))))
    grey = F.rgb_to_grayscale_image(picture(seed), num_output_channels=3)
    rows.append(row("grayscale", seed, [], grey))
    # 23 x 29 pixels: more than 255 times 2, so that equalize has a step above 1.
    for function in (F.equalize_image, F.autocontrast_image):
        name = "flat " + function.__name__.removesuffix("_image")
        source = (picture(seed, 23, 29) // 16 + 90).to(torch.uint8)
        rows.append(row(name, seed, [], function(source), 23, 29))
    return rows


def pads():
    """Arguments: left, top, right, bottom, fill of red, green and blue."""
    rows, seed = [], 91
    for mode in ["constant", "edge", "reflect", "symmetric"]:
        fill = [7, 8, 9] if mode == "constant" else None
        result = F.pad_image(picture(seed, 5, 7), [3, 1, 2, 4], fill=fill, padding_mode=mode)
        rows.append(row(mode, seed, (3, 1, 2, 4, 7, 8, 9), result, 5, 7))
    return rows


def mixes():
    """AugMix's sum: 0.25 of the picture, 0.6 of it equalised, 0.15 of it inverted."""
    source = picture(95)
    mix = 0.25 * source
    mix.add_(0.6 * F.equalize_image(source)).add_(0.15 * F.invert_image(source))
    return [row("mix", 95, (0.25, 0.6, 0.15), mix.to(torch.uint8))]


def to_array(tensor):
    return np.ascontiguousarray(tensor.permute(1, 2, 0).numpy())


def to_tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array)).permute(2, 0, 1)


def clahes():
    """Arguments: clip limit, tiles in x and y; each channel for itself, as mmsegmentation does."""
    rows = []
    for seed, (limit, tiles) in enumerate([(40.0, (8, 8)), (2.0, (3, 2))], 101):
        source = to_array(picture(seed))
        clahe = cv2.createCLAHE(limit, tiles)
        result = np.stack([clahe.apply(source[:, :, c].copy()) for c in range(3)], -1)
        rows.append(row("clahe", seed, (limit, *tiles), to_tensor(result)))
    return rows


def convert(values, alpha=1.0, beta=0.0):
    """mmsegmentation's PhotoMetricDistortion.convert."""
    return np.clip(values.astype(np.float32) * alpha + beta, 0, 255).astype(np.uint8)


def photometrics():
    rows, seed = [], 111
    source = to_array(picture(seed))
    for alpha, beta in [(1.0, 20.5), (1.0, -31.25), (0.5, 0.0), (1.375, 0.0)]:
        rows.append(row("linear", seed, (alpha, beta), to_tensor(convert(source, alpha, beta))))
    for alpha in [0.5, 1.0, 1.4375]:
        hsv = cv2.cvtColor(source, cv2.COLOR_RGB2HSV)
        hsv[:, :, 1] = convert(hsv[:, :, 1], alpha)
        rows.append(row("saturation", seed, [alpha], to_tensor(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))))
    for shift in [-18, 0, 17]:
        hsv = cv2.cvtColor(source, cv2.COLOR_RGB2HSV)
        hsv[:, :, 0] = (hsv[:, :, 0].astype(int) + shift) % 180
        rows.append(row("hue", seed, [shift], to_tensor(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))))
    return rows


SPACES = [
    ("RandAugment", v2.RandAugment._AUGMENTATION_SPACE, 31),
    ("TrivialAugmentWide", v2.TrivialAugmentWide._AUGMENTATION_SPACE, 31),
    ("AutoAugment", v2.AutoAugment._AUGMENTATION_SPACE, 10),
    ("AugMix", v2.AugMix._AUGMENTATION_SPACE, 10),
    ("AugMix without all_ops", v2.AugMix._PARTIAL_AUGMENTATION_SPACE, 10),
]


def spaces():
    """The operations of each family in its order, whether their sign is drawn, and their magnitudes at 96x80."""
    lines = ["inline const std::vector<GoldenSpace> kSpaces = {"]
    for family, space, bins in SPACES:
        for name, (magnitudes, signed) in space.items():
            values = magnitudes(bins, 96, 80)
            text = "" if values is None else ", ".join(f"{v:.7g}" for v in values.tolist())
            lines.append(f'    {{"{family}", "{name}", {str(signed).lower()}, {{{text}}}}},')
    return [*lines, "};", ""]


def policies():
    """Two steps each: name, probability, magnitude (-1: none)."""
    lines = ["inline const std::vector<GoldenPolicy> kPolicies = {"]
    for policy in v2.AutoAugmentPolicy:
        for pair in v2.AutoAugment(policy)._policies:
            steps = ", ".join(
                f'"{name}", {probability}, {-1 if index is None else index}'
                for name, probability, index in pair
            )
            lines.append(f'    {{"{policy.value}", {steps}}},')
    return [*lines, "};", ""]


HEAD = """// Made by make_augmentation.py; do not edit.
// clang-format off
#pragma once

#include <cstdint>
#include <vector>

#include "data/picture.h"

namespace carica::data::golden {

/// What `name` makes of the noise picture of `source` and `seed`: `bytes` in hexadecimal. The script says what the
/// arguments are.
struct GoldenResult {
  const char* name;
  Size source;
  std::uint32_t seed;
  std::vector<double> arguments;
  Size size;
  const char* bytes;
};
struct GoldenNumbers {
  const char* name;
  std::uint32_t seed;
  std::vector<double> arguments, values;
};
struct GoldenSpace {
  const char *family, *name;
  bool is_signed;
  std::vector<double> magnitudes;
};
struct GoldenPolicy {
  const char *policy, *first;
  double first_probability;
  int first_magnitude;
  const char* second;
  double second_probability;
  int second_magnitude;
};
"""


def table(name, rows):
    return [f"inline const std::vector<GoldenResult> {name} = {{", *rows, "};", ""]


def main():
    torch.manual_seed(0)
    lines = HEAD.split("\n")
    lines += table("kWarps", affines() + rotations() + perspectives() + elastics())
    lines += table("kBlurs", blurs()) + table("kTones", tones()) + table("kPads", pads())
    lines += table("kMixes", mixes()) + table("kPhotometric", clahes() + photometrics())
    lines += blurred_fields() + spaces() + policies()
    lines += ["}  // namespace carica::data::golden", ""]
    pathlib.Path(__file__).with_name("augmentation_golden.h").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
