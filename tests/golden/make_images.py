"""Writes images_golden.h: small pictures in the many ways that files store them, and what Pillow reads from them.

    pip install pillow==13.0.0 numpy==2.4.6 && python tests/golden/make_images.py
"""

import io
import pathlib

import numpy as np
from PIL import Image, ImageOps

HEIGHT, WIDTH = 4, 6


def gradient():
    """uint8[4,6,3] whose pixels all differ, smooth enough for JPEG."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([40 + 30 * x, 60 + 40 * y, 200 - 20 * x - 10 * y], axis=-1).astype(np.uint8)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def array(name, values, comment):
    """One C++ array."""
    lines, line = [], " "
    for value in values:
        if len(line) + len(str(value)) + 2 > 98:
            lines.append(line)
            line = " "
        line += f" {value},"
    lines.append(line)
    text = "\n".join(lines).rstrip(",")
    return f"/// {comment}\ninline constexpr std::uint8_t {name}[] = {{\n{text}}};\n"


def picture(name, data, comment):
    """The file and its pixels."""
    file = array(f"k{name}", data, f"A file: {comment}.")
    rgb = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    pixels = array(f"k{name}Rgb", np.asarray(rgb).ravel(), f"uint8[{rgb.height},{rgb.width},3], what Pillow reads from it.")
    return file + "\n" + pixels


def palette_image(indices, bits):
    image = Image.fromarray(indices, "P")
    image.putpalette([200, 10, 10, 10, 200, 10, 10, 10, 200, 250, 250, 0][: 3 * 2**bits])
    return image


def main():
    rgb = Image.fromarray(gradient())
    turned = Image.Exif()
    turned[0x0112] = 6
    parts = ["// Made by make_images.py; do not edit.\n// clang-format off\n#pragma once\n\n#include <cstdint>\n\nnamespace carica::data::golden {\n"]
    parts.append(picture("GreyJpeg", encoded(rgb.convert("L"), "JPEG", quality=95), "grey JPEG"))
    parts.append(picture("CmykJpeg", encoded(rgb.convert("CMYK"), "JPEG", quality=95), "CMYK JPEG, inks inverted as Adobe does"))
    parts.append(picture("ProgressiveJpeg", encoded(rgb, "JPEG", quality=95, progressive=True), "progressive JPEG"))
    parts.append(picture("LossyWebp", encoded(rgb, "WEBP", quality=95), "lossy WebP"))
    parts.append(picture("LosslessWebp", encoded(rgb, "WEBP", lossless=True, exact=True), "lossless WebP"))
    rgba = rgb.copy()
    rgba.putalpha(Image.fromarray(np.full((HEIGHT, WIDTH), 128, np.uint8)))
    parts.append(picture("TurnedWebp", encoded(rgb, "WEBP", lossless=True, exif=turned), "WebP with EXIF orientation 6"))
    parts.append(picture("TurnedPng", encoded(rgb, "PNG", exif=turned), "PNG with EXIF orientation 6"))
    parts.append(picture("AlphaPng", encoded(rgba, "PNG"), "PNG with alpha"))
    parts.append(picture("Bmp", encoded(rgb, "BMP"), "BMP"))
    indices = (np.arange(HEIGHT * WIDTH) % 4).reshape(HEIGHT, WIDTH).astype(np.uint8)
    parts.append(picture("PalettePng", encoded(palette_image(indices, 2), "PNG"), "PNG of 2 bits with a palette; pixel i has index i % 4"))
    parts.append(picture("ClearPalettePng", encoded(palette_image(indices, 2), "PNG", transparency=0), "the same, index 0 transparent"))
    bits = Image.fromarray((indices % 2 * 255).astype(np.uint8)).convert("1")
    parts.append(picture("OneBitPng", encoded(bits, "PNG"), "grey PNG of 1 bit; pixel i has value i % 2"))
    deep = (np.arange(HEIGHT * WIDTH, dtype=np.uint16) * 257 * 10).reshape(HEIGHT, WIDTH)
    parts.append(array("kDeepPng", encoded(Image.fromarray(deep), "PNG"), "A file: grey PNG of 16 bits; pixel i has value 257 * 10 * i."))
    parts.append("}  // namespace carica::data::golden\n")
    pathlib.Path(__file__).with_name("images_golden.h").write_text("\n".join(parts), encoding="ascii")


if __name__ == "__main__":
    main()
