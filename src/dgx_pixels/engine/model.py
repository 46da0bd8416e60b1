"""The MODEL value of workflows: a U-Net, how it was trained, and what a workflow changed about it.

A node that changes a model clones it and changes the clone: `model.changed(patches=...)`. Weights are shared by all
clones. Knows no text, no sampler and no node.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Self

import torch
from torch import Tensor

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.engine.latents import scaled, unscaled
from dgx_pixels.engine.levels import sigma_table
from dgx_pixels.engine.loading import Checkpoint
from dgx_pixels.engine.patcher import Patchable
from dgx_pixels.engine.preview import latent_colors
from dgx_pixels.engine.weights import Weights
from dgx_pixels.nn.unet import UNet
from dgx_pixels.sampling.denoise import Net, NetPredict
from dgx_pixels.sampling.forms import Form, Trained
from dgx_pixels.sampling.patches import UNPATCHED, Patches
from dgx_pixels.sampling.preview import LatentColors
from dgx_pixels.sampling.sigmas import Levels


@dataclass(slots=True, eq=False, kw_only=True)
class Model(Patchable):
    """A patchable model. Take it for immutable: what others hold is never changed, only a clone of one's own."""

    name: str
    """For messages: the file it came from."""
    weights: Weights[UNet]
    """The network and what a workflow changed about it."""
    spec: ModelSpec
    table: Levels
    """Noise levels; ModelSampling nodes put others here."""
    form: Form
    """How the network was trained; ModelSampling nodes put another here."""
    colors: Callable[[], LatentColors]
    """What a latent looks like: the preview."""
    patches: Patches = UNPATCHED
    compiler: Callable[[UNet], Net] | None = None
    """Puts something else in the network's place when it is sampled; None: the network itself."""

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> Self:
        """The model of a loaded checkpoint, as its file has it."""
        return cls(
            name=checkpoint.path.name,
            weights=Weights(checkpoint.unet),
            spec=checkpoint.spec,
            table=sigma_table(checkpoint.spec),
            form=Trained(checkpoint.spec.prediction),
            colors=cache(partial(latent_colors, checkpoint)),
        )

    def clone(self) -> Self:
        """The same model, to be changed without the other's notice."""
        return replace(self)

    def changed(self, **fields: Any) -> Self:
        """A clone with other fields."""
        return replace(self, **fields)

    def patched(self, **hooks: Any) -> Self:
        """A clone with other fields of its `Patches`."""
        return replace(self, patches=replace(self.patches, **hooks))

    @property
    def unet(self) -> UNet:
        """The network with its changed weights, which are made when they are first asked for."""
        return self.weights.module()

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.weights.base.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """What the weights are stored and computed in."""
        return self.weights.dtype or next(self.weights.base.parameters()).dtype

    @property
    def latent_channels(self) -> int:
        """Channels of a latent."""
        return self.spec.vae.latent_channels

    @property
    def concat_channels(self) -> int:
        """Channels that the network takes beside the latent: 0, but for inpainting and editing models."""
        return self.spec.unet.in_channels - self.latent_channels

    @property
    def predict(self) -> NetPredict:
        """The network with its parameterisation removed."""
        net = self.unet if self.compiler is None else self.compiler(self.unet)
        return NetPredict(net, self.table, self.form, self.dtype)

    def scaled(self, z: Tensor) -> Tensor:
        """A LATENT's numbers as the sampler sees them; zeros stay zeros (an empty latent is no picture)."""
        return scaled(self.spec, z) if bool(z.count_nonzero()) else z

    def unscaled(self, x: Tensor) -> Tensor:
        """The sampler's numbers as a LATENT has them."""
        return unscaled(self.spec, x)
