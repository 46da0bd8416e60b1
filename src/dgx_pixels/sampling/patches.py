"""What a workflow changed about a model, as one frozen value that guidance, the loop and the network consult.

Every hook is a plain function; an empty `Patches` costs nothing. Knows no network and no node.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self, TypeAlias

from torch import Tensor

from dgx_pixels.sampling.conditioning import Conditioning

Sides: TypeAlias = Sequence[Sequence[Conditioning]]
"""Lists of conditionings, each averaged to one estimate: positive, negative, and whatever a guider adds."""


class NetHooks(Protocol):
    """Functions called from inside a network; only the network knows where."""

    def telling(self, **options: Any) -> Self:
        """The same hooks, told more of the call that they are in."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NetInput:
    """One call of a network, its parameterisation not yet applied."""

    x: Tensor
    """Noisy latents (rows, C, h, w) fp32 at the sampler's scale."""
    sigma: Tensor
    """Level of all rows, 0-d fp32 on the CPU."""
    context: Tensor
    """(rows, T, D)."""
    vector: Tensor | None = None
    """(rows, V)."""
    concat: Tensor | None = None
    """Further channels that the network takes beside the scaled latent, (rows, K, h, w) (inpainting models)."""
    sides: tuple[int, ...] = (0,)
    """Which side each equal part of the rows belongs to: 0 positive, 1 negative, ..."""
    levels: Tensor | None = None
    """All levels of the run, where one is going on."""
    unet: NetHooks | None = None
    """Hooks of the network itself (`Patches.unet`)."""


Apply: TypeAlias = Callable[[NetInput], Tensor]
"""Clean latents (rows, C, h, w) fp32 of one call."""

Wrapper: TypeAlias = Callable[[Apply, NetInput], Tensor]
"""Stands around the network: may change the input, the output, or call more or less than once."""


class Evaluate(Protocol):
    """Further network passes at will: with other conditionings, another latent, other hooks."""

    def __call__(self, x: Tensor, sigma: Tensor, sides: Sides, *, unet: NetHooks | None = ...) -> list[Tensor]:
        """Estimates (B, C, h, w) of each side; ``unet`` replaces the model's own hooks of the network."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Guidance:
    """What a hook of guidance sees at one level."""

    x: Tensor
    """Noisy latent (B, C, h, w) fp32."""
    sigma: Tensor
    """0-d fp32, on the CPU."""
    cfg: float
    sides: Sides
    """What was evaluated; a side that was left out (cfg 1) is empty."""
    estimates: tuple[Tensor, ...]
    """x0 of each side; zeros where it was left out."""
    denoised: Tensor | None = None
    """The guided x0 so far: set for `Patches.after_cfg`."""
    evaluate: Evaluate
    levels: Tensor | None = None
    """All levels of the run."""
    unet: NetHooks | None = None
    """The model's own hooks of the network, for an ``evaluate`` with more."""

    @property
    def cond(self) -> Tensor:
        """x0 of the positive side."""
        return self.estimates[0]

    @property
    def uncond(self) -> Tensor:
        """x0 of the negative side; zeros where it was not evaluated."""
        return self.estimates[1]

    @property
    def skipped(self) -> bool:
        """The negative side was not evaluated."""
        return not self.sides[1]


BeforeCfg: TypeAlias = Callable[[Guidance], Sequence[Tensor]]
"""Other estimates for the sides."""

CfgFunction: TypeAlias = Callable[[Guidance], Tensor]
"""The guided x0, in place of uncond + (cond - uncond) * cfg."""

AfterCfg: TypeAlias = Callable[[Guidance], Tensor]
"""Another guided x0 than ``denoised``."""

MaskFunction: TypeAlias = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Inpainting mask of a level from (sigma, mask (B, 1, h, w), all levels of the run)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Patches:
    """Everything a workflow hooked into a model. Change it with `dataclasses.replace`."""

    cfg: CfgFunction | None = None
    before_cfg: tuple[BeforeCfg, ...] = ()
    """Called in order, each with what the one before made of the estimates."""
    after_cfg: tuple[AfterCfg, ...] = ()
    """Called in order, each with what the one before made of the guided x0."""
    wrapper: Wrapper | None = None
    mask: MaskFunction | None = None
    always_uncond: bool = False
    """The negative side is evaluated even with cfg 1."""
    unet: NetHooks | None = None
    """Hooks inside the network; None: none. Passed down with every call."""
    attached: dict[str, Any] = field(default_factory=dict[str, Any])
    """What node packs keep with a model; a model has its own (``engine.patcher``)."""


UNPATCHED: Final = Patches()
"""Of a model that is as its file has it."""
