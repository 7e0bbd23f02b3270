"""Makes loss.h: losses and gradients from torch in float64. Run: python make_loss.py > loss.h

Cross-entropy and BCE are torch.nn.functional's own; dice and focal are written out from their papers' formulas.
"""

import torch
import torch.nn.functional as F

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
IGNORE = 255
CLASSES = 3

rows = torch.randn(5, CLASSES) * 2
row_targets = torch.tensor([0, 2, 1, IGNORE, 2])
maps = torch.randn(2, CLASSES, 2, 3) * 2
map_targets = torch.randint(0, CLASSES, (2, 4, 5))
map_targets[0, 1, 2] = map_targets[1, 3, 4] = map_targets[1, 0, 0] = IGNORE
binary = torch.randn(2, 1, 2, 3) * 2
binary_targets = (map_targets == 1).long()
binary_targets[map_targets == IGNORE] = IGNORE
weights = torch.tensor([0.5, 2.0, 1.25])


def up(x, t):
    return x if x.dim() == 2 else F.interpolate(x, size=t.shape[1:], mode="bilinear", align_corners=False)


def cross_entropy(**options):
    return lambda x, t: F.cross_entropy(up(x, t), t, ignore_index=IGNORE, **options)


def counted(x, t):
    """The rows [P, outputs] and targets [P] that are not ignored."""
    x = up(x, t)
    x = x if x.dim() == 2 else x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])
    t = t.reshape(-1)
    return x[t != IGNORE], t[t != IGNORE]


def bce(smoothing=0.0, classes=CLASSES):
    def loss(x, t):
        x, t = counted(x, t)
        y = t.double().unsqueeze(1) if x.shape[1] == 1 else F.one_hot(t, classes).double()
        return F.binary_cross_entropy_with_logits(x, y * (1 - smoothing) + smoothing / classes)

    return loss


def soft_dice(p, y, smooth):
    each = (2 * (p * y).sum(0) + smooth) / (p.sum(0) + y.sum(0) + smooth)
    return (1 - each)[y.sum(0) > 0].mean()


def dice(smooth=1.0):
    def loss(x, t):
        x, t = counted(x, t)
        return soft_dice(x.softmax(1), F.one_hot(t, CLASSES).double(), smooth)

    return loss


def binary_bce_and_dice(x, t):
    bce_part = bce(classes=2)(x, t)
    x, t = counted(x, t)
    s = x.sigmoid()
    return bce_part + 0.5 * soft_dice(torch.cat([1 - s, s], 1), F.one_hot(t, 2).double(), 1.0)


def focal(gamma):
    def loss(x, t):
        x, t = counted(x, t)
        p = x.softmax(1).gather(1, t.unsqueeze(1))
        return ((1 - p) ** gamma * -p.log()).mean()

    return loss


def ce_and_dice(x, t):
    return 0.75 * cross_entropy()(x, t) + 2 * dice()(x, t)


CASES = [
    ("cross_entropy", "rows", cross_entropy()),
    ("cross_entropy", "maps", cross_entropy()),
    ("cross_entropy_smoothed", "rows", cross_entropy(label_smoothing=0.2)),
    ("cross_entropy_weighted", "maps", cross_entropy(weight=weights)),
    ("cross_entropy_weighted_smoothed", "rows", cross_entropy(weight=weights, label_smoothing=0.1)),
    ("cross_entropy_weighted_smoothed", "maps", cross_entropy(weight=weights, label_smoothing=0.1)),
    ("bce_one_vs_rest", "rows", bce()),
    ("bce_one_vs_rest_smoothed", "maps", bce(0.1)),
    ("bce_binary", "binary", bce(classes=2)),
    ("bce_binary_smoothed", "binary", bce(0.1, classes=2)),
    ("dice", "rows", dice()),
    ("dice", "maps", dice()),
    ("dice_unsmoothed", "maps", dice(0.0)),
    ("focal_2", "maps", focal(2.0)),
    ("focal_half", "rows", focal(0.5)),
    ("cross_entropy_and_dice", "maps", ce_and_dice),
    ("bce_and_dice", "binary", binary_bce_and_dice),
]
INPUTS = {"rows": (rows, row_targets), "maps": (maps, map_targets), "binary": (binary, binary_targets)}


def numbers(values):
    out, line = [], "   "
    for value in values.flatten().tolist():
        text = f" {value!r},"
        if len(line) + len(text) > 98:
            out.append(line)
            line = "   "
        line += text
    return "\n".join(out + [line])


def main():
    print(f"// Made by make_loss.py with torch {torch.__version__}: do not edit.")
    print("// clang-format off")
    print("#pragma once\n\n#include <vector>\n\nnamespace carica::golden {\n")
    print("struct LossCase {\n  const char* loss;\n  const char* input;\n  double value;")
    print("  std::vector<double> gradient;\n};\n")
    for name, (x, t) in INPUTS.items():
        print(f"// {name}: logits {list(x.shape)}, targets {list(t.shape)}")
        print(f"inline const std::vector<double> k_{name}_logits = {{\n{numbers(x)}}};")
        print(f"inline const std::vector<int> k_{name}_targets = {{\n{numbers(t)}}};\n")
    print("inline const std::vector<LossCase> k_loss_cases = {")
    for loss, name, function in CASES:
        x, t = INPUTS[name]
        x = x.clone().requires_grad_()
        value = function(x, t)
        value.backward()
        print(f'  {{"{loss}", "{name}", {value.item()!r}, {{\n{numbers(x.grad)}}}}},')
    print("};\n\n}  // namespace carica::golden")


main()
