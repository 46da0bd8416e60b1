"""What node packs call on a MODEL: the methods, under their names, that change a clone of one's own.

Knows no pack. Everything but weights, levels and the network itself lands in ``model_options``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import torch
from torch import Tensor, nn

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine import model_options as options
from dgx_pixels.engine.foreign import network_hooks, with_options
from dgx_pixels.engine.foreign_sampling import ForeignSampling, ModelSampling
from dgx_pixels.engine.weights import Addend, Change
from dgx_pixels.sampling.patches import Evaluate, Patches

if TYPE_CHECKING:
    from dgx_pixels.engine.model import Model

NETWORK: Final = "diffusion_model."
"""Packs' prefix of the network's tensors."""


class Patchable:
    """Methods of a model (`Model`, which inherits them) for node packs."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Have options of one's own, whoever else holds those that were given."""
        own = options.copied(self._own.patches.attached)
        self._own.patches = replace(self._own.patches, attached=own)

    @property
    def _own(self) -> "Model":
        return cast("Model", self)

    @property
    def model_options(self) -> dict[str, Any]:
        """What packs hung on this clone, to be changed at will."""
        return self._own.patches.attached

    @model_options.setter
    def model_options(self, value: dict[str, Any]) -> None:
        self._own.patches = replace(self._own.patches, attached=value)

    @property
    def active(self) -> Patches:
        """The patches, those of packs among them."""
        return with_options(self._own.patches, self.model_options, partial(ModelView, self._own))

    @property
    def model(self) -> "ModelView":
        """The model as packs look into it."""
        return ModelView(self._own)

    @property
    def load_device(self) -> torch.device:
        """Where the weights are."""
        return self._own.device

    @property
    def offload_device(self) -> torch.device:
        """Where weights would go to make room."""
        return torch.device("cpu")

    def model_size(self) -> int:
        """Bytes of the network's weights."""
        return sum(p.numel() * p.element_size() for p in self._own.weights.base.parameters())

    def model_dtype(self) -> torch.dtype:
        """What the weights are stored in."""
        return self._own.dtype

    def current_loaded_device(self) -> torch.device:
        """Where the weights are."""
        return self._own.device

    def is_clone(self, other: "Model") -> bool:
        """Whether both stand for one network."""
        return self._own.weights.base is other.weights.base

    def set_model_sampler_cfg_function(
        self, sampler_cfg_function: Callable[..., Any], disable_cfg1_optimization: bool = False
    ) -> None:
        """Guidance of one's own, from and to noise (x - x0)."""
        self.model_options["sampler_cfg_function"] = sampler_cfg_function
        if disable_cfg1_optimization:
            self.model_options["disable_cfg1_optimization"] = True

    def set_model_sampler_pre_cfg_function(
        self, pre_cfg_function: Callable[..., Any], disable_cfg1_optimization: bool = False
    ) -> None:
        """One more function before guidance."""
        self.model_options = options.set_model_options_pre_cfg_function(
            self.model_options, pre_cfg_function, disable_cfg1_optimization
        )

    def set_model_sampler_post_cfg_function(
        self, post_cfg_function: Callable[..., Any], disable_cfg1_optimization: bool = False
    ) -> None:
        """One more function after guidance."""
        self.model_options = options.set_model_options_post_cfg_function(
            self.model_options, post_cfg_function, disable_cfg1_optimization
        )

    def set_model_unet_function_wrapper(self, unet_wrapper_function: Callable[..., Any]) -> None:
        """A function around the network, in place of the one that was."""
        self.model_options["model_function_wrapper"] = unet_wrapper_function

    def set_model_denoise_mask_function(self, denoise_mask_function: Callable[..., Any]) -> None:
        """A function that changes an inpainting's mask level by level."""
        self.model_options["denoise_mask_function"] = denoise_mask_function

    def set_model_patch(self, patch: Callable[..., Any], name: str) -> None:
        """One more function at a place of the network."""
        options.append_patch(self.model_options, name, patch)

    def set_model_patch_replace(
        self,
        patch: Callable[..., Any],
        name: str,
        block_name: str,
        number: int,
        transformer_index: int | None = None,
    ) -> None:
        """A function in place of an attention."""
        self.model_options = options.set_model_options_patch_replace(
            self.model_options, patch, name, block_name, number, transformer_index
        )

    def set_model_attn1_patch(self, patch: Callable[..., Any]) -> None:
        """What self-attention is computed from."""
        self.set_model_patch(patch, "attn1_patch")

    def set_model_attn2_patch(self, patch: Callable[..., Any]) -> None:
        """What attention to the text is computed from."""
        self.set_model_patch(patch, "attn2_patch")

    def set_model_attn1_replace(
        self, patch: Callable[..., Any], block_name: str, number: int, transformer_index: int | None = None
    ) -> None:
        """A function in place of self-attention."""
        self.set_model_patch_replace(patch, "attn1", block_name, number, transformer_index)

    def set_model_attn2_replace(
        self, patch: Callable[..., Any], block_name: str, number: int, transformer_index: int | None = None
    ) -> None:
        """A function in place of attention to the text."""
        self.set_model_patch_replace(patch, "attn2", block_name, number, transformer_index)

    def set_model_attn1_output_patch(self, patch: Callable[..., Any]) -> None:
        """What self-attention gives."""
        self.set_model_patch(patch, "attn1_output_patch")

    def set_model_attn2_output_patch(self, patch: Callable[..., Any]) -> None:
        """What attention to the text gives."""
        self.set_model_patch(patch, "attn2_output_patch")

    def set_model_input_block_patch(self, patch: Callable[..., Any]) -> None:
        """What input blocks give."""
        self.set_model_patch(patch, "input_block_patch")

    def set_model_input_block_patch_after_skip(self, patch: Callable[..., Any]) -> None:
        """What input blocks pass on, their skip connections kept as they were."""
        self.set_model_patch(patch, "input_block_patch_after_skip")

    def set_model_output_block_patch(self, patch: Callable[..., Any]) -> None:
        """What output blocks are given."""
        self.set_model_patch(patch, "output_block_patch")

    def set_model_emb_patch(self, patch: Callable[..., Any]) -> None:
        """The embedding of time step and vector."""
        self.set_model_patch(patch, "emb_patch")

    def get_model_object(self, name: str) -> Any:
        """``model_sampling``, ``latent_format``, ``diffusion_model`` or something inside it, by its dotted name."""
        found: Any = self.model
        for part in name.split("."):
            found = getattr(found, part)
        return found

    def add_object_patch(self, name: str, obj: Any) -> None:
        """Another ``model_sampling`` or ``diffusion_model``. Raises UsageError for other names."""
        model = self._own
        if name == "diffusion_model":
            model.compiler = lambda _network: obj
        elif name != "model_sampling":
            raise UsageError(f"a model's {name!r} cannot be replaced; model_sampling and diffusion_model can")
        elif isinstance(obj, ModelSampling):
            model.table, model.form = obj.table, obj.form
        else:
            theirs = ForeignSampling(obj)
            model.table, model.form = theirs, theirs

    def model_state_dict(self, filter_prefix: str | None = None) -> dict[str, Tensor]:
        """The network's tensors as they are sampled with."""
        weights = self._own.weights
        names = (name for name in weights.names if (NETWORK + name).startswith(filter_prefix or ""))
        return {NETWORK + name: weights.stored(name) for name in names}

    def get_key_patches(self, filter_prefix: str | None = None) -> dict[str, Addend]:
        """The network's tensors, each to be computed when it is called for; `add_patches` takes them."""
        weights = self._own.weights
        names = (name for name in weights.names if (NETWORK + name).startswith(filter_prefix or ""))
        return {NETWORK + name: partial(weights.exact, name) for name in names}

    def add_patches(
        self, patches: Mapping[str, Any], strength_patch: float = 1.0, strength_model: float = 1.0
    ) -> list[str]:
        """``weight * strength_model + strength_patch * patch``; returns the keys that the network has.

        A patch is what `get_key_patches` gives, a tuple of a tensor (or None), or ``("diff", (tensor,))``. Raises
        UsageError for another one.
        """
        model = self._own
        known = {k: p for k, p in patches.items() if k.removeprefix(NETWORK) in model.weights.names}
        changes = {
            key.removeprefix(NETWORK): Change(strength_model, strength_patch, _addend(key, patch))
            for key, patch in known.items()
        }
        model.weights = model.weights.changed(changes)
        return list(known)

    def patch_model(self, *_where: Any, **_how: Any) -> nn.Module:
        """The network with its changed weights."""
        return self._own.unet

    def unpatch_model(self, *_where: Any, **_how: Any) -> None:
        """Forget the changed weights; they are made again when they are needed."""
        self._own.weights.forget()

    def set_attachments(self, key: str, attachment: Any) -> None:
        """Keep something with this clone and clones of it."""
        self.model_options = {**self.model_options, _ATTACHED: {**self.attachments, key: attachment}}

    def get_attachment(self, key: str) -> Any:
        """What was kept; None where nothing was."""
        return self.attachments.get(key)

    @property
    def attachments(self) -> dict[str, Any]:
        """Everything that was kept."""
        return self.model_options.get(_ATTACHED, {})


