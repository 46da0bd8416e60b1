"""Published files that can be fetched by a short name: address, size and SHA-256. Knows no network.

Sizes and hashes are those of the files' Git LFS records on their publishers' pages; those of the VAE, and the size
of the refiner, are what several public manifests agree on.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One published safetensors file."""

    name: str
    """What a user types."""
    file: str
    """File name it is stored under."""
    kind: str
    """Folder of ``models`` it belongs to."""
    url: str
    size: int
    """Bytes."""
    sha256: str
    licence: str
    about: str


_HUB: Final = "https://huggingface.co"

KNOWN: Final = (
    KnownFile(
        name="sdxl-base",
        file="sd_xl_base_1.0.safetensors",
        kind="checkpoints",
        url=f"{_HUB}/stabilityai/stable-diffusion-xl-base-1.0/resolve/main/sd_xl_base_1.0.safetensors",
        size=6_938_078_334,
        sha256="31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b",
        licence="CreativeML Open RAIL++-M",
        about="SDXL base 1.0, fp16",
    ),
    KnownFile(
        name="sdxl-refiner",
        file="sd_xl_refiner_1.0.safetensors",
        kind="checkpoints",
        url=f"{_HUB}/stabilityai/stable-diffusion-xl-refiner-1.0/resolve/main/sd_xl_refiner_1.0.safetensors",
        size=6_075_981_930,
        sha256="7440042bbdc8a24813002c09b6b69b64dc90fded4472613437b7f55f9b7d9c5f",
        licence="CreativeML Open RAIL++-M",
        about="SDXL refiner 1.0, fp16",
    ),
    KnownFile(
        name="sdxl-vae-fp16-fix",
        file="sdxl_vae_fp16_fix.safetensors",
        kind="vae",
        url=f"{_HUB}/madebyollin/sdxl-vae-fp16-fix/resolve/main/sdxl_vae.safetensors",
        size=334_641_162,
        sha256="235745af8d86bf4a4c1b5b4f529868b37019a10f7c0b2e79ad0abca3a22bc6e1",
        licence="MIT",
        about="SDXL's VAE, retrained to stay finite in fp16",
    ),
    KnownFile(
        name="sd15",
        file="v1-5-pruned-emaonly.safetensors",
        kind="checkpoints",
        url=f"{_HUB}/stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/v1-5-pruned-emaonly.safetensors",
        size=4_265_146_304,
        sha256="6ce0161689b3853acaa03779ec93eafe75a02f4ced659bee03f50797806fa2fa",
        licence="CreativeML Open RAIL-M",
        about="Stable Diffusion 1.5, fp32, EMA weights",
    ),
)


def known(name: str) -> KnownFile | None:
    """The published file of that short name or file name (with or without its suffix), if there is one."""
    return next((k for k in KNOWN if name in (k.name, k.file, k.file.removesuffix(".safetensors"))), None)
