"""Compares carica's t-SNE with scikit-learn's and openTSNE's on the same features: time, KL, trustworthiness.

    cmake --build build/release --target tsne_parity
    PYTHONPATH=SITE python tests/parity/compare_tsne.py build/release/tests/parity/tsne_parity FEATURES.safetensors

SITE holds scikit-learn 1.9.1, safetensors and, if it is to be compared, openTSNE 1.0.4. FEATURES holds `features`,
float[N,F]: for docs/results/tsne.md those of 5,000 pictures of CIFAR-10's training split, 500 of each class, made by
a resnet18 that carica trained on it, pictures resized to 64x64 (`--features WEIGHTS PICTURES` makes them, and needs
torchvision; PICTURES holds one folder of .jpg for each class). docs/results/tsne_large.md: `--per-class 1200`.

Every program runs --runs times, one after the other and round by round; medians of seconds. Whole runs are timed:
neighbours, affinities and 1,000 iterations, not the start of Python. KL and trustworthiness (5 neighbours) of every
embedding by the same code: tsne_parity's, over all pairs, P of the features as they are with perplexity 30; beside it the KL
that each program gives itself, and trustworthiness of scikit-learn's function. Fails unless carica's trustworthiness is
at most 0.01 lower than scikit-learn's, its KL at most 3 % higher, and it is at least 3 times as fast.
"""

import argparse
import datetime
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
import sklearn
import torch
from safetensors.torch import load_file, save_file
from sklearn.manifold import TSNE, trustworthiness

RESULTS = pathlib.Path(__file__).parents[2] / "docs/results/tsne.md"
TRUST_BOUND, KL_BOUND, SPEED_BOUND = 0.01, 1.03, 3.0

try:
    import openTSNE
except ImportError:
    openTSNE = None


def make_features(weights: str, pictures: str, per_class: int, out: str) -> None:
    import torchvision
    from PIL import Image

    net = torchvision.models.resnet18(num_classes=10)
    net.load_state_dict(load_file(weights))
    net.fc = torch.nn.Identity()
    net.eval()
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    rows = []
    for folder in sorted(p for p in pathlib.Path(pictures).iterdir() if p.is_dir()):
        files = sorted(folder.glob("*.jpg"))[:per_class]
        for i in range(0, len(files), 100):
            batch = [Image.open(f).convert("RGB").resize((64, 64), Image.BILINEAR) for f in files[i : i + 100]]
            x = torch.from_numpy(numpy.stack([numpy.asarray(p) for p in batch])).permute(0, 3, 1, 2) / 255
            with torch.no_grad():
                rows.append(net((x - mean) / std))
    features = torch.cat(rows)
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(0))
    save_file({"features": features[order].contiguous()}, out)


class Carica:
    def __init__(self, exe: str, *, title: str, **keys):
        self.exe, self.title, self.keys = exe, title, keys

    def run(self, features: pathlib.Path, out: pathlib.Path) -> tuple[float, float]:
        words = [self.exe, "run", str(features), str(out), *(f"{k}={v}" for k, v in self.keys.items())]
        printed = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
        return float(printed[1]), float(printed[3])


class ScikitLearn:
    title = "scikit-learn " + sklearn.__version__ + ", barnes_hut"

    def __init__(self, dims: int = 2):
        self.dims = dims
        if dims != 2:
            self.title += f", {dims}-D"

    def run(self, features: pathlib.Path, out: pathlib.Path) -> tuple[float, float]:
        values = load_file(features)["features"].numpy()
        net = TSNE(n_components=self.dims, method="barnes_hut", init="pca", random_state=0)
        begin = time.perf_counter()
        embedding = net.fit_transform(values)
        seconds = time.perf_counter() - begin
        save_file({"embedding": torch.from_numpy(numpy.ascontiguousarray(embedding, numpy.float32))}, out)
        return seconds, float(net.kl_divergence_)


