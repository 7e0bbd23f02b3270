"""Writes models.txt, which tests/models compares carica's networks with.

    pip install --target SITE --no-deps torchvision==0.26.0 segmentation-models-pytorch==0.6.0 timm
    pip install --target SITE numpy pillow huggingface_hub safetensors tqdm
    PYTHONPATH=SITE python tests/golden/make_models.py > tests/golden/models.txt

For each network: names and shapes of parameters (p) and buffers (b) in their order, the values that
a fresh one of seed 3 begins with (fresh), and logits in eval mode of weights and pictures that are
filled by formula (see `fill`).
"""

import sys

import segmentation_models_pytorch as smp
import torch
import torchvision
from torch import nn

PRIME = 65521


def noise(numel: int, key: int) -> torch.Tensor:
    """Numbers in [-1, 1) that any language can make: i * (i + 1 + 1013 * key) modulo a prime."""
    i = torch.arange(1, numel + 1)
    return (i * (i + 1013 * key) % PRIME).double() / PRIME * 2 - 1


def fill(net: nn.Module) -> None:
    """Weights of variance 2 / fan_in, norms near 1 and 0.

    The key is the index among the parameters, or among the buffers.
    """
    with torch.no_grad():
        for key, (name, p) in enumerate(net.named_parameters()):
            x = noise(p.numel(), key).view(p.shape)
            if p.dim() > 1:
                x *= (6 * p.size(0) / p.numel()) ** 0.5
            elif name.endswith("weight"):
                x = 1 + 0.1 * x
            else:
                x *= 0.1
            p.copy_(x)
        for key, (name, b) in enumerate(net.named_buffers()):
            x = noise(b.numel(), key).view(b.shape)
            if name.endswith("running_mean"):
                b.copy_(0.1 * x)
            elif name.endswith("running_var"):
                b.copy_(1 + 0.5 * x)


class Cnn(nn.Module):
    """The small classifier for pictures of `size` x `size`."""

    def __init__(self, size: int, classes: int):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.conv3 = nn.Conv2d(64, 128, 3, padding=1)
        self.fc = nn.Linear(128 * (size // 16) ** 2, classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.conv1(x).relu(), 4)
        x = nn.functional.max_pool2d(self.conv2(x).relu(), 2)
        x = nn.functional.max_pool2d(self.conv3(x).relu(), 2)
        return self.fc(x.flatten(1))


def conv_norm_relu(cin: int, cout: int) -> nn.Sequential:
    conv = nn.Conv2d(cin, cout, 3, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(cout), nn.ReLU())


class DoubleConv(nn.Module):
    def __init__(self, cin: int, cout: int):
        super().__init__()
        self.conv1 = conv_norm_relu(cin, cout)
        self.conv2 = conv_norm_relu(cout, cout)

    def forward(self, x):
        return self.conv2(self.conv1(x))


class UpBlock(DoubleConv):
    def __init__(self, cin: int, cout: int):
        super().__init__(2 * cout, cout)
        self.reduce = nn.Conv2d(cin, cout, 1, bias=False)

    def forward(self, x, skip):
        x = self.reduce(nn.functional.interpolate(x, scale_factor=2, mode="nearest"))
        return super().forward(torch.cat([x, skip], 1))


class PlainUnet(nn.Module):
    """The classic U-Net with one DoubleConv per level."""

    def __init__(self, widths: list[int], classes: int):
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.levels = nn.ModuleList(DoubleConv(a, b) for a, b in zip([3] + widths, widths, strict=False))
        self.decoder = nn.Module()
        up = widths[::-1]
        self.decoder.blocks = nn.ModuleList(UpBlock(a, b) for a, b in zip(up, up[1:], strict=False))
        self.segmentation_head = nn.Sequential(nn.Conv2d(widths[0], classes, 1))

    def forward(self, x):
        maps = []
        for level in self.encoder.levels:
            x = level(nn.functional.max_pool2d(x, 2) if maps else x)
            maps.append(x)
        for block, skip in zip(self.decoder.blocks, maps[-2::-1], strict=False):
            x = block(x, skip)
        return self.segmentation_head(x)


def cifar_stem(net: nn.Module) -> nn.Module:
    """A stem for small pictures, filled as torchvision fills its own."""
    net.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    net.maxpool = nn.Identity()
    return net


def unet(encoder: str) -> nn.Module:
    return smp.Unet(encoder, encoder_weights=None, classes=11)


# name: (how it is made, side of its pictures in px, whether its fresh weights are compared)
NETWORKS = {
    "cnn": (lambda: Cnn(32, 10), 32, True),
    "resnet18": (lambda: torchvision.models.resnet18(num_classes=10), 64, True),
    "resnet34": (lambda: torchvision.models.resnet34(num_classes=10), 64, True),
    "resnet50": (lambda: torchvision.models.resnet50(num_classes=10), 64, True),
    "resnet18-cifar": (lambda: cifar_stem(torchvision.models.resnet18(num_classes=10)), 32, False),
    "unet-plain": (lambda: PlainUnet([8, 16, 32], 11), 32, False),
    "unet-resnet18": (lambda: unet("resnet18"), 64, False),
    "unet-resnet50": (lambda: unet("resnet50"), 64, False),
}


def numbers(values: torch.Tensor) -> str:
    return " ".join(f"{v:.9g}" for v in values.tolist())


def main() -> None:
    versions = {m.__name__: m.__version__.split("+")[0] for m in (torch, torchvision, smp)}
    print("# Made by make_models.py:", ", ".join(f"{m} {v}" for m, v in versions.items()))
    for name, (make, side, fresh) in NETWORKS.items():
        torch.manual_seed(3)
        net = make().eval()
        print(f"network {name} {side} {sum(p.numel() for p in net.parameters())}")
        for key, p in net.named_parameters():
            print("p", key, "x".join(map(str, p.shape)))
        for key, b in net.named_buffers():
            print("b", key, "x".join(map(str, b.shape)) or "scalar")
        if fresh:
            for key, p in net.named_parameters():
                if key.startswith(("conv", "fc", "layer4.1")) and ".bn" not in key:
                    print("fresh", key, numbers(p.detach().flatten()[:3]))
        fill(net)
        pictures = noise(2 * 3 * side * side, 0).view(2, 3, side, side).float()
        with torch.no_grad():
            logits = net(pictures).flatten()
        # Every logit of a classifier, 40 of a segmenter's.
        print("logits", logits.numel(), numbers(logits[:: max(1, logits.numel() // 40)]))


if __name__ == "__main__":
    sys.exit(main())
