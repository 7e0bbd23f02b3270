"""Times weights_bench against torch.load and safetensors.torch.load_file on files of one size.

    bench_weights.py PROGRAM FOLDER   PROGRAM: weights_bench; FOLDER: where the files may be written

Random weights with the names and shapes of torchvision's resnet101. Both sides in turns, files in
the page cache; medians. Prints a table in Markdown.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import safetensors
import safetensors.torch
import torch
import torchvision

ROUNDS, TURNS = 5, 7


def write_files(folder):
    torch.manual_seed(0)
    weights = torchvision.models.resnet101().state_dict()
    files = {name: folder / name for name in ("zip.pth", "legacy.pth", "weights.safetensors")}
    torch.save(weights, files["zip.pth"])
    torch.save(weights, files["legacy.pth"], _use_new_zipfile_serialization=False)
    safetensors.torch.save_file(weights, files["weights.safetensors"])
    return files


def time_python(load, path):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        weights = load(path)
        read = time.perf_counter()
        for tensor in weights.values():
            tensor.sum()
        times.append((1e3 * (read - start), 1e3 * (time.perf_counter() - start)))
        del weights
    return times


def time_ours(program, path):
    text = subprocess.run([program, path, str(ROUNDS)], check=True, capture_output=True).stdout
    return [tuple(map(float, line.split())) for line in text.split(b"\n") if line]


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    files = write_files(folder)
    peers = {
        "zip.pth": ("torch.load", lambda path: torch.load(path, weights_only=True)),
        "legacy.pth": ("torch.load", lambda path: torch.load(path, weights_only=True)),
        "weights.safetensors": ("safetensors load_file", safetensors.torch.load_file),
    }
    print("torch %s, safetensors %s, %d threads; ms, medians of %d" % (
        torch.__version__, safetensors.__version__, torch.get_num_threads(), ROUNDS * TURNS))
    print("| file | bytes | peer | peer reads | carica reads | ratio | peer reads and sums "
          "| carica reads and sums | ratio |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, path in files.items():
        peer, load = peers[name]
        theirs, ours = [], []
        for _ in range(TURNS):
            theirs += time_python(load, path)
            ours += time_ours(program, path)
        row = []
        for column in (0, 1):
            a = statistics.median(times[column] for times in theirs)
            b = statistics.median(times[column] for times in ours)
            row += ["%.1f" % a, "%.1f" % b, "%.2f" % (b / a)]
        print("| %s | %d | %s | %s |" % (name, path.stat().st_size, peer, " | ".join(row)))


main()
