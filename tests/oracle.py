"""The reference implementations, given our weights: diffusers' networks and its own key conversion."""

from collections.abc import Iterator
from typing import TypeVar

import torch
from diffusers import AutoencoderKL as ReferenceVAE
from diffusers import UNet2DConditionModel
from diffusers.loaders.single_file_utils import (
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from dgx_pixels.core.architecture import TextConfig, UNetConfig, VAEConfig
from dgx_pixels.engine.random_checkpoint import random_weights
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.unet import UNet, timestep_embedding
from dgx_pixels.nn.vae import AutoencoderKL

Module = TypeVar("Module", bound=nn.Module)

SIZE_WIDTH = 256
"""Width of the embedding of each size in SDXL's vector conditioning."""


def randomise(module: nn.Module, seed: int = 0) -> None:
    """Fill a module with the weights that random checkpoints have."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(random_weights(name, tuple(parameter.shape), generator))


def relative_error(ours: Tensor, reference: Tensor) -> float:
    """|ours - reference| / |reference|, as Euclidean norms in fp64."""
    ours, reference = ours.detach().double(), reference.detach().double()
    return float(torch.linalg.vector_norm(ours - reference) / torch.linalg.vector_norm(reference))


def reference_unet(ours: UNet, device: str = "cpu") -> UNet2DConditionModel:
    """Diffusers' U-Net with the weights of ours. Every level has as many residual blocks as the first."""
    settings = _unet_settings(ours.config)
    with torch.device("meta"):
        reference = UNet2DConditionModel(**settings)
    weights = {f"model.diffusion_model.{key}": tensor for key, tensor in ours.state_dict().items()}
    return _filled(reference, convert_ldm_unet_checkpoint(weights, reference.config), device)


def _unet_settings(c: UNetConfig) -> dict[str, object]:
    depths = list(_level_depths(c))
    widths = [round(c.model_channels * m) for m in c.channel_mult]
    vector = {} if c.vector_dim is None else {
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": SIZE_WIDTH,
        "projection_class_embeddings_input_dim": c.vector_dim,
    }  # fmt: skip
    return {
        "in_channels": c.in_channels,
        "out_channels": c.out_channels,
        "block_out_channels": widths,
        "layers_per_block": c.res_blocks[0],
        "down_block_types": ["CrossAttnDownBlock2D" if d else "DownBlock2D" for d in depths],
        "up_block_types": ["CrossAttnUpBlock2D" if d else "UpBlock2D" for d in reversed(depths)],
        # The reference's middle has the depth of the last level, also where that has no transformer itself.
        "transformer_layers_per_block": [*(d or 1 for d in depths[:-1]), c.middle_depth],
        "attention_head_dim": [c.heads or max(1, w // c.head_dim) for w in widths],  # a number of heads, in truth
        "cross_attention_dim": c.context_dim,
        "use_linear_projection": c.linear_projection,
        "norm_num_groups": c.groups,
        **vector,
    }


def _level_depths(config: UNetConfig) -> Iterator[int]:
    """Transformer depth of each level."""
    depths = iter(config.input_depths)
    for blocks in config.res_blocks:
        level = {next(depths) for _ in range(blocks)}
        assert len(level) == 1
        yield level.pop()


def run_reference_unet(
    reference: UNet2DConditionModel, x: Tensor, t: Tensor, context: Tensor, pooled: Tensor, sizes: Tensor
) -> Tensor:
    """The reference's prediction; ``sizes`` (B, n) are embedded by the reference itself."""
    added = {"text_embeds": pooled, "time_ids": sizes}
    return reference(x, t, context, added_cond_kwargs=added).sample


def vector_of(pooled: Tensor, sizes: Tensor) -> Tensor:
    """The vector conditioning that our U-Net takes, of the same pooled text and sizes."""
    embedded = timestep_embedding(sizes.flatten(), SIZE_WIDTH).view(len(sizes), -1)
    return torch.cat((pooled, embedded.to(pooled.dtype)), dim=1)


def reference_vae(ours: AutoencoderKL, device: str = "cpu") -> ReferenceVAE:
    """Diffusers' autoencoder with the weights of ours."""
    reference = _meta_vae(ours.config)
    weights = {f"first_stage_model.{key}": tensor for key, tensor in ours.state_dict().items()}
    return _filled(reference, convert_ldm_vae_checkpoint(weights, reference.config), device)


def _meta_vae(c: VAEConfig) -> ReferenceVAE:
    levels = len(c.channel_mult)
    with torch.device("meta"):
        return ReferenceVAE(
            in_channels=c.image_channels,
            out_channels=c.image_channels,
            latent_channels=c.latent_channels,
            block_out_channels=[c.channels * m for m in c.channel_mult],
            layers_per_block=c.res_blocks,
            norm_num_groups=c.groups,
            down_block_types=["DownEncoderBlock2D"] * levels,
            up_block_types=["UpDecoderBlock2D"] * levels,
        )


def reference_clip_l(ours: ClipTextModel, device: str = "cpu") -> CLIPTextModel:
    """Transformers' CLIP-L with the weights of ours."""
    with torch.device("meta"):
        reference = CLIPTextModel(_text_settings(ours.config, "quick_gelu"))
    weights = ours.state_dict()
    if "text_model.final_layer_norm.bias" not in reference.state_dict():  # as of transformers 5
        weights = {key.removeprefix("text_model."): tensor for key, tensor in weights.items()}
    return _filled(reference, weights, device)


def reference_clip_g(ours: OpenClipTextModel, device: str = "cpu") -> CLIPTextModelWithProjection:
    """Transformers' OpenCLIP tower with the weights of ours."""
    with torch.device("meta"):
        reference = CLIPTextModelWithProjection(_text_settings(ours.config, "gelu"))
    return _filled(reference, convert_open_clip_checkpoint(reference, ours.state_dict(), prefix=""), device)


def _text_settings(c: TextConfig, activation: str) -> CLIPTextConfig:
    return CLIPTextConfig(
        hidden_size=c.width,
        intermediate_size=4 * c.width,
        num_hidden_layers=c.layers,
        num_attention_heads=c.heads,
        vocab_size=c.vocabulary,
        max_position_embeddings=c.positions,
        projection_dim=c.projection or c.width,
        hidden_act=activation,
        eos_token_id=49407,  # an older default makes it look for the largest id instead
    )


def _filled(module: Module, weights: dict[str, Tensor], device: str) -> Module:
    weights = {key: tensor.to(device) for key, tensor in weights.items()}
    module.load_state_dict(weights, assign=True)
    for name, buffer in list(module.named_buffers()):
        if buffer.is_meta:  # the position numbers, which no file holds
            parent, _, child = name.rpartition(".")
            numbers = torch.arange(buffer.shape[-1], device=device).expand(buffer.shape)
            module.get_submodule(parent).register_buffer(child, numbers, persistent=False)
    return module.eval().requires_grad_(requires_grad=False)
