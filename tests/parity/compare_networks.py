"""Compares carica's networks with torchvision's in Python: logits, features, gradients, weights.

    cmake --build build/release --target network_parity
    PYTHONPATH=SITE python tests/parity/compare_networks.py build/release/tests/parity/network_parity [NAME ...]

SITE holds torchvision 0.26.0 and safetensors, beside torch 2.11.0. For each network: random weights of a
fixed seed, batch norm's statistics too, go to carica as .safetensors; network_parity gives logits and
features in evaluation, the gradients of one training step and batch norm's statistics after it, and its
own weights, which Python loads strictly. A new network of the same seed is compared value by value, too.
Differences are relative to the largest value of each tensor. Without names, all rows are compared and
docs/results/networks.md is written. A network more is one row in NETWORKS.
"""

import datetime
import pathlib
import subprocess
import sys
import tempfile

import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch import nn

RESULTS = pathlib.Path(__file__).parents[2] / "docs/results/networks.md"
BATCH = 4
LOGITS_BOUND, GRADIENT_BOUND, FRESH_BOUND = 1e-5, 1e-4, 1e-6

WITH_DROP_PATH = ("efficientnet", "convnext")


def of_torchvision(name: str, **kwargs) -> nn.Module:
    return torchvision.models.get_model(name, weights=None, **kwargs)


