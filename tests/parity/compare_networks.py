"""Compares carica's networks with their counterparts in Python: logits, features, gradients, weights.

    cmake --build build/release --target network_parity
    PYTHONPATH=SITE python tests/parity/compare_networks.py build/release/tests/parity/network_parity [NAME ...]

SITE holds torchvision 0.26.0, segmentation_models_pytorch 0.6.0 and safetensors, beside torch 2.11.0. For
each network: random weights of a fixed seed, batch norm's statistics too, go to carica as .safetensors;
network_parity gives logits and features in evaluation, the gradients of one training step and batch norm's
statistics after it, and its own weights, which Python loads strictly. A new classifier of the same seed is
compared value by value, too. Differences are relative to the largest value of each tensor. NAME: a title or
its first word. Without names, all rows are compared and docs/results/networks.md is written. A network more
is one row in classifier_rows.py or segmenter_rows.py.
"""

import datetime
import pathlib
import subprocess
import sys
import tempfile

import segmentation_models_pytorch
import torch
import torchvision
from classifier_rows import CLASSIFIERS
from row import Row
from safetensors.torch import load_file, save_file
from segmenter_rows import SEGMENTERS
from torch import nn

RESULTS = pathlib.Path(__file__).parents[2] / "docs/results/networks.md"
BATCH = 4
LOGITS_BOUND, GRADIENT_BOUND, FRESH_BOUND = 1e-5, 1e-4, 1e-6


def without_chance(net: nn.Module) -> nn.Module:
    """Without dropout and stochastic depth."""
    for module in net.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d, torchvision.ops.StochasticDepth)):
            module.p = 0.0
        if hasattr(module, "_drop_connect_rate"):  # of segmentation_models_pytorch's efficientnet
            module._drop_connect_rate = 0.0
    return net


def randomise(net: nn.Module, generator: torch.Generator) -> None:
    """Weights of a plausible size, none of them 0 or 1; statistics as after some training."""

    def normal(t: torch.Tensor) -> torch.Tensor:
        return torch.randn(t.shape, generator=generator)

    with torch.no_grad():
        for name, p in net.named_parameters():
            if p.dim() > 1 and p.numel() > p.size(0):
                p.copy_(normal(p) * (2 * p.size(0) / p.numel()) ** 0.5)
            else:
                p.copy_((1 if name.endswith("weight") else 0) + 0.1 * normal(p))
        for name, b in net.named_buffers():
            if name.endswith("running_mean"):
                b.copy_(0.1 * normal(b))
            elif name.endswith("running_var"):
                b.copy_(1 + 0.5 * torch.rand(b.shape, generator=generator))


def difference(ours: torch.Tensor, theirs: torch.Tensor, scale: float | None = None) -> float:
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    scale = theirs.abs().max().item() if scale is None else scale
    largest = ((ours - theirs).abs().max() / (scale or 1)).item()
    return largest if largest == largest else float("inf")


def program(exe: str, *words: str, keys: dict) -> dict[str, torch.Tensor]:
    subprocess.run([exe, *words, *(f"{k}={v}" for k, v in keys.items())], check=True)
    return load_file(words[-1])


def part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def gradient_scale(name: str, gradients: dict) -> float:
    """A bias that a norm takes away has a gradient of rounding errors: it is seen beside its weight's."""
    own = gradients[name].abs().max().item()
    weight = gradients.get(name.removesuffix("bias") + "weight") if name.endswith("bias") else None
    return own if weight is None else max(own, 0.01 * weight.abs().max().item())


def training_step(net: nn.Module, row: Row, pictures: torch.Tensor, grads: list[torch.Tensor]) -> dict:
    """Gradients of what trains; layers that are only there for their names have none."""
    net.train()
    outputs = row.outputs(net, pictures)
    sum((y * g).sum() for y, g in zip(outputs, grads, strict=True)).backward()
    return {k: p.grad for k, p in net.named_parameters() if p.grad is not None}


