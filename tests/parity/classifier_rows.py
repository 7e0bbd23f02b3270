"""torchvision's classifiers, for compare_networks.py."""

import torchvision
from row import Row

WITH_DROP_PATH = ("efficientnet", "convnext")
SIDES = {
    "alexnet": 95,
    "vgg11": 64,
    "vgg11_bn": 64,
    "vgg13": 64,
    "vgg13_bn": 64,
    "vgg16": 64,
    "vgg16_bn": 64,
    "vgg19": 64,
    "vgg19_bn": 64,
    "resnet18": 97,
    "resnet34": 97,
    "resnet50": 97,
    "resnet101": 97,
    "resnet152": 97,
    "resnext50_32x4d": 97,
    "resnext101_32x8d": 97,
    "wide_resnet50_2": 97,
    "densenet121": 97,
    "densenet169": 97,
    "mobilenet_v2": 97,
    "mobilenet_v3_small": 97,
    "mobilenet_v3_large": 97,
    "efficientnet_b0": 97,
    "efficientnet_b1": 97,
    "efficientnet_b2": 97,
    "efficientnet_b3": 97,
    "efficientnet_b4": 97,
    "shufflenet_v2_x1_0": 97,
    "squeezenet1_1": 97,
    "regnet_y_400mf": 97,
    "convnext_tiny": 97,
    "convnext_small": 97,
    "vit_b_16": 96,
}


def row(name: str, side: int) -> Row:
    sized = {"image_size": side} if name.startswith("vit") else {}
    chance = {"dropout": 0} | ({"drop_path": 0} if name.startswith(WITH_DROP_PATH) else {})
    return Row(name, (side, side), lambda: torchvision.models.get_model(name, weights=None, **sized), chance)


CLASSIFIERS = [row(name, side) for name, side in SIDES.items()]
