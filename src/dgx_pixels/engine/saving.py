"""Networks into safetensors files of the layout that they are loaded from, tensor by tensor.

Knows which keys, markers and notes a file has; not where it lies.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor

from dgx_pixels.checkpoint.families import FAMILIES
from dgx_pixels.checkpoint.families.family import UNET, VAE
from dgx_pixels.checkpoint.writing import Plan, write_tensors
from dgx_pixels.core.architecture import Prediction
from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.loading import DTYPES
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.vae import Vae
from dgx_pixels.engine.weights import Weights
from dgx_pixels.sampling.forms import Trained

ARCHITECTURES: Final[Mapping[str, str]] = {
    "sd15": "stable-diffusion-v1",
    "sdxl": "stable-diffusion-xl-v1-base",
    "pocket": "stable-diffusion-xl-v1-base",
    "sdxl-refiner": "stable-diffusion-xl-v1-refiner",
}
"""Families by the names of Stability AI's ModelSpec 1.0.0."""
_NAMES: Final = {dtype: name for name, dtype in DTYPES.items()}
_ZERO_SNR: Final = 1000.0  # a largest level above this is pure noise


@dataclass(frozen=True, slots=True)
class Saved:
    """A tensor to be saved, computed when its turn comes."""

    plan: Plan
    tensor: Callable[[], Tensor]


Tensors: TypeAlias = dict[str, Saved]


def checkpoint_tensors(model: Model, clip: Clip | None = None, vae: Vae | None = None) -> Tensors:
    """A single file of a model's family, or of its U-Net alone; with the keys that tell its flavour."""
    family = next(family for family in FAMILIES if family.name == model.spec.family)
    prefixes = family.prefixes()
    tensors = under(UNET, weights_tensors(model.weights)) | _flavour(model)
    if vae is not None:
        tensors |= under(VAE, vae_tensors(vae))
    for name, weights in clip.weights.items() if clip else ():
        tensors |= under(prefixes.get(name, f"{name}."), weights_tensors(weights))
    return tensors


def weights_tensors(weights: Weights[Any]) -> Tensors:
    """The tensors of a network as it is sampled with."""
    order = [name for name, _ in weights.base.named_parameters()]
    return {name: Saved(_plan(weights, name), partial(weights.stored, name)) for name in order}


def vae_tensors(vae: Vae) -> Tensors:
    """The tensors of an autoencoder. Raises CheckpointError where there is none."""
    return weights_tensors(Weights(vae.network))


def made(tensor: Tensor) -> Saved:
    """A tensor that is there already."""
    return Saved(Plan(_NAMES[tensor.dtype], tuple(tensor.shape)), lambda: tensor)


def under(prefix: str, tensors: Tensors) -> Tensors:
    """The tensors with a prefix before their names."""
    return {prefix + name: saved for name, saved in tensors.items()}


def model_notes(model: Model, title: str) -> dict[str, str]:
    """``modelspec.*`` metadata of a file with this model in it."""
    notes = {
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": ARCHITECTURES[model.spec.family],
        "modelspec.implementation": "sgm",
        "modelspec.title": title,
    }
    kinds: dict[Prediction | None, str] = {Prediction.EPS: "epsilon", Prediction.V: "v"}
    prediction = _prediction(model)
    return notes | ({"modelspec.prediction_type": kinds[prediction]} if prediction in kinds else {})


def save(path: Path, tensors: Tensors, notes: Mapping[str, str]) -> None:
    """Write a file. Raises StorageError, leaving nothing behind, where the disk does not take it."""
    write_tensors(path, {name: saved.plan for name, saved in tensors.items()}, _bytes(tensors), notes)


def _bytes(tensors: Tensors) -> Iterator[memoryview | bytes]:
    for saved in tensors.values():
        tensor = saved.tensor().detach().to("cpu", DTYPES[saved.plan.dtype]).contiguous()
        yield tensor.view(-1).view(torch.uint8).numpy().data if tensor.numel() else b""


def _plan(weights: Weights[Any], name: str) -> Plan:
    dtype = weights.dtype or weights.base.get_parameter(name).dtype
    return Plan(_NAMES[dtype], tuple(weights.shape(name)))


def _flavour(model: Model) -> Tensors:
    """The marker keys of what a model predicts, as `checkpoint.families.flavour` reads them."""
    low, high = model.table.sigma_min, model.table.sigma_max
    match _prediction(model):
        case Prediction.V:
            names = ("v_pred", "ztsnr") if high > _ZERO_SNR else ("v_pred",)
            return {name: made(torch.zeros(0)) for name in names}
        case Prediction.V_EDM:
            return {f"edm_vpred.sigma_{end}": made(torch.tensor(s)) for end, s in (("min", low), ("max", high))}
        case Prediction.EDM:
            statistics = {"edm_mean": model.spec.latent_mean, "edm_std": model.spec.latent_std}
            return {name: made(torch.tensor(values)) for name, values in statistics.items() if values is not None}
        case _:
            return {}


def _prediction(model: Model) -> Prediction | None:
    """What the network predicts, where a file can say it."""
    form: object = model.form
    return form.prediction if type(form) is Trained else None
