"""CONDITIONING values of workflows, ``[tensor, options]`` pairs, become what the sampler is steered by.

Node packs read and write the pairs, so their keys are ComfyUI's; what they mean for one model and one latent is
decided here and nowhere else. Knows no node and no prompt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from dgx_pixels.core.architecture import ModelSpec, Prediction
from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.latents import scaled
from dgx_pixels.engine.text import AESTHETIC_SCORE, NEGATIVE_AESTHETIC_SCORE, SIZE_WIDTH, size_vector
from dgx_pixels.engine.tiling import FACTOR
from dgx_pixels.sampling.conditioning import Area, Conditioning, mask_like

Pair: TypeAlias = Sequence[Any]
"""``[context (1, T, D), options]``."""
Options: TypeAlias = Mapping[str, Any]

SMALLEST: Final = 8
"""Side, in latent pixels, of the smallest area taken from a mask's bounds: what a U-Net can halve three times."""
MASKED: Final = (0.8223, -0.6876, 0.6364, 0.1380)
"""What an inpainting model is shown where it is shown nothing: the latent of plain grey, as the sampler sees it."""
INPAINT_CHANNELS: Final = 5
"""A mask, and the latent of a masked picture."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Surroundings:
    """What a run knows when its conditionings are read."""

    spec: ModelSpec
    latent: Tensor
    """The latent the run starts from, (B, C, h, w) on the sampler's scale and device."""
    noise_mask: Tensor | None = None
    """The latent's own mask, of any resolution."""
    positive: bool = True
    """Whether these say what is wanted: decides the refiner's default score."""


def conditionings(pairs: Sequence[Pair], around: Surroundings) -> list[Conditioning]:
    """What each of the ``pairs`` means for a run.

    Raises UsageError for text that was encoded for another kind of model.
    """
    return [_conditioning(pair[0], pair[1], around) for pair in pairs]


def _conditioning(context: Tensor, options: Options, around: Surroundings) -> Conditioning:
    width = around.spec.unet.context_dim
    if context.shape[-1] != width:
        raise _other_model(f"its text states are {context.shape[-1]} wide", f"{width}")
    mask = options.get("mask")
    if mask is not None:
        mask = _planes(mask).to(around.latent) * options.get("mask_strength", 1.0)
    return Conditioning(
        context=context.to(around.latent),
        vector=size_conditioning(options, around),
        concat=further_channels(options, around),
        strength=options.get("strength", 1.0),
        area=_area(options, mask, around.latent),
        mask=mask,
        start=options.get("start_percent", 0.0),
        end=options.get("end_percent", 1.0),
    )


def _other_model(what: str, wanted: str) -> UsageError:
    return UsageError(
        f"a conditioning was made for another model: {what}, this one wants {wanted}; encode the prompt with the "
        "CLIP of the same checkpoint"
    )


def size_conditioning(options: Options, around: Surroundings) -> Tensor | None:
    """The vector (1, V) beside the text: pooled text, then sizes, or None for models without.

    Sizes that the options lack are those of the latent; there are no crops, and the target is the size.
    """
    length = around.spec.unet.vector_dim
    if length is None:
        return None
    height, width = (side * FACTOR for side in around.latent.shape[-2:])
    height, width = options.get("height", height), options.get("width", width)
    numbers = [height, width, options.get("crop_h", 0), options.get("crop_w", 0)]
    if around.spec.family == "sdxl-refiner":
        default = AESTHETIC_SCORE if around.positive else NEGATIVE_AESTHETIC_SCORE
        numbers.append(options.get("aesthetic_score", default))
    else:
        numbers += [options.get("target_height", height), options.get("target_width", width)]
    wanted = length - SIZE_WIDTH * len(numbers)
    pooled = options.get("pooled_output")
    if pooled is None:
        pooled = torch.zeros(1, wanted)
    if pooled.shape[-1] != wanted:
        raise _other_model(f"its pooled text is {pooled.shape[-1]} wide", f"{wanted}")
    return size_vector(pooled.to(around.latent), numbers)


def _planes(mask: Tensor) -> Tensor:
    """A mask (h, w) or (B, h, w) with its batch axis."""
    return mask[None] if mask.dim() == 2 else mask


def _area(options: Options, mask: Tensor | None, latent: Tensor) -> Area | None:
    """The part of the latent that is steered, from numbers, fractions of its sides, or the bounds of a mask."""
    height, width = latent.shape[-2:]
    if mask is not None and options.get("set_area_to_bounds"):
        return mask_bounds(mask_like(mask, latent[:1]).amax((0, 1)))
    match options.get("area"):
        case ("percentage", h, w, y, x) | ["percentage", h, w, y, x]:
            return max(1, round(h * height)), max(1, round(w * width)), round(y * height), round(x * width)
        case (h, w, y, x) | [h, w, y, x]:
            return int(h), int(w), int(y), int(x)
        case _:
            return None


def mask_bounds(plane: Tensor) -> Area:
    """The smallest area around what is not 0 in a plane (h, w), at least 8 x 8 where there is room."""
    spans = [_span(plane.any(1 - axis).nonzero().flatten(), plane.shape[axis]) for axis in (0, 1)]
    return spans[0][1], spans[1][1], spans[0][0], spans[1][0]


def _span(indices: Tensor, whole: int) -> tuple[int, int]:
    """Start and length of the stretch that covers some indices of an axis."""
    if not len(indices):
        return 0, min(SMALLEST, whole)
    first, last = int(indices[0]), int(indices[-1])
    length = min(max(last - first + 1, SMALLEST), whole)
    return min(first, whole - length), length


def further_channels(options: Options, around: Surroundings) -> Tensor | None:
    """What the U-Net of an inpainting or editing model takes beside the noisy latent, (B or 1, K, h, w), else None.

    Inpainting: the rounded mask, then the masked picture; without them in the options the run's own mask and latent
    serve. Editing: the picture to edit. Raises UsageError for a model that takes anything else.
    """
    latent = around.latent
    count = around.spec.unet.in_channels - latent.shape[1]
    if not count:
        return None
    picture = options.get("concat_latent_image")
    if count == latent.shape[1]:
        return _edited(picture, around)
    if count != INPAINT_CHANNELS:
        takes = f"{around.spec.unet.in_channels} channels where a latent has {latent.shape[1]}"
        raise UsageError(
            f"this model's U-Net takes {takes}, which is neither inpainting nor editing; use another model"
        )
    mask = options.get("concat_mask", around.noise_mask)
    if mask is None:
        blank = torch.tensor(MASKED).to(latent).view(1, -1, 1, 1).expand(1, -1, *latent.shape[-2:])
        return torch.cat((torch.ones_like(blank[:, :1]), blank), dim=1)
    shown = latent if picture is None else scaled(around.spec, _fitted(picture, latent))
    plane = mask_like(mask.reshape(-1, 1, *mask.shape[-2:]), shown).round()
    return torch.cat((plane, shown), dim=1)


def _edited(picture: Tensor | None, around: Surroundings) -> Tensor:
    """The picture an editing model edits. Brooks et al. (2023) leave its latent unscaled; CosXL scales it."""
    if picture is None:
        return torch.zeros_like(around.latent[:1])
    fitted = _fitted(picture, around.latent)
    return scaled(around.spec, fitted) if around.spec.prediction is Prediction.V_EDM else fitted


def _fitted(picture: Tensor, latent: Tensor) -> Tensor:
    """A latent picture at the size of another."""
    picture = picture.to(latent)
    if picture.shape[-2:] == latent.shape[-2:]:
        return picture
    return functional.interpolate(picture, size=latent.shape[-2:], mode="bilinear")
