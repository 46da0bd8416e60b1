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
    tensors = {f"model.{k}": v for k, v in trainer.model.state_dict().items()}
    tensors |= {f"ema.{k}": v for k, v in trainer.ema.state_dict().items()}
    for i, p in enumerate(_parameters(trainer)):
        tensors |= {f"optimiser.{i}.{k}": v for k, v in trainer.optimiser.state[p].items()}
    notes = {"step": str(trainer.step), "seconds": str(trainer.seconds)}
    _write(path, {k: v.contiguous() for k, v in tensors.items()}, notes)


def load_trainer(path: Path, trainer: Trainer) -> None:
    """Go on where ``save_trainer`` stopped."""
    tensors = load_file(path)
    trainer.model.load_state_dict(_under(tensors, "model."))
    trainer.ema.load_state_dict(_under(tensors, "ema."))
    for i, p in enumerate(_parameters(trainer)):
        moments = _under(tensors, f"optimiser.{i}.")
        if moments:
            device = {"step": torch.device("cpu")} if p.device.type == "cpu" else {}
            trainer.optimiser.state[p] = {k: v.to(device.get(k, p.device)) for k, v in moments.items()}
    with safe_open(path, "pt") as file:
        notes = file.metadata()
    trainer.step, trainer.seconds = int(notes["step"]), float(notes["seconds"])


def _parameters(trainer: Trainer) -> list[nn.Parameter]:
    return [p for group in trainer.optimiser.param_groups for p in group["params"]]


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _write(path: Path, tensors: dict[str, Tensor], notes: dict[str, str]) -> None:
    part = path.with_suffix(".part")
    save_file(tensors, part, notes)
    part.replace(path)
