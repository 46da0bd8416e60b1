"""The U-Net against diffusers on the same weights, and at the shapes that diffusers does not build."""

from dataclasses import replace

import pytest
import torch

import oracle
from dgx_pixels.core.architecture import UNetConfig
from dgx_pixels.engine.presets import SD15, SDXL, SDXL_REFINER, TINY_REFINER, TINY_SD15
from dgx_pixels.nn.unet import UNet, timestep_embedding

UNIFORM = UNetConfig(
    model_channels=32,
    channel_mult=(1, 2, 4),
    res_blocks=(2, 2, 2),
    input_depths=(0, 0, 1, 1, 2, 2),
    middle_depth=2,
    output_depths=(2, 2, 2, 1, 1, 1, 0, 0, 0),
    context_dim=48,
    vector_dim=40 + 6 * oracle.SIZE_WIDTH,
    head_dim=32,
)
SSD = replace(UNIFORM, output_depths=(3, 1, 1, 0, 2, 1, 0, 0, 0), middle_depth=0)
UNEVEN = replace(
    UNIFORM, res_blocks=(2, 1, 3), input_depths=(0, 1, 2, 0, 1, 1), output_depths=(1, 0, 2, 1, 1, 0, 0, 0, 1)
)
KOALA = replace(
    UNIFORM, res_blocks=(1, 1, 1), input_depths=(0, 1, 2), middle_depth=None, output_depths=(2, 2, 1, 1, 0, 0)
)


def tiny(config: UNetConfig) -> UNet:
    unet = UNet(config).eval().requires_grad_(requires_grad=False)
    oracle.randomise(unet)
    return unet


def inputs(config: UNetConfig, size: tuple[int, int] = (8, 8), batch: int = 2):
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(batch, config.in_channels, *size, generator=draw)
    t = torch.tensor([3.0, 981.0])[:batch]
    context = torch.randn(batch, 7, config.context_dim, generator=draw)
    sizes = torch.tensor([[1024.0, 768.0, 0.0, 8.0, 1024.0, 768.0]] * batch)
    if config.vector_dim is None:
        return x, t, context, None, sizes
    if config.vector_dim % oracle.SIZE_WIDTH == TINY_REFINER.unet.vector_dim % oracle.SIZE_WIDTH:
        sizes = sizes[:, : config.vector_dim // oracle.SIZE_WIDTH]
    pooled = torch.randn(batch, config.vector_dim - sizes.numel() // batch * oracle.SIZE_WIDTH, generator=draw)
    return x, t, context, pooled, sizes


def ours(unet: UNet, x, t, context, pooled, sizes):
    return unet(x, t, context, None if pooled is None else oracle.vector_of(pooled, sizes))


@pytest.mark.parametrize(
    "config",
    [UNIFORM, TINY_REFINER.unet, TINY_SD15.unet, replace(TINY_SD15.unet, in_channels=9), replace(UNIFORM, groups=8)],
    ids=["sdxl", "refiner", "sd15", "inpaint", "pocket"],
)
@pytest.mark.parametrize("size", [(8, 8), (13, 9)], ids=str)
def test_agrees_with_diffusers(config: UNetConfig, size: tuple[int, int]) -> None:
    unet = tiny(config)
    given = inputs(config, size)
    reference = oracle.run_reference_unet(oracle.reference_unet(unet), *given)
    assert oracle.relative_error(ours(unet, *given), reference) < 1e-5


@pytest.mark.parametrize("config", [SSD, KOALA, UNEVEN], ids=["ssd-1b", "koala", "uneven"])
def test_any_topology_keeps_the_size(config: UNetConfig) -> None:
    result = ours(tiny(config), *inputs(config, (9, 14)))
    assert result.shape == (2, 4, 9, 14)
    assert result.isfinite().all()


def test_channels_last_changes_nothing() -> None:
    unet = tiny(UNIFORM)
    given = inputs(UNIFORM)
    expected = ours(unet, *given)
    assert oracle.relative_error(ours(unet.to(memory_format=torch.channels_last), *given), expected) < 1e-5


def test_a_batch_is_its_items_one_by_one() -> None:
    unet = tiny(UNIFORM)
    x, t, context, pooled, sizes = inputs(UNIFORM)
    y = oracle.vector_of(pooled, sizes)
    both = unet(x, t, context, y)
    for i in range(2):
        one = unet(x[i : i + 1], t[i : i + 1], context[i : i + 1], y[i : i + 1])
        assert oracle.relative_error(one, both[i : i + 1]) < 1e-5


def test_half_precision_stays_close_and_keeps_its_dtype() -> None:
    unet = tiny(UNIFORM)
    given = inputs(UNIFORM)
    expected = ours(unet, *given)
    half = ours(unet.to(torch.bfloat16), *given)
    assert half.dtype == torch.bfloat16
    assert oracle.relative_error(half, expected) < 0.05


@pytest.mark.parametrize(
    ("config", "parameters"),
    [(SDXL.unet, 2_567_463_684), (SD15.unet, 859_520_964), (SDXL_REFINER.unet, 2_259_526_660)],
    ids=["sdxl", "sd15", "refiner"],
)
def test_published_sizes(config: UNetConfig, parameters: int) -> None:
    with torch.device("meta"):
        unet = UNet(config)
    assert sum(p.numel() for p in unet.parameters()) == parameters


def test_timestep_embedding_is_cosines_then_sines() -> None:
    embedded = timestep_embedding(torch.tensor([1024.0]), 256)[0]
    expected = torch.tensor([0.98735362, -0.5376172, -0.15853338, -0.843189])
    torch.testing.assert_close(embedded[[0, 1, 128, 129]], expected, atol=2e-5, rtol=0)
