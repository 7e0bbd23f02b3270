"""Segmenters and what they are compared with, for compare_networks.py."""

import pathlib
import sys

import segmentation_models_pytorch as smp
from row import Row
from torchvision.models import segmentation

sys.path.append(str(pathlib.Path(__file__).parents[1] / "golden"))
from make_segmenters import CLASSES, LowLraspp, PlusMobileNet, PlusResNet, SegNet, low, smp_net  # noqa: E402

EVEN, ODD = (96, 128), (97, 110)
DECODERS = {
    "unet": smp.Unet,
    "unetplusplus": smp.UnetPlusPlus,
    "linknet": smp.Linknet,
    "fpn": smp.FPN,
    "pspnet": smp.PSPNet,
    "manet": smp.MAnet,
}
ENCODERS = [
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnext50_32x4d",
    "vgg16_bn",
    "densenet121",
    "mobilenet_v2",
    "efficientnet-b0",
]
WITH_AUX = ["fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101", "deeplabv3_mobilenet_v3_large"]


def row(name: str, size, make, title: str = "", **keys) -> Row:
    return Row(name, size, make, {"task": "segment", "outputs": CLASSES, **keys}, title or name)


def with_encoder(name: str, encoder: str) -> Row:
    chance = {"drop_path": 0} if encoder.startswith("efficientnet") else {}
    return row(name, EVEN, lambda: smp_net(DECODERS[name], encoder), f"{name}, {encoder}", encoder=encoder, **chance)


def with_stride(name: str, make, stride: int) -> Row:
    return row(name, ODD, lambda: make(stride), f"{name}, output stride {stride}", output_stride=stride)


PLUS = {
    "deeplabv3plus_resnet50": lambda stride: PlusResNet(50, stride),
    "deeplabv3plus_resnet101": lambda stride: PlusResNet(101, stride),
    "deeplabv3plus_mobilenet": PlusMobileNet,
}

SEGMENTERS = [
    *(with_encoder(name, encoder) for name in DECODERS for encoder in ENCODERS),
    *(row(name, ODD, lambda name=name: low(getattr(segmentation, name)), aux="on") for name in WITH_AUX),
    row("lraspp_mobilenet_v3_large", ODD, LowLraspp),
    *(with_stride(name, make, stride) for name, make in PLUS.items() for stride in (16, 8)),
    row("segnet", EVEN, SegNet),
]
