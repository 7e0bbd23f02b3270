"""Writes first inputs of the fuzzing programs that read weights, from the golden files.

    python3 tests/fuzz/seeds.py NAME FOLDER   NAME: pickle, torch_file or safetensors; others have none
"""

import base64
import io
import re
import sys
import zipfile
from pathlib import Path


def golden_files():
    text = (Path(__file__).parent.parent / "golden" / "weights_golden.h").read_text()
    for name, body in re.findall(r"const char\* k(\w+) =\n(.*?);", text, re.DOTALL):
        yield name, base64.b64decode("".join(re.findall(r'"(.*)"', body)))


def seeds(target, name, data):
    if target == "torch_file" and name != "Expected":
        yield b"\0" + data
    if target == "pickle" and data.startswith(b"PK"):
        yield zipfile.ZipFile(io.BytesIO(data)).read("archive/data.pkl")
    if target == "safetensors" and name == "Expected":
        end = 8 + int.from_bytes(data[:8], "little")
        yield bytes([len(data) - end]) + data[8:end]


def main():
    target, folder = sys.argv[1:]
    for name, data in golden_files():
        for seed in seeds(target, name, data):
            (Path(folder) / ("seed-" + name)).write_bytes(seed)


main()
