"""One network of compare_networks.py: what carica calls it and is told, and how Python makes it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Row:
    name: str
    size: tuple[int, int]  # height and width of its pictures
    make: Callable[[], nn.Module]
    keys: dict = field(default_factory=dict)  # of network_parity
    title: str = ""

    def __post_init__(self):
        self.title = self.title or self.name
        self.classifies = self.keys.get("task") != "segment"

    def outputs(self, net: nn.Module, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Logits, and in training those of the auxiliary head, if any."""
        given = net(pictures)
        return given if isinstance(given, list) else [given]

    def features(self, net: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
        """What the last layer of a classifier gets, in evaluation."""
        last = [m for m in net.modules() if isinstance(m, (nn.Linear, nn.Conv2d))][-1]
        seen = []
        hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        net(pictures)
        hook.remove()
        return seen[0].mean([2, 3]) if seen[0].dim() == 4 else seen[0]