def compare(exe: str, row: Row, folder: pathlib.Path) -> dict:
    generator = torch.Generator().manual_seed(11)
    net = without_chance(row.make())
    randomise(net, generator)
    state = {k: v.clone() for k, v in net.state_dict().items()}
    save_file(state, folder / "weights.safetensors")
    pictures = torch.randn(BATCH, 3, *row.size, generator=generator)
    net.eval()
    with torch.no_grad():
        logits = row.outputs(net, pictures)[0]
        features = row.features(net, pictures) if row.classifies else None
        shapes = [y.shape for y in row.outputs(net.train(), pictures)]
    net.load_state_dict(state)
    grads = [torch.randn(shape, generator=generator) for shape in shapes]
    named = dict(zip(["grad_logits", "grad_aux"], grads, strict=False))
    save_file({"pictures": pictures, **named}, folder / "pictures.safetensors")

    keys = {"height": row.size[0], "width": row.size[1], **row.keys}
    files = [str(folder / f"{f}.safetensors") for f in ("weights", "pictures", "out")]
    ours = program(exe, "run", row.name, *files, keys=keys)
    own = part(ours, "state.")
    assert list(own) and own.keys() == state.keys()
    assert all(torch.equal(own[k], state[k]) for k in state)
    row.make().load_state_dict(own, strict=True)

    gradients = training_step(net, row, pictures, grads)
    trained = part(ours, "grad.")
    assert trained.keys() == gradients.keys(), trained.keys() ^ gradients.keys()
    idle = [k for k, g in gradients.items() if not g.abs().max() > 0]  # behind a ReLU that lets nothing through
    assert len(idle) <= 0.1 * len(gradients), idle
    buffers = {k: b for k, b in net.named_buffers() if k.rpartition(".")[0] + ".weight" in gradients}

    fresh = (0.0, "")
    if row.classifies:
        torch.manual_seed(5)
        theirs = row.make().state_dict()
        new = part(program(exe, "fresh", row.name, files[2], keys={**keys, "seed": 5}), "state.")
        assert new.keys() == theirs.keys()
        fresh = max((difference(new[k].double(), v.double()), k) for k, v in theirs.items())

    return {
        "row": row,
        "parameters": sum(p.numel() for p in net.parameters()),
        "logits": difference(ours["logits"], logits),
        "features": difference(ours["features"], features) if row.classifies else 0.0,
        "gradient": max((difference(trained[k], g, gradient_scale(k, gradients)), k) for k, g in gradients.items()),
        "buffer": max(((difference(ours["buffer." + k].double(), b.double()), k) for k, b in buffers.items()), default=(0.0, "")),
        "fresh": fresh,
    }


CLASSIFIER_HEAD = ["network", "pictures", "parameters", "logits", "features", "gradients", "statistics", "fresh weights"]
SEGMENTER_HEAD = ["network", "pictures", "parameters", "logits", "gradients", "statistics"]


def cells(r: dict) -> list[str]:
    row = r["row"]
    numbers = [r["logits"], r["gradient"][0], r["buffer"][0]]
    if row.classifies:
        numbers = [r["logits"], r["features"], r["gradient"][0], r["buffer"][0], r["fresh"][0]]
    size = f"{row.size[1]}x{row.size[0]}"
    return [row.title, size, f"{r['parameters']:,}", *(f"{v:.1e}" if v else "0" for v in numbers)]


def good(r: dict) -> bool:
    return (
        max(r["logits"], r["features"]) <= LOGITS_BOUND
        and max(r["gradient"][0], r["buffer"][0]) <= GRADIENT_BOUND
        and r["fresh"][0] <= FRESH_BOUND
    )


def table(head: list[str], results: list[dict]) -> str:
    rows = [head, ["---"] * len(head), *(cells(r) for r in results)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def main() -> int:
    exe, names = sys.argv[1], sys.argv[2:]
    results, bad = [], []
    for row in [*CLASSIFIERS, *SEGMENTERS]:
        if names and row.title not in names and row.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            result = compare(exe, row, pathlib.Path(folder))
        results.append(result)
        print("| " + " | ".join(cells(result)) + " |", flush=True)
        if not good(result):
            bad.append(row.title)
            print("  too far:", result)
    if not names:
        versions = [torch.__version__, torchvision.__version__, segmentation_models_pytorch.__version__]
        torch_v, vision_v, smp_v = (v.split("+")[0] for v in versions)
        RESULTS.write_text(
            f"""# Networks against their counterparts in Python

`tests/parity/compare_networks.py`, torch {torch_v}, torchvision {vision_v}, segmentation_models_pytorch {smp_v}, 2 CPU cores, {datetime.date.today()}.
The same random weights (statistics of batch norm, too) and {BATCH} pictures in both, float32. Each number is the largest
difference, relative to the largest value of the tensor: logits and features in evaluation, gradients of all parameters and
batch norm's statistics after one training step without dropout and stochastic depth, and the weights of a new classifier
of the same seed. 0: every bit is equal. Names and shapes are, too: each side loads the other's weights strictly.
Bounds: {LOGITS_BOUND:g} for logits and features, {GRADIENT_BOUND:g} for gradients and statistics, {FRESH_BOUND:g} for fresh weights.

## Classifiers, torchvision's, 1000 outputs

{table(CLASSIFIER_HEAD, [r for r in results if r["row"].classifies])}
## Segmenters, 11 outputs

unet to manet: segmentation_models_pytorch's, with each encoder. fcn, deeplabv3, lraspp: torchvision's, auxiliary heads in
training included, logits before the last upsampling. deeplabv3plus and segnet have no package on PyPI: they are put
together from torchvision's parts by `tests/golden/make_segmenters.py`. A bias before a norm has a gradient of rounding
errors only and is seen relative to a hundredth of its weight's.

{table(SEGMENTER_HEAD, [r for r in results if not r["row"].classifies])}"""
        )
    print("beyond the bounds:", ", ".join(bad) or "none")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
