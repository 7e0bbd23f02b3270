"""Writes statistics_golden.h: mean and standard deviation of pictures of different sizes, by NumPy in float64.

    pip install numpy==2.4.6 && python tests/golden/make_statistics.py
"""

import pathlib

import numpy as np

SIZES = [(5, 7), (64, 3), (31, 31), (200, 333)]


def picture(height, width):
    """uint8[height,width,3]; tests make the same."""
    i = np.arange(height * width * 3, dtype=np.uint64)
    return ((i * i * 31 + i * 17 + height) % 251).astype(np.uint8).reshape(height, width, 3)


def main():
    pixels = np.concatenate([picture(h, w).reshape(-1, 3) for h, w in SIZES]).astype(np.float64) / 255
    rows = {"Mean": pixels.mean(axis=0), "Deviation": pixels.std(axis=0)}
    lines = ["// Made by make_statistics.py; do not edit.", "#pragma once", "", "namespace carica::data::golden {", ""]
    for name, values in rows.items():
        lines.append(f"inline constexpr double k{name}[] = {{{', '.join(repr(float(v)) for v in values)}}};")
    lines += ["", "}  // namespace carica::data::golden", ""]
    pathlib.Path(__file__).with_name("statistics_golden.h").write_text("\n".join(lines), encoding="ascii")


if __name__ == "__main__":
    main()
