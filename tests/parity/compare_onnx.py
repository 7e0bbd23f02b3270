"""Runs every network of carica as ONNX in onnxruntime, beside carica's own logits.

    cmake --build build/release --target export_parity carica
    PYTHONPATH=SITE python tests/parity/compare_onnx.py build/release [NAME ...]

SITE holds onnx, onnxruntime and safetensors, beside torch 2.11.0. Differences are relative to the largest
logit. Without names, all networks that `carica models` lists are compared and docs/results/onnx.md is
written.
"""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import onnx
import onnxruntime
from safetensors import safe_open

RESULTS = pathlib.Path(__file__).parents[2] / "docs/results/onnx.md"
BOUND = 1e-4
SIDES = {"alexnet": 95, "vit_b_16": 64, "cnn": 32, "lenet5": 32}


def compare(program: pathlib.Path, model: dict) -> tuple[str, float, str]:
    name, segments = model["name"], model["task"] == "segment"
    words = [name, "FOLDER", str(SIDES.get(name, 64)), "outputs=10"]
    if segments:
        words.append("task=segment")
    with tempfile.TemporaryDirectory() as folder:
        words[1] = folder
        subprocess.run([program, *words], check=True, capture_output=True, text=True)
        onnx.checker.check_model(onnx.load(f"{folder}/model.onnx"), full_check=True)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(f"{folder}/model.onnx", options)
        worst, shapes = 0.0, []
        with safe_open(f"{folder}/cases.safetensors", "np") as file:
            multiple = file.metadata()["size_multiple"]
            for case in sorted({key.split(".")[0] for key in file.keys()}):
                pictures, logits = (file.get_tensor(f"{case}.{k}") for k in ("pictures", "logits"))
                given = session.run(["logits"], {"pictures": pictures})[0]
                if given.shape != logits.shape:
                    raise SystemExit(f"{name}: {given.shape}, expected {logits.shape}")
                if not abs(logits).max() > 0:
                    raise SystemExit(f"{name}: no logits to compare with")
                worst = max(worst, float(abs(given - logits).max() / abs(logits).max()))
                shapes.append("x".join(str(n) for n in pictures.shape))
    sizes = {"0": "the training size", "1": "any"}.get(multiple, f"multiples of {multiple}")
    return sizes, worst, ", ".join(shapes)


def main() -> None:
    build = pathlib.Path(sys.argv[1])
    listed = subprocess.run([build / "src/cli/carica", "models", "--json"], check=True,
                            capture_output=True, text=True).stdout
    models = json.loads(listed.splitlines()[-1])["models"]
    wanted = sys.argv[2:]
    rows, bad = [], []
    for model in models:
        if wanted and model["name"] not in wanted:
            continue
        sizes, worst, shapes = compare(build / "tests/parity/export_parity", model)
        rows.append(f"| {model['name']} | {sizes} | {worst:.1e} | {shapes} |")
        print(rows[-1], flush=True)
        if worst > BOUND:
            bad.append(model["name"])
    if not wanted:
        RESULTS.write_text(
            "# Networks as ONNX\n\n"
            "`tests/parity/compare_onnx.py`, "
            f"{datetime.date.today()}, 2 CPU cores, onnxruntime {onnxruntime.__version__}, "
            f"opset 17: the\nlargest difference of onnxruntime's logits to carica's, relative to the "
            f"largest logit (bound {BOUND:.0e}); random weights.\n\n"
            "| network | sizes of pictures | difference | compared |\n|---|---|---|---|\n"
            + "\n".join(rows) + "\n")
    if bad:
        raise SystemExit("beyond the bound: " + ", ".join(bad))


main()
