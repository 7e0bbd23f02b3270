"""Writes segmenters.txt, which tests/models compares carica's segmenters with.

    pip install --target SITE --no-deps torchvision==0.26.0 segmentation-models-pytorch==0.6.0 timm
    pip install --target SITE numpy pillow huggingface_hub safetensors tqdm
    PYTHONPATH=SITE python tests/golden/make_segmenters.py > tests/golden/segmenters.txt
    PYTHONPATH=SITE python tests/golden/make_segmenters.py NAME    # names and shapes of one

For each network: its options, the size of its pictures, the number of parameters, FNV-1a hashes of
the lines "name shape" of parameters and buffers in their order, then logits of weights and pictures
that are filled by formula (see make_models.py): in eval mode, and in training mode without dropout,
where the auxiliary head's follow. Logits are those before torchvision's last upsampling.
"""

import sys

import segmentation_models_pytorch as smp
import torch
import torchvision
from make_models import fill, noise, numbers
from torch import nn
from torch.nn import functional as F
from torchvision.models import segmentation
from torchvision.models.segmentation.deeplabv3 import ASPP

CLASSES = 11


class Low(nn.Module):
    """A segmenter of torchvision without its last upsampling."""

    def __init__(self, net: nn.Module):
        super().__init__()
        self.backbone, self.classifier = net.backbone, net.classifier
        if net.aux_classifier is not None:
            self.aux_classifier = net.aux_classifier

    def forward(self, x):
        maps = self.backbone(x)
        logits = [self.classifier(maps["out"])]
        if self.training and hasattr(self, "aux_classifier"):
            logits.append(self.aux_classifier(maps["aux"]))
        return logits


class LowLraspp(nn.Module):
    """torchvision's LRASPP without its last upsampling."""

    def __init__(self):
        super().__init__()
        net = segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=CLASSES)
        self.backbone, self.classifier = net.backbone, net.classifier

    def forward(self, x):
        return [self.classifier(self.backbone(x))]


class PlusHead(nn.Module):
    """The decoder of DeepLabV3+ around torchvision's atrous pyramid."""

    def __init__(self, low: int, deep: int, rates: list[int]):
        super().__init__()
        self.project = nn.Sequential(nn.Conv2d(low, 48, 1, bias=False), nn.BatchNorm2d(48), nn.ReLU())
        self.aspp = ASPP(deep, rates)
        joined = nn.Conv2d(48 + 256, 256, 3, padding=1, bias=False)
        self.classifier = nn.Sequential(joined, nn.BatchNorm2d(256), nn.ReLU(), nn.Conv2d(256, CLASSES, 1))

    def forward(self, low, deep):
        low, deep = self.project(low), self.aspp(deep)
        deep = F.interpolate(deep, low.shape[2:], mode="bilinear", align_corners=False)
        return self.classifier(torch.cat([low, deep], 1))