_ATTACHED: Final = "attachments"


def _addend(key: str, patch: Any) -> Addend | None:
    """What a patch in one of the forms of packs adds."""
    if callable(patch):
        return cast("Addend", patch)
    kind, *values = patch if isinstance(patch[0], str) else ("diff", patch)
    if kind != "diff":
        raise UsageError(f"{key} is to be patched by {kind!r}, which is not read here; give a difference")
    tensor = values[0][0]
    return None if tensor is None else lambda: tensor


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model as packs' functions are given it."""

    owner: "Model"
    evaluate: Evaluate | None = None
    """Further passes, while guidance is going on."""

    def estimates(
        self, x: Tensor, sigma: Tensor, sides: Sequence[Any], model_options: Mapping[str, Any]
    ) -> list[Tensor]:
        """x0 of sides as functions of guidance were given them, with the network's functions of ``model_options``.

        Raises UsageError where no guidance is going on.
        """
        if self.evaluate is None:
            raise UsageError("a model can be evaluated with conditionings from a function of its guidance alone")
        unet = network_hooks(self.owner.patches.unet, model_options.get("transformer_options", {}))
        return self.evaluate(x, sigma.flatten()[0].float().cpu(), [side or () for side in sides], unet=unet)

    @property
    def diffusion_model(self) -> nn.Module:
        """The network."""
        return self.owner.unet

    @property
    def model_sampling(self) -> ModelSampling:
        """Levels and form."""
        return ModelSampling(self.owner.table, self.owner.form)

    @property
    def latent_format(self) -> "LatentFormat":
        """Latents as the sampler sees them."""
        return LatentFormat(self.owner)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.owner.device

    def get_dtype(self) -> torch.dtype:
        """What the network computes in."""
        return self.owner.dtype

    def process_latent_in(self, latent: Tensor) -> Tensor:
        """A LATENT's numbers as the sampler sees them."""
        return self.owner.scaled(latent)

    def process_latent_out(self, latent: Tensor) -> Tensor:
        """The sampler's numbers as a LATENT has them."""
        return self.owner.unscaled(latent)


@dataclass(frozen=True, slots=True)
class LatentFormat:
    """How a model's latents are scaled."""

    owner: "Model"

    @property
    def scale_factor(self) -> float:
        """What a LATENT's numbers are multiplied by."""
        return self.owner.spec.vae.scale

    @property
    def latent_channels(self) -> int:
        """Channels of a latent."""
        return self.owner.latent_channels

    def process_in(self, latent: Tensor) -> Tensor:
        """A LATENT's numbers as the sampler sees them."""
        return self.owner.scaled(latent)

    def process_out(self, latent: Tensor) -> Tensor:
        """The sampler's numbers as a LATENT has them."""
        return self.owner.unscaled(latent)
