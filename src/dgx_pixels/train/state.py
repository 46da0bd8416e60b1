"""A training run on disk: safetensors only, written beside and renamed, so that a kill loses nothing older."""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from dgx_pixels.train.diffusion import Trainer


def save_module(path: Path, module: nn.Module, notes: dict[str, str] | None = None) -> None:
    """Write a module's tensors."""
    _write(path, {k: v.contiguous() for k, v in module.state_dict().items()}, notes or {})


def load_module(path: Path, module: nn.Module) -> None:
    """Read them back into a module of the same shape."""
    module.load_state_dict(load_file(path))


def save_trainer(path: Path, trainer: Trainer) -> None:
    """Write weights, averages and the optimiser's moments."""
    tensors: dict[str, Tensor] = {}
    for i, (now, mean) in enumerate(zip(trainer.weights, trainer.average, strict=True)):
        tensors |= {f"weights.{i}": now.data, f"average.{i}": mean.data}
        tensors |= {f"optimiser.{i}.{k}": v for k, v in trainer.optimiser.state[now].items()}
    _write(path, tensors, {"step": str(trainer.step), "seconds": str(trainer.seconds)})


@torch.no_grad()
def load_trainer(path: Path, trainer: Trainer) -> None:
    """Go on where ``save_trainer`` stopped."""
    tensors = load_file(path)
    for i, (now, mean) in enumerate(zip(trainer.weights, trainer.average, strict=True)):
        now.copy_(tensors[f"weights.{i}"])
        mean.copy_(tensors[f"average.{i}"])
        moments = {k.rpartition(".")[2]: v for k, v in tensors.items() if k.startswith(f"optimiser.{i}.")}
        if moments:
            trainer.optimiser.state[now] = {k: v.to(now.device) for k, v in moments.items()}
    with safe_open(path, "pt") as file:
        notes = file.metadata()
    trainer.step, trainer.seconds = int(notes["step"]), float(notes["seconds"])


def _write(path: Path, tensors: dict[str, Tensor], notes: dict[str, str]) -> None:
    part = path.with_suffix(".part")
    save_file(tensors, part, notes)
    part.replace(path)
