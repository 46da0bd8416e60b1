"""A complete picture, text to pixels, against diffusers' pipeline with the same weights and noise."""

from pathlib import Path

import torch

import oracle
import oracle_image
from dgx_pixels.engine.loading import load_checkpoint
from dgx_pixels.engine.presets import TINY_SDXL
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint


@torch.inference_mode()
def test_twenty_euler_steps_at_cfg_8_agree_with_diffusers(tmp_path: Path) -> None:
    write_random_checkpoint(tmp_path / "m.safetensors", TINY_SDXL)
    model = load_checkpoint(tmp_path / "m.safetensors", "cpu", torch.float32)
    reference = oracle_image.reference(model, pixels=64, steps=20)
    ours = oracle_image.draw(model, pixels=64, steps=20)
    assert ours.std() > 0.05
    assert oracle.relative_error(ours, reference) < 1e-4