class PlusResNet(nn.Module):
    def __init__(self, depth: int, output_stride: int):
        super().__init__()
        dilate = [False, output_stride == 8, True]
        net = getattr(torchvision.models, f"resnet{depth}")(replace_stride_with_dilation=dilate)
        self.backbone = nn.Module()
        for name in ("conv1", "bn1", "layer1", "layer2", "layer3", "layer4"):
            self.backbone.add_module(name, getattr(net, name))
        self.classifier = PlusHead(256, 2048, [r * 16 // output_stride for r in (6, 12, 18)])

    def forward(self, x):
        b = self.backbone
        low = b.layer1(F.max_pool2d(b.bn1(b.conv1(x)).relu(), 3, 2, 1))
        return [self.classifier(low, b.layer4(b.layer3(b.layer2(low))))]


class PaddedBlock(nn.Module):
    """torchvision's inverted residual, padded before its expansion."""

    def __init__(self, block: nn.Module, stride: int, dilation: int):
        super().__init__()
        self.conv, self.adds, self.dilation = block.conv, block.use_res_connect, dilation
        for conv in self.conv.modules():
            if isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3):
                conv.padding, conv.stride, conv.dilation = (0, 0), (stride, stride), (dilation, dilation)

    def forward(self, x):
        y = self.conv(F.pad(x, [self.dilation] * 4))
        return x + y if self.adds else y


class PlusMobileNet(nn.Module):
    """Blocks 7 and 14 of MobileNetV2 halve the resolution beyond 1/8."""

    def __init__(self, output_stride: int):
        super().__init__()
        features = torchvision.models.mobilenet_v2().features[:-1]
        features[0][0].padding = (0, 0)
        halves, dilated = (2, 4, 7, 14), [14] if output_stride == 16 else [7, 14]
        dilation = 1
        for i in range(1, len(features)):
            stride = 2 if i in halves and i not in dilated else 1
            features[i] = PaddedBlock(features[i], stride, dilation)
            if i in dilated:
                dilation *= 2
        self.backbone = nn.Module()
        self.backbone.low_level_features = features[:4]
        self.backbone.high_level_features = features[4:]
        self.classifier = PlusHead(24, 320, [r * 16 // output_stride for r in (6, 12, 18)])

    def forward(self, x):
        low = self.backbone.low_level_features(x)
        return [self.classifier(low, self.backbone.high_level_features(low))]


class SegNet(nn.Module):
    """VGG16 with batch norm, and back with the indices of its pools."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.features = torchvision.models.vgg16_bn().features
        self.decoder = nn.Module()
        widths = [[512, 512, 512, 512], [512, 512, 512, 256], [256, 256, 256, 128], [128, 128, 64], [64, 64]]
        self.decoder.blocks = nn.ModuleList(
            nn.ModuleList(
                nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU())
                for a, b in zip(block, block[1:], strict=False)
            )
            for block in widths
        )
        self.segmentation_head = nn.Sequential(nn.Conv2d(64, CLASSES, 3, padding=1))

    def forward(self, x):
        indices = []
        for layer in self.encoder.features:
            if isinstance(layer, nn.MaxPool2d):
                x, where = F.max_pool2d(x, 2, return_indices=True)
                indices.append(where)
            else:
                x = layer(x)
        for block in self.decoder.blocks:
            x = F.max_unpool2d(x, indices.pop(), 2)
            for layer in block:
                x = layer(x)
        return [self.segmentation_head(x)]


def smp_net(kind: type, encoder: str, **options) -> nn.Module:
    return kind(encoder, encoder_weights=None, classes=CLASSES, **options)


def low(make, aux: bool = True) -> nn.Module:
    return Low(make(weights=None, weights_backbone=None, num_classes=CLASSES, aux_loss=aux))


# name, options of carica, how it is made in Python, height and width of its pictures; None: names only
NETWORKS = [
    ("unet", "encoder=resnet101", lambda: smp_net(smp.Unet, "resnet101"), None),
    (
        "unet",
        "encoder=resnet18 widths=48,40,32,24,16",
        lambda: smp_net(smp.Unet, "resnet18", decoder_channels=[48, 40, 32, 24, 16]),
        (64, 96),
    ),
    ("unetplusplus", "encoder=resnet18", lambda: smp_net(smp.UnetPlusPlus, "resnet18"), (64, 96)),
    ("unetplusplus", "encoder=resnet50", lambda: smp_net(smp.UnetPlusPlus, "resnet50"), None),
    ("linknet", "encoder=resnet18", lambda: smp_net(smp.Linknet, "resnet18"), (64, 96)),
    ("linknet", "encoder=resnet50", lambda: smp_net(smp.Linknet, "resnet50"), None),
    ("fpn", "encoder=resnet18", lambda: smp_net(smp.FPN, "resnet18"), (64, 96)),
    ("fpn", "encoder=resnet50", lambda: smp_net(smp.FPN, "resnet50"), None),
    ("pspnet", "encoder=resnet18", lambda: smp_net(smp.PSPNet, "resnet18"), (64, 96)),
    ("pspnet", "encoder=resnet50", lambda: smp_net(smp.PSPNet, "resnet50"), None),
    ("manet", "encoder=resnet18", lambda: smp_net(smp.MAnet, "resnet18"), (64, 96)),
    ("unet", "encoder=vgg16_bn", lambda: smp_net(smp.Unet, "vgg16_bn"), (64, 96)),
    ("unet", "encoder=densenet121", lambda: smp_net(smp.Unet, "densenet121"), (64, 96)),
    ("unet", "encoder=mobilenet_v2", lambda: smp_net(smp.Unet, "mobilenet_v2"), (64, 96)),
    ("unet", "encoder=efficientnet-b0", lambda: smp_net(smp.Unet, "efficientnet-b0"), (64, 96)),
    ("unet", "encoder=resnext50_32x4d", lambda: smp_net(smp.Unet, "resnext50_32x4d"), None),
    ("unetplusplus", "encoder=vgg16_bn", lambda: smp_net(smp.UnetPlusPlus, "vgg16_bn"), None),
    ("unetplusplus", "encoder=mobilenet_v2", lambda: smp_net(smp.UnetPlusPlus, "mobilenet_v2"), (64, 96)),
    ("linknet", "encoder=densenet121", lambda: smp_net(smp.Linknet, "densenet121"), None),
    ("linknet", "encoder=efficientnet-b0", lambda: smp_net(smp.Linknet, "efficientnet-b0"), None),
    ("fpn", "encoder=mobilenet_v2", lambda: smp_net(smp.FPN, "mobilenet_v2"), None),
    ("fpn", "encoder=densenet121", lambda: smp_net(smp.FPN, "densenet121"), None),
    ("pspnet", "encoder=vgg16_bn", lambda: smp_net(smp.PSPNet, "vgg16_bn"), None),
    ("pspnet", "encoder=mobilenet_v2", lambda: smp_net(smp.PSPNet, "mobilenet_v2"), (64, 96)),
    ("pspnet", "encoder=efficientnet-b0", lambda: smp_net(smp.PSPNet, "efficientnet-b0"), (64, 96)),
    ("pspnet", "encoder=densenet121", lambda: smp_net(smp.PSPNet, "densenet121"), (64, 96)),
    ("manet", "encoder=efficientnet-b0", lambda: smp_net(smp.MAnet, "efficientnet-b0"), None),
    ("manet", "encoder=vgg16_bn", lambda: smp_net(smp.MAnet, "vgg16_bn"), None),
    ("fcn_resnet50", "aux=on", lambda: low(segmentation.fcn_resnet50), (65, 70)),
    ("fcn_resnet50", "aux=off", lambda: low(segmentation.fcn_resnet50, aux=False), None),
    ("fcn_resnet101", "aux=on", lambda: low(segmentation.fcn_resnet101), None),
    ("deeplabv3_resnet50", "aux=on", lambda: low(segmentation.deeplabv3_resnet50), (65, 70)),
    ("deeplabv3_resnet101", "aux=off", lambda: low(segmentation.deeplabv3_resnet101, aux=False), None),
    ("deeplabv3_mobilenet_v3_large", "aux=on", lambda: low(segmentation.deeplabv3_mobilenet_v3_large), (65, 70)),
    ("lraspp_mobilenet_v3_large", "", LowLraspp, (65, 70)),
    ("deeplabv3plus_resnet50", "output_stride=16", lambda: PlusResNet(50, 16), (65, 70)),
    ("deeplabv3plus_resnet50", "output_stride=8", lambda: PlusResNet(50, 8), None),
    ("deeplabv3plus_resnet101", "output_stride=16", lambda: PlusResNet(101, 16), None),
    ("deeplabv3plus_mobilenet", "output_stride=16", lambda: PlusMobileNet(16), (65, 70)),
    ("deeplabv3plus_mobilenet", "output_stride=8", lambda: PlusMobileNet(8), (65, 70)),
    ("segnet", "", SegNet, (64, 96)),
]


def signatures(tensors) -> list[str]:
    return [f"{key} {'x'.join(map(str, t.shape)) or 'scalar'}" for key, t in tensors]


def fnv(lines: list[str]) -> str:
    value = 0xCBF29CE484222325
    for byte in "".join(line + "\n" for line in lines).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def some(logits: torch.Tensor, count: int) -> str:
    flat = logits.flatten()
    return f"{flat.numel()} " + numbers(flat[:: flat.numel() // count])


def main() -> None:
    only = sys.argv[1] if len(sys.argv) > 1 else None
    versions = {m.__name__: m.__version__.split("+")[0] for m in (torch, torchvision, smp)}
    if only is None:
        print("# Made by make_segmenters.py:", ", ".join(f"{m} {v}" for m, v in versions.items()))
    for name, options, make, size in NETWORKS:
        if only not in (None, name):
            continue
        net = make().eval()
        parameters, buffers = signatures(net.named_parameters()), signatures(net.named_buffers())
        if only is not None:
            print("\n".join(parameters + buffers))
            continue
        count = sum(p.numel() for p in net.parameters())
        print(f"network {name} {count} {fnv(parameters)} {fnv(buffers)} {options}".rstrip())
        if size is None:
            continue
        fill(net)
        pictures = noise(2 * 3 * size[0] * size[1], 0).view(2, 3, *size).float()
        for module in net.modules():
            if isinstance(module, (nn.Dropout, nn.Dropout2d)):
                module.p = 0.0
        print("pictures", *size)
        with torch.no_grad():
            # Stochastic depth draws.
            modes = ("eval",) if "efficientnet" in options else ("eval", "train")
            for mode in modes:
                logits = net.train(mode == "train")(pictures)
                for key, each in zip((mode, "aux"), logits if isinstance(logits, list) else [logits], strict=False):
                    print(key, some(each, 20))


if __name__ == "__main__":
    sys.exit(main())
