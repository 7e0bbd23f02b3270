"""Makes optim.h: ten steps of torch.optim's optimizers (float32) and the rates of torch's schedulers.

Run: python make_optim.py > optim.h
"""

import warnings

import torch
from torch.optim import lr_scheduler as schedulers

warnings.filterwarnings("ignore")
torch.manual_seed(5)
STEPS = 10

x, y = torch.randn(6, 3), torch.randn(6, 2)
weight, bias = torch.randn(2, 3), torch.randn(2)


def trajectory(make):
    """Weight and bias after each step of a tiny regression, one row of 8 numbers per step."""
    w, b = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimizer = make([w, b])
    rows = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        ((x @ w.t() + b).tanh() - y).square().mean().backward()
        optimizer.step()
        rows.append(torch.cat([w.detach().flatten(), b.detach()]))
    return torch.stack(rows)


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.1),
    "sgd_momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
    "sgd_nesterov_decay": lambda p: torch.optim.SGD(p, 0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
    "adam": lambda p: torch.optim.Adam(p, 0.05),
    "adam_decay": lambda p: torch.optim.Adam(p, 0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.0),
    "adamw_decay": lambda p: torch.optim.AdamW(p, 0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
}


def optimizer_at(lr):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr)


def rates(make, steps, lr=0.4):
    optimizer = optimizer_at(lr)
    scheduler = make(optimizer)
    out = []
    for _ in range(steps):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return out


def warm(main, steps=4, start=0.01):
    def make(optimizer):
        first = schedulers.LinearLR(optimizer, start_factor=start, total_iters=steps)
        return schedulers.SequentialLR(optimizer, [first, main(optimizer)], [steps])

    return make


# 20 steps: 5 epochs of 4.
SCHEDULES = {
    "constant": lambda o: schedulers.ConstantLR(o, factor=1.0),
    "cosine": lambda o: schedulers.CosineAnnealingLR(o, 20, eta_min=0.02),
    "cosine_warm": warm(lambda o: schedulers.CosineAnnealingLR(o, 16, eta_min=0.02)),
    "poly": lambda o: schedulers.PolynomialLR(o, 20, power=0.9),
    "poly_warm": warm(lambda o: schedulers.PolynomialLR(o, 16, power=0.9)),
    "step": lambda o: schedulers.StepLR(o, 8, gamma=0.1),
    "multistep": lambda o: schedulers.MultiStepLR(o, [4, 14], gamma=0.5),
    "onecycle": lambda o: schedulers.OneCycleLR(o, 0.4, total_steps=20, pct_start=0.3, final_div_factor=1e4),
    "onecycle_late": lambda o: schedulers.OneCycleLR(o, 0.4, total_steps=20, pct_start=0.62, div_factor=10),
}

LOSSES = [1.0, 0.8, 0.81, 0.79995, 0.9, float("nan"), 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77, 0.78, 0.6]


def plateau(mode):
    """Rates before each observation and after the last."""
    optimizer = optimizer_at(0.4)
    scheduler = schedulers.ReduceLROnPlateau(optimizer, mode, factor=0.5, patience=2, min_lr=0.06)
    out = [optimizer.param_groups[0]["lr"]]
    for loss in LOSSES:
        scheduler.step(loss if mode == "min" else 2 - loss)
        out.append(optimizer.param_groups[0]["lr"])
    return out


def text(value):
    return "NAN" if value != value else repr(value)


def numbers(values):
    out, line = [], "   "
    for value in values:
        part = f" {text(value)},"
        if len(line) + len(part) > 98:
            out.append(line)
            line = "   "
        line += part
    return "\n".join(out + [line])


def series(name, values):
    print(f"inline const std::vector<double> k_{name} = {{\n{numbers(values)}}};\n")


def table(name, rows):
    print(f"inline const std::vector<Series> k_{name} = {{")
    for key, values in rows:
        print(f'  {{"{key}", {{\n{numbers(values)}}}}},')
    print("};\n")


def main():
    print(f"// Made by make_optim.py with torch {torch.__version__}: do not edit.")
    print("// clang-format off")
    print("#pragma once\n\n#include <cmath>\n#include <vector>\n\nnamespace carica::golden {\n")
    print("struct Series {\n  const char* name;\n  std::vector<double> values;\n};\n")
    for name, tensor in {"x": x, "y": y, "weight": weight, "bias": bias}.items():
        print(f"// {list(tensor.shape)}")
        series(name, tensor.flatten().tolist())
    print("// [steps, weight and bias]")
    table("trajectories", [(k, trajectory(make).flatten().tolist()) for k, make in OPTIMIZERS.items()])
    table("schedules", [(k, rates(make, 20)) for k, make in SCHEDULES.items()])
    series("plateau_losses", LOSSES)
    table("plateau_rates", [(mode, plateau(mode)) for mode in ("min", "max")])
    print("}  // namespace carica::golden")


main()
