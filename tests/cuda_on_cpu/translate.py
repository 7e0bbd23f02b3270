#!/usr/bin/env python3
"""Turns the CUDA sources of a folder into C++ that emulation.h runs on a CPU.

usage: translate.py FROM TO   every .cu becomes a .cpp, every .cuh and .h keeps its name

Files that have not changed are left alone, so that they are not compiled again.
"""

import re
import sys
from pathlib import Path

REPLACEMENTS = [
    (r"(?<![.\w])threadIdx\b", "::emulation::place().thread"),
    (r"(?<![.\w])blockIdx\b", "::emulation::place().block"),
    (r"(?<![.\w])blockDim\b", "::emulation::place().threads"),
    (r"(?<![.\w])gridDim\b", "::emulation::place().blocks"),
    (r"defined\(__CUDA_ARCH__\) && __CUDA_ARCH__ >= \d+", "1"),
    (r"\b__CUDACC__\b", "CARICA_EMULATES_CUDA"),
    (r"\bc10::kCUDA\b", "c10::kCPU"),
    (r"extern __shared__ (?:__align__\(\d+\) )?unsigned char (\w+)\[\];", r"unsigned char* const \1 = ::emulation::dynamic_shared();"),
]
# kernel<Types><<<blocks, threads, shared, stream>>>(arguments
LAUNCH = re.compile(r"(?P<kernel>\w+(?:<(?:[^<>;{}]|<[^<>;{}]*>)*>)?)<<<(?P<grid>[^;{}]*?)>>>\(")


def translate(source: str) -> str:
    for pattern, replacement in REPLACEMENTS:
        source = re.sub(pattern, replacement, source)
    source = LAUNCH.sub(r"::emulation::Grid(\g<grid>).launch([=](auto... given) { \g<kernel>(given...); }, ", source)
    if "<<<" in source:
        raise SystemExit("translate.py: a launch that is not understood: " + source[source.index("<<<") - 80 :][:120])
    return '#include "emulation.h"\n' + source


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    origin, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(origin.iterdir()):
        if path.suffix not in (".cu", ".cuh", ".h"):
            continue
        into = target / (path.stem + ".cpp" if path.suffix == ".cu" else path.name)
        text = translate(path.read_text())
        if not into.exists() or into.read_text() != text:
            into.write_text(text)


if __name__ == "__main__":
    main()
