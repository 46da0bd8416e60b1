"""The table of diffusers' names, against diffusers' own network and ours."""

import pytest
import torch
from diffusers import UNet2DConditionModel

from dgx_pixels.compat.unet_names import diffusers_names
from dgx_pixels.core.architecture import UNetConfig
from dgx_pixels.engine.presets import SD15, SDXL, SDXL_REFINER
from dgx_pixels.nn.unet import UNet
from oracle import _unet_settings


@pytest.mark.parametrize("config", [SD15.unet, SDXL.unet, SDXL_REFINER.unet], ids=["sd15", "sdxl", "refiner"])
def test_every_weight_is_named(config: UNetConfig) -> None:
    with torch.device("meta"):
        ours = UNet(config).state_dict()
        theirs = UNet2DConditionModel(**_unet_settings(config)).state_dict()
    table = diffusers_names(
        {
            "num_res_blocks": list(config.res_blocks),
            "transformer_depth": list(config.input_depths),
            "transformer_depth_output": list(reversed(config.output_depths)),
            "transformer_depth_middle": config.middle_depth,
        }
    )
    assert {table[name] for name in theirs} == set(ours)
    for name, weight in theirs.items():
        assert ours[table[name]].numel() == weight.numel(), name
