"""What a checkpoint's networks look like, as plain numbers.

``checkpoint`` reads these values off tensor shapes, ``nn`` builds modules from them, ``engine`` joins both.
"""

from dataclasses import dataclass
from enum import StrEnum


class Prediction(StrEnum):
    """What the U-Net was trained to predict."""

    EPS = "eps"
    V = "v"
    EDM = "edm"
    """Playground 2.5: EDM preconditioning, sigma_data 0.5."""
    V_EDM = "v_edm"
    """CosXL: continuous v-prediction on EDM's sigmas."""


@dataclass(frozen=True, slots=True)
class UNetConfig:
    """Shape of an SDXL-family U-Net (openaimodel key names)."""

    model_channels: int
    """Width of the first level; time embedding is 4x this."""
    channel_mult: tuple[float, ...]
    """Width of each level over ``model_channels``."""
    res_blocks: tuple[int, ...]
    """Residual blocks of each level on the way down (the way up has one more)."""
    input_depths: tuple[int, ...]
    """Transformer blocks after each residual block on the way down, in file order (0: none)."""
    middle_depth: int | None
    """Transformer blocks in the middle; 0: a single residual block (SSD-1B), None: no middle (KOALA-700M)."""
    output_depths: tuple[int, ...]
    """Transformer blocks after each residual block on the way up, in file order (0: none)."""
    context_dim: int
    """Width of the text context."""
    vector_dim: int | None
    """Width of the vector conditioning ``y``; None where there is no ``label_emb``."""
    in_channels: int = 4
    out_channels: int = 4
    heads: int | None = None
    """Attention heads (SD1.x: 8); None: one for every ``head_dim`` channels."""
    head_dim: int = 64
    groups: int = 32
    """Groups of every normalisation. Not in the file: a family knows it (Pocket: 8, as its levels are narrow)."""
    linear_projection: bool = True
    """Transformer projections are Linear (SD2, SDXL) rather than 1x1 convolutions (SD1.x)."""


@dataclass(frozen=True, slots=True)
class VAEConfig:
    """Shape of a factor-8 AutoencoderKL."""

    channels: int = 128
    channel_mult: tuple[int, ...] = (1, 2, 4, 4)
    res_blocks: int = 2
    image_channels: int = 3
    """3: RGB. 4: RGBA."""
    latent_channels: int = 4
    quant_conv: bool = True
    groups: int = 32
    """Groups of every normalisation; see ``UNetConfig.groups``."""
    scale: float = 0.13025
    """Latent of the sampler = latent of the VAE x scale."""


@dataclass(frozen=True, slots=True)
class TextConfig:
    """Shape of a CLIP text tower."""

    width: int
    layers: int
    heads: int
    vocabulary: int = 49408
    positions: int = 77
    projection: int | None = None
    """Width of ``text_projection``; None where the tower has none."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Everything needed to rebuild a checkpoint's networks on the meta device."""

    family: str
    """``sdxl``, ``sdxl-refiner``, ``sd15`` or ``pocket``."""
    unet: UNetConfig
    vae: VAEConfig
    clip_l: TextConfig | None
    clip_g: TextConfig | None
    prediction: Prediction = Prediction.EPS
    zero_snr: bool = False
    """The sigma table is rescaled to zero terminal SNR."""
    sigma_min: float | None = None
    sigma_max: float | None = None
    """Ends of a continuous (EDM) sigma range; None: the discrete table's."""
    latent_mean: tuple[float, ...] | None = None
    latent_std: tuple[float, ...] | None = None
    """Per-channel latent statistics (Playground 2.5); None: a plain scale."""
