"""Tiny models of random weights, loaded."""

from pathlib import Path

import pytest
import torch

from dgx_pixels.engine.loading import Checkpoint, load_checkpoint


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    torch.manual_seed(0)


@pytest.fixture(scope="module")
def pocket(tiny_checkpoint: Path) -> Checkpoint:
    return load_checkpoint(tiny_checkpoint, "cpu", torch.float32)


@pytest.fixture(scope="module")
def sdxl(tiny_sdxl: Path) -> Checkpoint:
    return load_checkpoint(tiny_sdxl, "cpu", torch.float32)
