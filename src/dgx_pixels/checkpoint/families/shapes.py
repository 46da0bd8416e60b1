"""Hyper-parameters read off key names and tensor shapes. Knows no family.

What shapes cannot tell (attention heads, the latent scale) the families pass in.
"""

from collections.abc import Iterator
from itertools import count

from dgx_pixels.checkpoint.tensorfile import TensorView
from dgx_pixels.core.architecture import TextConfig, UNetConfig, VAEConfig
from dgx_pixels.core.errors import CheckpointError

HEAD_DIM = 64
GROUPS = 32


def read_unet(view: TensorView, *, heads: int | None = None) -> UNetConfig:
    """The U-Net's shape; ``heads`` is given where it is fixed, else a head has 64 channels."""
    base = _width(view, "time_embed.0.weight", GROUPS, axis=1)
    widths, res_blocks, depths = _way_down(view, GROUPS if heads else HEAD_DIM)
    way_up = tuple(_depth(view, f"{block}.1") for block in _numbered(view, "output_blocks"))
    if len(way_up) != sum(res_blocks) + len(res_blocks):
        wanted = f"{sum(res_blocks) + len(res_blocks)} blocks to go with {sum(res_blocks)} on the way down"
        raise _unfit(view, "output_blocks", f"expected {wanted}, found {len(way_up)}")
    projections = (name for name in view if name.endswith(".proj_in.weight"))
    projection = min(projections, default="middle_block.1.proj_in.weight")
    to_k = projection.replace("proj_in", "transformer_blocks.0.attn2.to_k")
    return UNetConfig(
        model_channels=base,
        channel_mult=tuple(width // base if width % base == 0 else width / base for width in widths),
        res_blocks=res_blocks,
        input_depths=depths,
        middle_depth=_depth(view, "middle_block.1") if "middle_block.0.in_layers.2.weight" in view else None,
        output_depths=way_up,
        context_dim=view.shape(to_k, 2)[1],
        vector_dim=view.shape("label_emb.0.0.weight", 2)[1] if "label_emb.0.0.weight" in view else None,
        in_channels=view.shape("input_blocks.0.0.weight", 4)[1],
        out_channels=view.shape("out.2.weight", 4)[0],
        heads=heads,
        head_dim=HEAD_DIM,
        linear_projection=len(view.info(projection).shape) == 2,
    )


def _way_down(view: TensorView, head: int) -> tuple[list[int], tuple[int, ...], tuple[int, ...]]:
    """Width and residual blocks of each level, and the transformer depth after each residual block.

    Widths with a transformer are multiples of ``head``.
    """
    widths, res_blocks, depths = [0], [0], list[int]()
    for block in _numbered(view, "input_blocks"):
        if f"{block}.0.op.weight" in view:
            widths.append(0)
            res_blocks.append(0)
        elif block != "input_blocks.0":
            depths.append(_depth(view, f"{block}.1"))
            widths[-1] = _width(view, f"{block}.0.in_layers.2.weight", head if depths[-1] else GROUPS)
            res_blocks[-1] += 1
    if 0 in widths:
        raise _unfit(view, "input_blocks", f"expected residual blocks at every level, found widths {widths}")
    return widths, tuple(res_blocks), tuple(depths)


def read_vae(view: TensorView, scale: float) -> VAEConfig:
    """The autoencoder's shape; its latents are multiplied by ``scale`` for the sampler."""
    channels = _width(view, "encoder.conv_in.weight", GROUPS)
    levels = list(_numbered(view, "encoder.down"))
    if len(levels) != 4:
        raise _unfit(view, "encoder.down", f"expected 4 levels (factor 8), found {len(levels)}")
    return VAEConfig(
        channels=channels,
        channel_mult=tuple(_width(view, f"{level}.block.0.conv1.weight", channels) // channels for level in levels),
        res_blocks=len(list(_numbered(view, f"{levels[0]}.block"))),
        image_channels=view.shape("encoder.conv_in.weight", 4)[1],
        latent_channels=view.shape("decoder.conv_in.weight", 4)[1],
        quant_conv="quant_conv.weight" in view,
        scale=scale,
    )


def read_clip_l(view: TensorView) -> TextConfig:
    """A tower with Hugging Face's key names; its own projection, where a file has one, is not used."""
    vocabulary, _ = view.shape("text_model.embeddings.token_embedding.weight", 2)
    width = _width(view, "text_model.embeddings.token_embedding.weight", HEAD_DIM, axis=1)
    return TextConfig(
        width=width,
        layers=len(list(_numbered(view, "text_model.encoder.layers"))),
        heads=width // HEAD_DIM,
        vocabulary=vocabulary,
        positions=view.shape("text_model.embeddings.position_embedding.weight", 2)[0],
    )


def read_clip_g(view: TensorView) -> TextConfig:
    """A tower with OpenCLIP's key names."""
    vocabulary, _ = view.shape("token_embedding.weight", 2)
    width = _width(view, "token_embedding.weight", HEAD_DIM, axis=1)
    return TextConfig(
        width=width,
        layers=len(list(_numbered(view, "transformer.resblocks"))),
        heads=width // HEAD_DIM,
        vocabulary=vocabulary,
        positions=view.shape("positional_embedding", 2)[0],
        projection=view.shape("text_projection", 2)[1],
    )


def _numbered(view: TensorView, prefix: str) -> Iterator[str]:
    """``prefix.0``, ``prefix.1``, ... for as long as there are tensors below them."""
    dots = prefix.count(".") + 2
    present = {".".join(name.split(".")[:dots]) for name in view if name.startswith(prefix + ".")}
    for n in count():
        if (block := f"{prefix}.{n}") not in present:
            return
        yield block


def _depth(view: TensorView, layer: str) -> int:
    """Transformer blocks of a layer; 0 where it is no transformer."""
    return len(list(_numbered(view, f"{layer}.transformer_blocks")))


def _width(view: TensorView, name: str, divisor: int, axis: int = 0) -> int:
    """A size of a matrix or convolution, checked to be a positive multiple of ``divisor``."""
    width = view.shape(name, 2 if axis else 4)[axis]
    if not width or width % divisor:
        raise _unfit(view, name, f"expected a width that is a multiple of {divisor}, found {width}")
    return width


def _unfit(view: TensorView, name: str, finding: str) -> CheckpointError:
    return CheckpointError(f"{view.file.path}: {view.key(name)}: {finding}")
