"""Writes models.txt, which tests/models compares carica's networks with.

    pip install --target SITE --no-deps torchvision==0.26.0 segmentation-models-pytorch==0.6.0 timm
    pip install --target SITE numpy pillow huggingface_hub safetensors tqdm
    PYTHONPATH=SITE python tests/golden/make_models.py > tests/golden/models.txt

For each network: names and shapes of parameters (p) and buffers (b) in their order, the values that
a fresh one of seed 3 begins with (fresh), and logits in eval mode of weights and pictures that are
filled by formula (see `fill`). Of the many classifiers, names and shapes are only counted and hashed
(hash), few fresh values kept, and logits of some; `slow` marks what is not compared in every test run.
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


class LeNet5(nn.Module):
    """For pictures of `size` x `size`."""

    def __init__(self, size: int, classes: int):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * (((size - 4) // 2 - 4) // 2) ** 2, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.conv1(x).relu(), 2)
        x = nn.functional.max_pool2d(self.conv2(x).relu(), 2)
        return self.fc3(self.fc2(self.fc1(x.flatten(1)).relu()).relu())


def small_stem(net: nn.Module) -> nn.Module:
    """The same for the other classifiers: stride 1, and no pool."""
    if hasattr(net, "stem"):
        net.stem[0].stride = (1, 1)
    elif hasattr(net, "maxpool"):
        net.conv1[0].stride = (1, 1)
        net.maxpool = nn.Identity()
    elif hasattr(net.features, "conv0"):
        net.features.conv0 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        net.features.pool0 = nn.Identity()
    else:
        net.features[0][0].stride = (1, 1)
    return net


def classifier(name: str, side: int) -> nn.Module:
    """Of torchvision, or ours in Python; `-cifar` asks for the small stem."""
    name, _, stem = name.partition("-")
    if name == "lenet5":
        return LeNet5(side, 10)
    sized = {"image_size": side} if name.startswith("vit") else {}
    net = torchvision.models.get_model(name, weights=None, num_classes=10, **sized)
    return small_stem(net) if stem else net


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

# name: (side of the pictures in px, whether logits are recorded: fast, slow or no)
CLASSIFIERS = {
    "lenet5": (32, "fast"),
    "alexnet": (64, "slow"),
    "vgg11": (32, "no"),
    "vgg11_bn": (32, "slow"),
    "vgg13": (32, "no"),
    "vgg13_bn": (32, "no"),
    "vgg16": (32, "no"),
    "vgg16_bn": (32, "no"),
    "vgg19": (32, "no"),
    "vgg19_bn": (32, "no"),
    "resnet101": (64, "no"),
    "resnet152": (64, "no"),
    "resnext50_32x4d": (64, "fast"),
    "resnext101_32x8d": (64, "no"),
    "wide_resnet50_2": (64, "no"),
    "densenet121": (64, "fast"),
    "densenet169": (64, "no"),
    "mobilenet_v2": (64, "fast"),
    "mobilenet_v3_small": (64, "fast"),
    "mobilenet_v3_large": (64, "fast"),
    "efficientnet_b0": (64, "fast"),
    "efficientnet_b1": (64, "no"),
    "efficientnet_b2": (64, "no"),
    "efficientnet_b3": (64, "no"),
    "efficientnet_b4": (64, "no"),
    "shufflenet_v2_x1_0": (64, "fast"),
    "squeezenet1_1": (60, "fast"),
    "regnet_y_400mf": (64, "fast"),
    "convnext_tiny": (64, "fast"),
    "convnext_small": (64, "no"),
    "vit_b_16": (32, "slow"),
    "densenet121-cifar": (32, "fast"),
    "mobilenet_v2-cifar": (32, "fast"),
    "mobilenet_v3_small-cifar": (32, "fast"),
    "efficientnet_b0-cifar": (32, "fast"),
    "shufflenet_v2_x1_0-cifar": (32, "fast"),
    "regnet_y_400mf-cifar": (32, "fast"),
}


def numbers(values: torch.Tensor) -> str:
    return " ".join(f"{v:.9g}" for v in values.tolist())


def fnv1a(lines: list[str]) -> str:
    """64-bit FNV-1a over the lines, each with its line break."""
    value = 0xCBF29CE484222325
    for byte in "".join(line + "\n" for line in lines).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def shape_text(tensor: torch.Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "scalar"


def print_logits(net: nn.Module, side: int) -> None:
    """Every logit of a classifier, 40 of a segmenter's."""
    fill(net)
    pictures = noise(2 * 3 * side * side, 0).view(2, 3, side, side).float()
    with torch.no_grad():
        logits = net(pictures).flatten()
    print("logits", logits.numel(), numbers(logits[:: max(1, logits.numel() // 40)]))


def print_classifier(name: str, side: int, logits: str) -> None:
    torch.manual_seed(3)
    net = classifier(name, side).eval()
    parameters = list(net.named_parameters())
    print(f"network {name} {side} {sum(p.numel() for _, p in parameters)}")
    for kind, items in (("p", parameters), ("b", list(net.named_buffers()))):
        print("hash", kind, len(items), fnv1a([f"{key} {shape_text(t)}" for key, t in items]))
    if logits == "no":
        return
    if logits == "slow":
        print("slow")
    if "-" not in name:
        drawn = [(key, p) for key, p in parameters if p.flatten()[:3].std() > 0]
        for i in range(6):
            key, p = drawn[i * (len(drawn) - 1) // 5]
            print("fresh", key, numbers(p.detach().flatten()[:3]))
    print_logits(net, side)


def main() -> None:
    versions = {m.__name__: m.__version__.split("+")[0] for m in (torch, torchvision, smp)}
    print("# Made by make_models.py:", ", ".join(f"{m} {v}" for m, v in versions.items()))
    for name, (make, side, fresh) in NETWORKS.items():
        torch.manual_seed(3)
        net = make().eval()
        print(f"network {name} {side} {sum(p.numel() for p in net.parameters())}")
        for key, p in net.named_parameters():
            print("p", key, shape_text(p))
        for key, b in net.named_buffers():
            print("b", key, shape_text(b))
        if fresh:
            for key, p in net.named_parameters():
                if key.startswith(("conv", "fc", "layer4.1")) and ".bn" not in key:
                    print("fresh", key, numbers(p.detach().flatten()[:3]))
        print_logits(net, side)
    for name, (side, logits) in CLASSIFIERS.items():
        print_classifier(name, side, logits)


if __name__ == "__main__":
    sys.exit(main())