class Row:
    """One network: what carica calls it and is told beside, how Python makes it, the side of its pictures.

    A segmenter: Row("unet", 64, title="unet, resnet18", make=lambda: smp.Unet("resnet18", encoder_weights=None,
    classes=21), keys={"task": "segment", "encoder": "resnet18", "outputs": 21}).
    """

    def __init__(self, name: str, side: int, *, title: str = "", make=None, keys: dict | None = None):
        self.name, self.side, self.title = name, side, title or name
        sized = {"image_size": side} if name.startswith("vit") else {}
        self.make = make or (lambda: of_torchvision(name, **sized))
        self.keys = keys or {"dropout": 0}
        if name.startswith(WITH_DROP_PATH):
            self.keys["drop_path"] = 0
        self.classifies = self.keys.get("task") != "segment"

    def logits(self, net: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
        out = net(pictures)
        return out["out"] if isinstance(out, dict) else out

    def features(self, net: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
        """What the last layer of a classifier gets, in evaluation."""
        last = [m for m in net.modules() if isinstance(m, (nn.Linear, nn.Conv2d))][-1]
        seen = []
        hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        self.logits(net, pictures)
        hook.remove()
        return seen[0].mean([2, 3]) if seen[0].dim() == 4 else seen[0]


def without_chance(net: nn.Module) -> nn.Module:
    """Without dropout and stochastic depth."""
    for module in net.modules():
        if isinstance(module, (nn.Dropout, torchvision.ops.StochasticDepth)):
            module.p = 0.0
    return net


NETWORKS = [
    Row("alexnet", 95),
    Row("vgg11", 64),
    Row("vgg11_bn", 64),
    Row("vgg13", 64),
    Row("vgg13_bn", 64),
    Row("vgg16", 64),
    Row("vgg16_bn", 64),
    Row("vgg19", 64),
    Row("vgg19_bn", 64),
    Row("resnet18", 97),
    Row("resnet34", 97),
    Row("resnet50", 97),
    Row("resnet101", 97),
    Row("resnet152", 97),
    Row("resnext50_32x4d", 97),
    Row("resnext101_32x8d", 97),
    Row("wide_resnet50_2", 97),
    Row("densenet121", 97),
    Row("densenet169", 97),
    Row("mobilenet_v2", 97),
    Row("mobilenet_v3_small", 97),
    Row("mobilenet_v3_large", 97),
    Row("efficientnet_b0", 97),
    Row("efficientnet_b1", 97),
    Row("efficientnet_b2", 97),
    Row("efficientnet_b3", 97),
    Row("efficientnet_b4", 97),
    Row("shufflenet_v2_x1_0", 97),
    Row("squeezenet1_1", 97),
    Row("regnet_y_400mf", 97),
    Row("convnext_tiny", 97),
    Row("convnext_small", 97),
    Row("vit_b_16", 96),
]


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


def difference(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    scale = theirs.abs().max().item()
    largest = ((ours - theirs).abs().max() / (scale or 1)).item()
    return largest if largest == largest else float("inf")


def program(exe: str, *words: str, keys: dict) -> dict[str, torch.Tensor]:
    subprocess.run([exe, *words, *(f"{k}={v}" for k, v in keys.items())], check=True)
    return load_file(words[-1])


def part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def compare(exe: str, row: Row, folder: pathlib.Path) -> dict:
    generator = torch.Generator().manual_seed(11)
    net = without_chance(row.make())
    randomise(net, generator)
    state = {k: v.clone() for k, v in net.state_dict().items()}
    save_file(state, folder / "weights.safetensors")
    pictures = torch.randn(BATCH, 3, row.side, row.side, generator=generator)
    net.eval()
    with torch.no_grad():
        logits = row.logits(net, pictures)
        features = row.features(net, pictures) if row.classifies else None
    grad_logits = torch.randn(logits.shape, generator=generator)
    save_file({"pictures": pictures, "grad_logits": grad_logits}, folder / "pictures.safetensors")

    keys = {"height": row.side, "width": row.side, **row.keys}
    files = [str(folder / f"{f}.safetensors") for f in ("weights", "pictures", "out")]
    ours = program(exe, "run", row.name, *files, keys=keys)
    own = part(ours, "state.")
    assert list(own) and own.keys() == state.keys()
    assert all(torch.equal(own[k], state[k]) for k in state)
    row.make().load_state_dict(own, strict=True)

    net.train()
    (row.logits(net, pictures) * grad_logits).sum().backward()
    gradients = {k: p.grad for k, p in net.named_parameters()}
    buffers = dict(net.named_buffers())
    assert all(g.abs().max() > 0 for g in gradients.values())

    torch.manual_seed(5)
    fresh = row.make().state_dict()
    new = part(program(exe, "fresh", row.name, files[2], keys={**keys, "seed": 5}), "state.")
    assert new.keys() == fresh.keys()

    return {
        "name": row.title,
        "side": row.side,
        "parameters": sum(p.numel() for p in net.parameters()),
        "logits": difference(ours["logits"], logits),
        "features": difference(ours["features"], features) if row.classifies else 0.0,
        "gradient": max((difference(ours["grad." + k], g), k) for k, g in gradients.items()),
        "buffer": max(((difference(ours["buffer." + k].double(), b.double()), k) for k, b in buffers.items()), default=(0.0, "")),
        "fresh": max((difference(new[k].double(), v.double()), k) for k, v in fresh.items()),
    }


HEAD = ["network", "pictures", "parameters", "logits", "features", "gradients", "statistics", "fresh weights"]


def cells(r: dict) -> list[str]:
    numbers = [r["logits"], r["features"], r["gradient"][0], r["buffer"][0], r["fresh"][0]]
    return [r["name"], f"{r['side']} px", f"{r['parameters']:,}", *(f"{v:.1e}" if v else "0" for v in numbers)]


def good(r: dict) -> bool:
    return (
        max(r["logits"], r["features"]) <= LOGITS_BOUND
        and max(r["gradient"][0], r["buffer"][0]) <= GRADIENT_BOUND
        and r["fresh"][0] <= FRESH_BOUND
    )


def table(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [HEAD, ["---"] * len(HEAD), *rows]) + "\n"


def main() -> int:
    exe, names = sys.argv[1], sys.argv[2:]
    rows, bad = [], []
    for row in NETWORKS:
        if names and row.title not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            result = compare(exe, row, pathlib.Path(folder))
        rows.append(cells(result))
        print("| " + " | ".join(rows[-1]) + " |", flush=True)
        if not good(result):
            bad.append(row.title)
            print("  too far:", result)
    if not names:
        RESULTS.write_text(
            f"""# Networks against torchvision

`tests/parity/compare_networks.py`, torch {torch.__version__.split("+")[0]}, torchvision {torchvision.__version__.split("+")[0]}, 2 CPU cores, {datetime.date.today()}.
The same random weights (statistics of batch norm, too) and {BATCH} pictures in both, 1000 outputs, float32. Each number is the largest
difference, relative to the largest value of the tensor: logits and features in evaluation, gradients of all parameters and
batch norm's statistics after one training step without dropout and stochastic depth, and the weights of a new network
of the same seed. 0: every bit is equal. Names and shapes are, too: each side loads the other's weights strictly.
Bounds: {LOGITS_BOUND:g} for logits and features, {GRADIENT_BOUND:g} for gradients and statistics, {FRESH_BOUND:g} for fresh weights.

{table(rows)}"""
        )
    print("beyond the bounds:", ", ".join(bad) or "none")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
