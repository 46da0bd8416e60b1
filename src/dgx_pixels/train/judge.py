"""The judge: a small CNN that names a sprite's kind and colour. It learns from drawn sprites alone and never
sees a generated one before it judges it.
"""

import time
from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from dgx_pixels.train.autoencoder import Report
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Store
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.paint import COLOURS


def _block(channels: int, width: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.SiLU(),
        nn.Conv2d(width, width, 3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.SiLU(),
    )


class Judge(nn.Module):
    """Sprites of any native size in, logits of kinds and of colours out."""

    def __init__(self, width: int = 48, kinds: int = len(KINDS), colours: int = len(COLOURS)) -> None:
        super().__init__()
        self.body = nn.Sequential(_block(4, width, 1), _block(width, 2 * width, 2), _block(2 * width, 4 * width, 2))
        self.neck = nn.Sequential(nn.Linear(4 * width * 17, 256), nn.SiLU(), nn.Dropout(0.1))
        self.kind = nn.Linear(256, kinds)
        self.colour = nn.Linear(256, colours)

    def forward(self, sprites: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, kinds) and (N, colours) of sprites (N, 4, s, s) in [-1, 1], white where transparent."""
        y = self.body(sprites)
        # What is where on a 4x4 grid, whatever the size, and the strongest sign of anything anywhere.
        pooled = (nn.functional.adaptive_avg_pool2d(y, 4).flatten(1), y.amax((2, 3)))
        y = self.neck(torch.cat(pooled, 1))
        return self.kind(y), self.colour(y)


def train_judge(store: Store, budget: Budget, report: Report, *, batch: int = 512) -> Judge:
    """A judge trained on the store's sprites for ``budget``."""
    net = Judge().to(store.device)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.02)
    started, step = time.monotonic(), 0
    sizes = sorted(store.shelves)
    while (gone := budget.gone(step, time.monotonic() - started)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1.0, step / 200) * (1 - gone)
        size = sizes[step % len(sizes)]
        sprites, labels = store.labelled(size, max(8, min(batch, batch * 32 * 32 // size**2)))
        sprites = sprites + 0.04 * torch.randn_like(sprites)
        with torch.autocast(sprites.device.type, torch.bfloat16, enabled=sprites.is_cuda):
            kind, colour = net(sprites)
        loss = cross_entropy(kind.float(), labels[:, 0], label_smoothing=0.02)
        loss = loss + 0.5 * cross_entropy(colour.float(), labels[:, 1], ignore_index=-1, label_smoothing=0.02)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        step += 1
        if step % 50 == 1:
            report(step, loss.item(), gone)
    return net.eval()


@torch.no_grad()
def verdicts(judge: Judge, batches: Iterable[tuple[Tensor, Tensor]]) -> Tensor:
    """Rows (kind, colour wanted, kind right, colour right) (N, 4) for batches of (sprites, labels (N, 2))."""
    rows: list[Tensor] = []
    for sprites, labels in batches:
        kind, colour = cast("tuple[Tensor, Tensor]", judge(sprites))
        right = (kind.argmax(1) == labels[:, 0], colour.argmax(1) == labels[:, 1])
        rows.append(torch.stack((labels[:, 0], labels[:, 1], right[0].long(), right[1].long()), 1))
    return torch.cat(rows).cpu()
