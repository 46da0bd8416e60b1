"""Writes Pocket as one SDXL single file: the keys every SDXL loader knows, fp16, with a model specification."""

import hashlib
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.objective import Pocket

_VAE = "first_stage_model."
_PREFIXES = (
    ("unet", "model.diffusion_model."),
    ("clip_l", "conditioner.embedders.0.transformer."),
    ("clip_g", "conditioner.embedders.1.model."),
)


def single_file(model: Pocket, vae: AutoencoderKL, dtype: torch.dtype = torch.float16) -> dict[str, Tensor]:
    """Every tensor of the model under its single-file key, in ``dtype``, on the CPU."""
    parts = [(prefix, getattr(model, name)) for name, prefix in _PREFIXES] + [(_VAE, vae)]
    return {
        prefix + key: tensor.detach().to("cpu", dtype).contiguous()
        for prefix, module in parts
        for key, tensor in module.state_dict().items()
    }


def publish(path: Path, model: Pocket, vae: AutoencoderKL, notes: dict[str, str]) -> None:
    """Write the single file with ``modelspec.*`` metadata (Stability AI's ModelSpec 1.0.0)."""
    tensors = single_file(model, vae)
    digest = hashlib.sha256()
    for key in sorted(tensors):
        digest.update(tensors[key].numpy().tobytes())
    metadata = {
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "stable-diffusion-xl-v1-base",
        "modelspec.implementation": "sgm",
        "modelspec.title": "Pocket",
        "modelspec.author": "dgx-pixels",
        "modelspec.license": "Apache-2.0",
        "modelspec.description": "A small text-to-sprite model of SDXL's topology; a latent pixel is a sprite pixel.",
        "modelspec.resolution": "256x256",
        "modelspec.prediction_type": "epsilon",
        "modelspec.hash_sha256": f"0x{digest.hexdigest()}",
    }
    save_file(tensors, path, {**metadata, **notes})


def published(path: Path, device: torch.device) -> tuple[Pocket, AutoencoderKL]:
    """The networks in a published file, in fp32 on a device. Raises CheckpointError for a file that is none."""
    with TensorFile(path) as file:
        spec = read_spec(file)
    tensors = {key: tensor.float() for key, tensor in load_file(path).items()}
    model, vae = Pocket(spec), AutoencoderKL(spec.vae)
    for prefix, module in [*((prefix, getattr(model, name)) for name, prefix in _PREFIXES), (_VAE, vae)]:
        under = {key.removeprefix(prefix): t for key, t in tensors.items() if key.startswith(prefix)}
        module.load_state_dict(under)
    return model.to(device).requires_grad_(False), vae.to(device).requires_grad_(False)
