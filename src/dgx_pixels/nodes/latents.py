"""Nodes that make latents: empty ones, of pictures, and back to pictures; and where a latent is drawn anew."""

from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Image, Latent, Mask, Range, Vae

Side: TypeAlias = Annotated[int, Range(16, 16384, 8)]
BatchSize: TypeAlias = Annotated[int, Range(1, 4096)]
Overlap: TypeAlias = Annotated[int, Range(0, 4096, 32)]
Frames: TypeAlias = Annotated[int, Range(8, 4096, 4)]
FrameOverlap: TypeAlias = Annotated[int, Range(4, 4096, 4)]


@node("EmptyLatentImage", title="Empty Latent Image", category="latent", function="generate")
def empty_latent(*, width: Side = 512, height: Side = 512, batch_size: BatchSize = 1) -> Latent:
    """Nothing yet: zeros of a picture's size."""
    import torch

    return {"samples": torch.zeros(batch_size, 4, height // 8, width // 8)}


@node("EmptySD3LatentImage", category="latent/sd3", v3=True, function="execute", module="comfy_extras.nodes_sd3")
def empty_sd3_latent(
    *,
    width: Annotated[int, Range(16, 16384, 16)] = 1024,
    height: Annotated[int, Range(16, 16384, 16)] = 1024,
    batch_size: BatchSize = 1,
) -> Latent:
    """As Empty Latent Image, of 16 channels."""
    import torch

    return {"samples": torch.zeros(batch_size, 16, height // 8, width // 8)}


@node("VAEDecode", title="VAE Decode", category="latent", function="decode", order=("vae", "samples"))
def decode(*, samples: Latent, vae: Vae) -> Image:
    """Pictures of latents."""
    return _flat(vae.decode(samples["samples"]))


def _flat(images: Any) -> Any:
    """A batch of pictures; those of a video's frames come in one axis more."""
    return images.reshape(-1, *images.shape[-3:]) if images.dim() == 5 else images


@node(
    "VAEDecodeTiled",
    title="VAE Decode (Tiled)",
    category="_for_testing",
    function="decode",
    order=("vae", "samples", "tile_size", "overlap", "temporal_size", "temporal_overlap"),
)
def decode_tiled(
    *,
    samples: Latent,
    vae: Vae,
    tile_size: Annotated[int, Range(64, 4096, 32)] = 512,
    overlap: Overlap = 64,
    temporal_size: Frames = 64,  # noqa: ARG001 - of videos
    temporal_overlap: FrameOverlap = 8,  # noqa: ARG001 - of videos
) -> Image:
    """Pictures of latents in less memory, tile by tile."""
    unit: int = vae.spacial_compression_decode()
    overlap = min(overlap, tile_size // 4)
    side = tile_size // unit
    return _flat(vae.decode_tiled(samples["samples"], tile_x=side, tile_y=side, overlap=overlap // unit))


@node("VAEEncode", title="VAE Encode", category="latent", function="encode", order=("vae", "pixels"))
def encode(*, pixels: Image, vae: Vae) -> Latent:
    """Latents of pictures; alpha counts only where the VAE has it."""
    return {"samples": vae.encode(pixels)}


@node(
    "VAEEncodeTiled",
    title="VAE Encode (Tiled)",
    category="_for_testing",
    function="encode",
    order=("vae", "pixels", "tile_size", "overlap", "temporal_size", "temporal_overlap"),
)
def encode_tiled(
    *,
    pixels: Image,
    vae: Vae,
    tile_size: Annotated[int, Range(64, 4096, 64)] = 512,
    overlap: Overlap = 64,
    temporal_size: Frames = 64,  # noqa: ARG001 - of videos
    temporal_overlap: FrameOverlap = 8,  # noqa: ARG001 - of videos
) -> Latent:
    """Latents of pictures in less memory, tile by tile."""
    overlap = min(overlap, tile_size // 4) // 8 * 8
    return {"samples": vae.encode_tiled(pixels, tile_x=tile_size, tile_y=tile_size, overlap=overlap)}


@node(
    "VAEEncodeForInpaint",
    title="VAE Encode (for Inpainting)",
    category="latent/inpaint",
    function="encode",
    order=("vae", "pixels", "mask", "grow_mask_by"),
)
def encode_for_inpainting(
    *, pixels: Image, vae: Vae, mask: Mask, grow_mask_by: Annotated[int, Range(0, 64, 1)] = 6
) -> Latent:
    """The latent of a picture that is grey where the mask is, to be drawn anew there and a little around."""
    from dgx_pixels.engine.inpainting import cropped, greyed, grown, planes_like

    picture, planes = cropped(pixels, planes_like(mask, pixels))
    samples = vae.encode(greyed(picture, planes.round()))
    return {"samples": samples, "noise_mask": grown(planes, grow_mask_by).round()}


@node("SetLatentNoiseMask", title="Set Latent Noise Mask", category="latent/inpaint", function="set_mask")
def set_noise_mask(*, samples: Latent, mask: Mask) -> Latent:
    """The latent, to be drawn anew where the mask is."""
    return {**samples, "noise_mask": mask.reshape(-1, 1, *mask.shape[-2:])}


NODES: Final = (
    empty_latent,
    empty_sd3_latent,
    decode,
    decode_tiled,
    encode,
    encode_tiled,
    encode_for_inpainting,
    set_noise_mask,
)
