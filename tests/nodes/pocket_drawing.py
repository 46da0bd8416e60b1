"""Small drawings by the real Pocket, for tests of what nodes do to it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import dgx_pixels
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine import handles
from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.sampling import Settings as Run
from dgx_pixels.engine.sampling import noise_of, run_settings
from dgx_pixels.engine.vae import Vae

POCKET = Path(dgx_pixels.__file__).parent / "data" / "pocket.safetensors"


@dataclass(frozen=True)
class Loaded:
    model: Model
    clip: Clip
    vae: Vae


@cache
def engine() -> Engine:
    return Engine(Settings(home=Path("/nowhere"), device="cpu"))


@torch.inference_mode()
def load(path: Path) -> Loaded:
    model, clip, vae = handles.load_checkpoint(engine(), path)
    assert clip is not None
    return Loaded(model, clip, vae)


@cache
def pocket() -> Loaded:
    return load(POCKET)


@torch.inference_mode()
def encode(clip: Clip, text: str) -> list[Any]:
    return clip.encode_from_tokens_scheduled(clip.tokenize(text))


@torch.inference_mode()
def draw(
    model: Model, *, clip: Clip | None = None, cfg: float = 4.0, steps: int = 3, size: int = 16, **latent: Any
) -> Tensor:
    """Latent samples of a red potion."""
    clip = clip or pocket().clip
    settings = Run(steps=steps, cfg=cfg, sampler="euler", scheduler="normal")
    given = {"samples": torch.zeros(1, 4, size, size), **latent}
    sides = encode(clip, "a red potion"), encode(clip, "")
    return run_settings(model, settings, noise_of(1), *sides, given)["samples"]