class OpenTsne:
    """Its defaults are 250 exaggerated and 500 further iterations; here 750 further ones, as the others do."""

    def __init__(self, gradient: str):
        self.gradient = gradient
        self.title = f"openTSNE {openTSNE.__version__}, {gradient}"

    def run(self, features: pathlib.Path, out: pathlib.Path) -> tuple[float, float]:
        values = load_file(features)["features"].numpy()
        jobs = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count()))
        begin = time.perf_counter()
        found = openTSNE.TSNE(
            n_iter=750, negative_gradient_method=self.gradient, n_jobs=jobs, random_state=0
        ).fit(values)
        seconds = time.perf_counter() - begin
        save_file({"embedding": torch.from_numpy(numpy.ascontiguousarray(found, numpy.float32))}, out)
        return seconds, float(found.kl_divergence)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exe")
    parser.add_argument("file")
    parser.add_argument("--features", nargs=2, metavar=("WEIGHTS", "PICTURES"))
    parser.add_argument("--per-class", type=int, default=500, help="pictures of --features")
    parser.add_argument("--results", type=pathlib.Path, default=RESULTS, help="the table to write")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--three", action="store_true", help="3-D, too")
    args = parser.parse_args()
    if args.features:
        make_features(*args.features, args.per_class, args.file)
    features = pathlib.Path(args.file)
    points, width = load_file(features)["features"].shape
    programs = [
        Carica(args.exe, title="carica"),
        Carica(args.exe, title="carica, exact", gradient="exact", pca_dims=0),
        Carica(args.exe, title="carica, grid", gradient="grid", pca_dims=0),
        ScikitLearn(),
    ]
    if openTSNE:
        programs += [OpenTsne("bh"), OpenTsne("fft")]
    if args.three:
        programs += [Carica(args.exe, title="carica, 3-D", dims=3), ScikitLearn(3)]
    seconds, scores = {p.title: [] for p in programs}, {}
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "embedding.safetensors"
        for _ in range(args.runs):
            for program in programs:
                took, own = program.run(features, out)
                seconds[program.title].append(took)
                if program.title not in scores:
                    printed = subprocess.run([args.exe, "score", str(features), str(out)], check=True, capture_output=True, text=True).stdout.split()
                    theirs = trustworthiness(load_file(features)["features"].numpy(), load_file(out)["embedding"].numpy())
                    assert abs(theirs - float(printed[3])) < 1e-5, (theirs, printed)
                    scores[program.title] = own, float(printed[1]), float(printed[3])
                print(program.title, f"{took:.2f} s", scores[program.title], flush=True)
    time_of = {title: statistics.median(values) for title, values in seconds.items()}
    peer = ScikitLearn().title
    rows = ["| program | seconds | scikit-learn's time over it | its own KL | KL | trustworthiness |", "|---|---|---|---|---|---|"]
    for title, (own, kl, trust) in scores.items():
        base = peer + ", 3-D" if "3-D" in title else peer
        rows.append(f"| {title} | {time_of[title]:.1f} | {time_of[base] / time_of[title]:.1f} | {own:.4f} | {kl:.4f} | {trust:.4f} |")
    load = ", ".join(f"{v:.1f}" for v in os.getloadavg())
    args.results.write_text(
        f"""# t-SNE beside scikit-learn's and openTSNE's

`tests/parity/compare_tsne.py`, {points:,} x {width} features, perplexity 30, 1,000 iterations, first positions from PCA, threads: {os.environ.get("OMP_NUM_THREADS", os.cpu_count())}, on
{os.cpu_count()} cores of an x86-64 server, load at the end {load}, {datetime.date.today()}. Interleaved runs: {args.runs}, medians, neighbours included. "KL" is recomputed for every
embedding by the same exact formula, with P of all {width} features; "its own KL" is what the program says: openTSNE and Barnes-Hut
estimate Z, and carica by default (first row) reduces the features to 50 by PCA first, as P then does.
The first row is the default: all pairs up to 8,000 points, the grid beyond.

{chr(10).join(rows)}
"""
    )
    kl_ratio = scores["carica"][1] / scores[peer][1]
    trust_gap = scores[peer][2] - scores["carica"][2]
    speed = time_of[peer] / time_of["carica"]
    print(f"KL ratio {kl_ratio:.3f}, trustworthiness lower by {trust_gap:.4f}, {speed:.1f} times as fast")
    return 0 if kl_ratio <= KL_BOUND and trust_gap <= TRUST_BOUND and speed >= SPEED_BOUND else 1


if __name__ == "__main__":
    raise SystemExit(main())
