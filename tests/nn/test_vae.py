"""The autoencoder against diffusers on the same weights, with and without an alpha channel."""

from dataclasses import replace

import pytest
import torch

import oracle
from dgx_pixels.core.architecture import VAEConfig
from dgx_pixels.nn.vae import AutoencoderKL

SMALL = VAEConfig(channels=32, channel_mult=(1, 2, 4, 4), res_blocks=2)
POCKET = VAEConfig(channels=32, channel_mult=(1, 1, 2, 2), res_blocks=1, image_channels=4, groups=8)


def tiny(config: VAEConfig) -> AutoencoderKL:
    vae = AutoencoderKL(config).eval().requires_grad_(requires_grad=False)
    oracle.randomise(vae)
    return vae


@pytest.mark.parametrize("config", [SMALL, POCKET], ids=["rgb", "rgba"])
def test_agrees_with_diffusers(config: VAEConfig) -> None:
    vae = tiny(config)
    reference = oracle.reference_vae(vae)
    image = torch.randn(2, config.image_channels, 32, 48)
    mean, log_variance = vae.moments(image)
    posterior = reference.encode(image).latent_dist
    assert oracle.relative_error(mean, posterior.mean) < 1e-5
    assert oracle.relative_error(log_variance, posterior.logvar) < 1e-5
    assert torch.equal(vae.encode(image), mean)
    assert oracle.relative_error(vae.decode(mean), reference.decode(mean).sample) < 1e-5


def test_factor_8_both_ways() -> None:
    vae = tiny(POCKET)
    z = vae.encode(torch.zeros(1, 4, 24, 40))
    assert z.shape == (1, 4, 3, 5)
    assert vae.decode(z).shape == (1, 4, 24, 40)


def test_log_variance_is_bounded() -> None:
    vae = tiny(POCKET)
    vae.quant_conv.bias[4:] += 100.0
    assert vae.moments(torch.zeros(1, 4, 16, 16))[1].max() == 20.0


def test_without_quant_conv() -> None:
    config = replace(SMALL, quant_conv=False)
    vae = tiny(config)
    assert not [name for name in vae.state_dict() if "quant" in name]
    assert vae.decode(vae.encode(torch.zeros(1, 3, 16, 16))).shape == (1, 3, 16, 16)


def test_published_size() -> None:
    with torch.device("meta"):
        vae = AutoencoderKL(VAEConfig())
    assert sum(p.numel() for p in vae.parameters()) == 83_653_863
    assert vae.state_dict()["encoder.mid.attn_1.q.weight"].shape == (512, 512, 1, 1)
