"""Trains Pocket's U-Net and both text towers together, from scratch, in the VAE's latents.

Captions are dropped one time in ten for classifier-free guidance; what is kept is an exponential moving average of
the weights.
"""

import copy
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.errors import DgxPixelsError
from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.nn.tokenizer import BEGIN, END
from dgx_pixels.train.autoencoder import LatentMap, Report
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Artists, Store
from dgx_pixels.train.flat import flatten
from dgx_pixels.train.objective import Pocket, alpha_bars, init_weights, loss, picture_sizes
from dgx_pixels.train.replay import record
from dgx_pixels.train.team import Member

DROP: Final = 0.1
"""Share of captions that are dropped."""
EMA: Final = 0.9992
PEAK_RATE: Final = 8e-4
SHARE: Final = {16: 0.7, 24: 0.9, 32: 1.6, 48: 0.9, 64: 0.9}
"""How often a step has sprites of a size, over how often it has others."""
EVERY: Final = 20
"""Steps between two looks at the clock and at what was drawn."""
SAVE_EVERY: Final = 120.0
"""Seconds that a killed run loses at most."""


class DivergedError(DgxPixelsError):
    """The training diverged."""

    code = "diverged"


@dataclass(slots=True)
class Trainer:
    """State of a run; `state` saves and restores it."""

    model: Pocket
    ema: Pocket
    weights: list[nn.Parameter]
    """All weights of the model: those that decay, and the others."""
    average: list[nn.Parameter]
    """All weights of ``ema``, in the same order."""
    optimiser: torch.optim.Optimizer
    latents: LatentMap
    alpha_bars: Tensor
    member: Member
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def start(cls, spec: ModelSpec, latents: LatentMap, member: Member) -> "Trainer":
        """A fresh run. Embeddings start at zero, so that words never seen in training say nothing.

        The weights follow from torch's seed, which has to be the same for every member.
        """
        model = Pocket(spec).to(member.device)
        init_weights(model)
        ema = copy.deepcopy(model).requires_grad_(requires_grad=False)
        weights, average = _flattened(model), _flattened(ema)
        groups = [{"params": [w], "weight_decay": decay} for w, decay in zip(weights, (0.01, 0.0), strict=True)]
        fused = member.device.type == "cuda"
        optimiser = torch.optim.AdamW(groups, PEAK_RATE, betas=(0.9, 0.98), fused=fused)
        return cls(model, ema, weights, average, optimiser, latents, alpha_bars(member.device), member)

    def run(
        self,
        store: Store,
        artists: Artists | None,
        budget: Budget,
        report: Report,
        batch: int,
        stop_after: float = float("inf"),
        save: Callable[[], None] | None = None,
    ) -> None:
        """Train until the budget is used up, or for ``stop_after`` seconds of it.

        ``batch`` is the count at 32 px of all members together; a step has as many pixels at every size. ``save``
        is called now and then. Raises DivergedError.
        """
        begun, started, saved, sizes = self.seconds, time.monotonic(), self.seconds, sorted(store.shelves)
        steps: dict[int, Callable[..., Tensor]] = {}
        pool = torch.cuda.graph_pool_handle() if store.device.type == "cuda" else None
        gone = budget.gone(self.step, begun)
        while gone < 1 and self.seconds - begun < stop_after:
            self._learning_rate(gone)
            size = _size(self.step, sizes)
            inputs = self._inputs(store, size, _share(batch, size, self.member.size))
            if size not in steps:
                steps[size] = self.stepper(inputs, pool)
            found = self.learn(steps[size], inputs)
            if self.step % EVERY == 0 or begun == self.seconds:
                # All members have to agree on the time, or they would learn at different rates.
                self.seconds = self.member.agree(begun + time.monotonic() - started)
                if artists is not None:
                    artists.collect(store)
                if save and self.seconds - saved > SAVE_EVERY:
                    save()
                    saved = self.seconds
            gone = budget.gone(self.step, self.seconds)
            if self.step % 100 == 1:
                if not math.isfinite(value := found.item()):
                    raise DivergedError(f"the loss is {value} at step {self.step}; start again with another seed")
                report(self.step, value, gone)

    def stepper(self, inputs: tuple[Tensor, ...], pool: Any = None) -> Callable[..., Tensor]:
        """What finds loss and gradients for inputs shaped like these: on a GPU, a recording of it (see `record`)."""
        return record(self._gradients, inputs, pool) if inputs[0].is_cuda else self._gradients

    def learn(self, step: Callable[..., Tensor], inputs: tuple[Tensor, ...]) -> Tensor:
        """One step of the optimiser; returns the loss."""
        found = step(*inputs)
        grads = [w.grad for w in self.weights if w.grad is not None]
        self.member.average(grads)
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.step += 1
        keep = min(EMA, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, now in zip(self.average, self.weights, strict=True):
                mean.lerp_(now, 1 - keep)
        return found

    def _gradients(self, *inputs: Tensor) -> Tensor:
        for w in self.weights:
            if w.grad is not None:
                w.grad.zero_()
        found = loss(self.model, self.alpha_bars, *inputs)
        found.backward()
        return found.detach()

    def _inputs(self, store: Store, size: int, count: int) -> tuple[Tensor, ...]:
        """What `loss` takes beside the model."""
        sprites, tokens = store.captioned(size, count)
        dropped = torch.rand(count, device=tokens.device) < DROP
        empty = torch.full_like(tokens, END)
        empty[:, 0] = BEGIN
        tokens = torch.where(dropped[:, None], empty, tokens)
        t = torch.randint(len(self.alpha_bars), (count,), device=tokens.device)
        sizes = picture_sizes(size * SPRITE_CELL, count, tokens.device)
        return self.latents(sprites), torch.randn_like(sprites), t, tokens, sizes

    def _learning_rate(self, gone: float) -> None:
        peak = PEAK_RATE * min(1.0, self.step / 300)
        rate = peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(gone * math.pi)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate


def _flattened(model: Pocket) -> list[nn.Parameter]:
    """Matrices and kernels, which decay, and all else, each as one parameter."""
    decays = {name: p.ndim > 1 and "embedding" not in name for name, p in model.named_parameters()}
    parameters = dict(model.named_parameters())
    return [flatten([parameters[name] for name in decays if decays[name] is decay]) for decay in (True, False)]


def _share(batch: int, size: int, members: int) -> int:
    """Sprites of a size in a member's share of a step."""
    return max(4, min(2 * batch, batch * 32 * 32 // size**2) // members)


def _size(step: int, sizes: Sequence[int]) -> int:
    """The sprite size of a step: the same for every member, so that none waits for another."""
    return random.Random(step).choices(sizes, [SHARE.get(size, 1.0) for size in sizes])[0]
