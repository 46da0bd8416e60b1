"""One complete picture, drawn by our engine and by diffusers' pipeline from the same noise and prompt.

Euler, 20 steps of the ``simple`` schedule (diffusers' ``trailing``), CFG 8. The words of the prompt become
ids by their hash: with random weights any ids will do, and no vocabulary is needed.
"""

import zlib
from dataclasses import dataclass

import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline
from torch import Tensor

import oracle
from dgx_pixels.engine.loading import Checkpoint
from dgx_pixels.engine.prompt import BEGIN, CHUNK, END
from dgx_pixels.engine.text import TextTowers, encode_prompt, sdxl_vector
from dgx_pixels.sampling.conditioning import Conditioning
from dgx_pixels.sampling.denoise import NetPredict
from dgx_pixels.sampling.guidance import Guide
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.schedules import simple
from dgx_pixels.sampling.sigmas import SigmaTable

PROMPT = "a red potion in a round flask, pixel art"
NEGATIVE = "blurry, photograph"
CFG = 8.0


@dataclass(frozen=True, slots=True)
class Words:
    """Stands for the tokenizer: a word, an id."""

    def encode(self, text: str) -> list[int]:
        return [zlib.crc32(word.encode()) % BEGIN for word in text.split()]


def tokens(device: torch.device, pad: int = END) -> Tensor:
    """Token ids (2, 77) of the prompt and the negative prompt."""
    rows = [[BEGIN, *Words().encode(text), END] for text in (PROMPT, NEGATIVE)]
    return torch.tensor([row + [pad] * (CHUNK - len(row)) for row in rows], device=device)


def noise(pixels: int) -> Tensor:
    """The unit noise both start from, (1, 4, h, w), on the CPU."""
    return initial_noise((1, 4, pixels // 8, pixels // 8), seed=42)


def reference(model: Checkpoint, pixels: int, steps: int) -> Tensor:
    """Diffusers' picture (1, 3, H, W) in [0, 1], with the weights of ``model``."""
    device = model.unet.out[2].weight.device
    pipeline = StableDiffusionXLPipeline(
        vae=oracle.reference_vae(model.vae, str(device)),
        text_encoder=None,
        text_encoder_2=None,
        tokenizer=None,
        tokenizer_2=None,
        unet=oracle.reference_unet(model.unet, str(device)),
        scheduler=_scheduler(),
        add_watermarker=False,
    )
    pipeline.vae.config.scaling_factor = model.spec.vae.scale
    pipeline.set_progress_bar_config(disable=True)
    context, pooled = _reference_text(model, device)
    start = noise(pixels).to(device)
    pipeline.scheduler.set_timesteps(steps, device=device)
    sigma = pipeline.scheduler.sigmas[0]
    start = start * (1 + sigma**2).sqrt() / pipeline.scheduler.init_noise_sigma
    return pipeline(
        prompt_embeds=context[:1],
        negative_prompt_embeds=context[1:],
        pooled_prompt_embeds=pooled[:1],
        negative_pooled_prompt_embeds=pooled[1:],
        latents=start,
        height=pixels,
        width=pixels,
        num_inference_steps=steps,
        guidance_scale=CFG,
        output_type="pt",
    ).images


def _scheduler() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="trailing"
    )


def _reference_text(model: Checkpoint, device: torch.device) -> tuple[Tensor, Tensor]:
    """Context (2, 77, D) and pooled text (2, P) by transformers."""
    l_tower = oracle.reference_clip_l(model.clip_l, str(device))
    g_tower = oracle.reference_clip_g(model.clip_g, str(device))
    l_out = l_tower(tokens(device), output_hidden_states=True)
    g_out = g_tower(tokens(device, pad=0), output_hidden_states=True)
    return torch.cat((l_out.hidden_states[-2], g_out.hidden_states[-2]), dim=-1), g_out.text_embeds


def draw(model: Checkpoint, pixels: int, steps: int) -> Tensor:
    """Our picture (1, 3, H, W) in [0, 1]: text, sampling, decoding."""
    towers = TextTowers(model.clip_l, model.clip_g, Words())
    texts = [encode_prompt(towers, text) for text in (PROMPT, NEGATIVE)]
    sides = [Conditioning(t.context, sdxl_vector(t.pooled, pixels, pixels)) for t in texts]
    table = SigmaTable.discrete()
    weight = model.unet.out[2].weight
    z = sample(
        Guide(NetPredict(model.unet, table, dtype=weight.dtype), table, sides[:1], sides[1:], CFG),
        table=table,
        sampler="euler",
        sigmas=simple(table, steps),
        noise=noise(pixels).to(weight.device),
        seed=42,
    )
    image = model.vae.decode(z / model.spec.vae.scale).float()
    return (image / 2 + 0.5).clamp(0, 1)
