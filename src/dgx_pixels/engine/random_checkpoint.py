"""Checkpoints with random weights in the true single-file layout, to test and measure without the real ones.

The weights keep the size of what passes through them, so that every activation stays finite in fp16.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from dgx_pixels.checkpoint.families import FAMILIES
from dgx_pixels.checkpoint.writing import Plan, write_tensors
from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.engine.loading import DTYPES, build_modules

EMBEDDINGS: Final = ("embedding.weight", "positional_embedding")


def write_random_checkpoint(
    path: Path,
    spec: ModelSpec,
    dtype: str = "F16",
    seed: int = 0,
    device: torch.device | str = "cpu",
    markers: Mapping[str, Plan] | None = None,
) -> None:
    """Write a file of ``spec``'s layout, one tensor at a time.

    ``dtype`` is the file format's name of it. The weights are drawn on ``device``, where a GPU is far faster,
    and differ with its kind. ``markers`` are further tensors, filled with zeros, such as ``v_pred``. Raises
    StorageError where the disk does not take it.
    """
    plans = {**plan_checkpoint(spec, dtype), **(markers or {})}
    generator = torch.Generator(device).manual_seed(seed)
    notes = {"modelspec.title": f"random {spec.family}", "modelspec.author": "dgx-pixels", "seed": str(seed)}
    write_tensors(path, plans, _draw(plans, generator), notes)


def plan_checkpoint(spec: ModelSpec, dtype: str) -> dict[str, Plan]:
    """Every tensor of a published file of ``spec``'s layout, also those that no network reads."""
    family = next(family for family in FAMILIES if family.name == spec.family)
    plans = {
        family.prefixes()[part] + key: Plan(dtype, tuple(tensor.shape))
        for part, module in build_modules(spec).items()
        for key, tensor in module.state_dict().items()
    }
    if spec.clip_l is not None:
        plans[f"{family.clip_l}text_model.embeddings.position_ids"] = Plan("I64", (1, spec.clip_l.positions))
    if spec.clip_g is not None:
        plans[f"{family.clip_g}logit_scale"] = Plan(dtype, ())
    return plans


def _draw(plans: Mapping[str, Plan], generator: torch.Generator) -> Iterator[memoryview | bytes]:
    for name, plan in plans.items():
        if plan.dtype not in DTYPES or not name.count("."):
            yield bytes(plan.nbytes)
        else:
            weights = random_weights(name, plan.shape, generator).to(DTYPES[plan.dtype]).cpu()
            yield weights.view(-1).view(torch.uint8).numpy().data


def random_weights(name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Normal weights in fp32 for the tensor so named, of variance 1/fan-in where it is a matrix.

    Norms are about 1 and biases about 0, but neither is exactly: a bias put in the wrong place shows.
    """
    noise = torch.randn(shape, generator=generator, device=generator.device)
    if len(shape) < 2:
        return 1 + 0.1 * noise if name.endswith("weight") else 0.02 * noise
    if name.endswith(EMBEDDINGS):
        return 0.02 * noise
    return noise / math.sqrt(math.prod(shape[1:]))
