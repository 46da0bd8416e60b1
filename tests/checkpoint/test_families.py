"""Families: architecture -> file -> the same architecture, and refusals that name the key."""

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from dgx_pixels.checkpoint.families import FAMILIES, read_spec
from dgx_pixels.checkpoint.families.flavour import read_floats
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.checkpoint.writing import Plan, encode_header, write_tensors
from dgx_pixels.core.architecture import ModelSpec, Prediction
from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.presets import (
    PRESETS,
    SD15,
    SDXL,
    SDXL_REFINER,
    TINY_POCKET,
    TINY_SD15,
    TINY_SDXL,
)
from dgx_pixels.engine.random_checkpoint import plan_checkpoint

UNET = "model.diffusion_model."
SSD_1B = replace(
    SDXL,
    unet=replace(
        SDXL.unet, input_depths=(0, 0, 2, 2, 4, 4), middle_depth=0, output_depths=(4, 4, 10, 2, 1, 1, 0, 0, 0)
    ),
)
VEGA = replace(
    SDXL,
    unet=replace(SDXL.unet, input_depths=(0, 0, 1, 1, 2, 2), middle_depth=0, output_depths=(2, 2, 2, 1, 1, 1, 0, 0, 0)),
)
KOALA = replace(
    SDXL,
    unet=replace(
        SDXL.unet,
        res_blocks=(1, 1, 1),
        input_depths=(0, 2, 5),
        middle_depth=None,
        output_depths=(5, 5, 2, 2, 0, 0),
    ),
)
INPAINT = replace(SDXL, unet=replace(SDXL.unet, in_channels=9))
NO_QUANT = replace(SD15, vae=replace(SD15.vae, quant_conv=False))
ODD = replace(TINY_SDXL, unet=replace(TINY_SDXL.unet, model_channels=64, channel_mult=(1, 1.5, 3)))
ODD = replace(
    ODD,
    unet=replace(ODD.unet, res_blocks=(2, 1, 1), input_depths=(0, 0, 0, 2), output_depths=(2, 2, 0, 0, 0, 0, 0)),
)


def file_of(path: Path, plans: dict[str, Plan], **values: bytes) -> TensorFile:
    """A file of zeros, but for the tensors given by name (``__`` for a dot)."""
    given = {name.replace("__", "."): data for name, data in values.items()}
    write_tensors(path, plans, (given.get(n, bytes(p.nbytes)) for n, p in plans.items()), {})
    return TensorFile(path)


def header_only(path: Path, spec: ModelSpec) -> TensorFile:
    """The header of a full-size file over data that takes no space on the disk."""
    plans = plan_checkpoint(spec, "F16")
    header = encode_header(plans, {})
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + sum(plan.nbytes for plan in plans.values()))
    return TensorFile(path)


@pytest.mark.parametrize(
    "spec",
    [*PRESETS.values(), SSD_1B, VEGA, KOALA, INPAINT, NO_QUANT, ODD],
    ids=[*PRESETS, "ssd-1b", "vega", "koala", "inpaint", "no-quant-conv", "odd-widths"],
)
def test_reads_back_the_architecture_it_was_written_from(tmp_path: Path, spec: ModelSpec) -> None:
    assert read_spec(header_only(tmp_path / "m.safetensors", spec)) == spec


@pytest.mark.parametrize(
    ("spec", "dtype", "published"),
    [(SDXL, "F16", 6_938_078_334), (SDXL_REFINER, "F16", 6_075_981_930), (SD15, "F32", 4_265_146_304)],
    ids=["sdxl", "refiner", "sd15"],
)
def test_a_planned_file_is_as_long_as_the_published_one(spec: ModelSpec, dtype: str, published: int) -> None:
    plans = plan_checkpoint(spec, dtype)
    header = published - sum(plan.nbytes for plan in plans.values())
    assert 150 * len(plans) < header < 190 * len(plans)


def test_each_family_has_its_own_name() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize(
    ("markers", "expected"),
    [
        ({}, {}),
        ({"v_pred": ()}, {"prediction": Prediction.V}),
        ({"v_pred": (), "ztsnr": ()}, {"prediction": Prediction.V, "zero_snr": True}),
        (
            {"edm_mean": (1.0, -2.0, 0.5, 3.0), "edm_std": (8.0, 4.0, 2.0, 1.0)},
            {
                "prediction": Prediction.EDM,
                "sigma_min": 0.002,
                "sigma_max": 80.0,
                "latent_mean": (1.0, -2.0, 0.5, 3.0),
                "latent_std": (8.0, 4.0, 2.0, 1.0),
            },
        ),
        (
            {"edm_vpred.sigma_max": (120.0,)},
            {"prediction": Prediction.V_EDM, "sigma_min": 0.002, "sigma_max": 120.0},
        ),
        (
            {"edm_vpred.sigma_max": (80.0,), "edm_vpred.sigma_min": (0.5,)},
            {"prediction": Prediction.V_EDM, "sigma_min": 0.5, "sigma_max": 80.0},
        ),
    ],
    ids=["eps", "v", "v-zsnr", "playground", "cosxl", "cosxl-min"],
)
def test_marker_keys_tell_the_prediction(tmp_path: Path, markers: dict, expected: dict) -> None:
    plans = {name: Plan("F32", (len(values),)) for name, values in markers.items()}
    data = {name.replace(".", "__"): struct.pack(f"<{len(v)}f", *v) for name, v in markers.items()}
    file = file_of(tmp_path / "m.safetensors", {**plan_checkpoint(TINY_SDXL, "F16"), **plans}, **data)
    assert read_spec(file) == replace(TINY_SDXL, **expected)


@pytest.mark.parametrize(
    ("dtype", "data"),
    [
        ("F16", struct.pack("<2e", 1.5, -2)),
        ("BF16", b"\xc0\x3f\x00\xc0"),
        ("F64", struct.pack("<2d", 1.5, -2)),
    ],
)
def test_small_tensors_of_any_float_dtype(tmp_path: Path, dtype: str, data: bytes) -> None:
    assert read_floats(file_of(tmp_path / "m", {"a": Plan(dtype, (2,))}, a=data), "a") == (1.5, -2.0)


@pytest.mark.parametrize(
    ("plan", "data"),
    [
        (Plan("F32", (1,)), struct.pack("<f", float("nan"))),
        (Plan("I64", (1,)), bytes(8)),
        (Plan("F32", (0,)), b""),
    ],
)
def test_markers_must_hold_numbers(tmp_path: Path, plan: Plan, data: bytes) -> None:
    with pytest.raises(CheckpointError, match=r"a: .*expected .*numbers"):
        read_floats(file_of(tmp_path / "m", {"a": plan}, a=data), "a")


def test_files_of_2022_without_text_model_in_their_keys(tmp_path: Path) -> None:
    plans = {
        name.replace("transformer.text_model.", "transformer."): plan
        for name, plan in plan_checkpoint(TINY_SD15, "F16").items()
    }
    file = file_of(tmp_path / "m.safetensors", plans)
    assert read_spec(file) == TINY_SD15
    family = next(family for family in FAMILIES if family.name == "sd15")
    assert all(name.startswith("text_model.") for name in family.parts(file)["clip_l"])


@pytest.mark.parametrize(
    ("drop", "message"),
    [
        (UNET, f"not a checkpoint of a known family .pocket, sdxl, .*no {UNET}time_embed.0.weight"),
        ("conditioner.", "text towers of no family known"),
        (f"{UNET}input_blocks.0.0.weight", f"has no tensor {UNET}input_blocks.0.0.weight"),
        (f"{UNET}output_blocks.5", "output_blocks: expected 6 blocks to go with 3 on the way down, found 5"),
        (
            f"{UNET}input_blocks.1.",
            r"input_blocks: expected residual blocks .*, found widths \[0\]",
        ),
        ("first_stage_model.encoder.down.3", "encoder.down: expected 4 levels .*found 3"),
        ("first_stage_model.", "has no tensor first_stage_model.encoder.conv_in.weight"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, drop: str, message: str) -> None:
    plans = {n: p for n, p in plan_checkpoint(TINY_SDXL, "F16").items() if not n.startswith(drop)}
    with pytest.raises(CheckpointError, match=message):
        read_spec(file_of(tmp_path / "m.safetensors", plans))


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        (f"{UNET}time_embed.0.weight", (256,), r"expected 2 dimensions, found shape \[256\]"),
        (f"{UNET}time_embed.0.weight", (128, 0), "multiple of 32, found 0"),
        (
            "model.diffusion_model.input_blocks.1.0.in_layers.2.weight",
            (40, 64, 3, 3),
            "multiple of 32, found 40",
        ),
        (
            "model.diffusion_model.input_blocks.3.0.in_layers.2.weight",
            (96, 64, 3, 3),
            "multiple of 64, found 96",
        ),
        ("conditioner.embedders.1.model.token_embedding.weight", (8, 100), "multiple of 64, found 100"),
    ],
)
def test_what_cannot_be_built_is_named(tmp_path: Path, name: str, shape: tuple[int, ...], message: str) -> None:
    plans = {**plan_checkpoint(TINY_SDXL, "F16"), name: Plan("F16", shape)}
    with pytest.raises(CheckpointError, match=f"{name}: .*{message}"):
        read_spec(file_of(tmp_path / "m.safetensors", plans))


def test_an_empty_file_is_of_no_family(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="first key none"):
        read_spec(file_of(tmp_path / "m.safetensors", {}))


def test_pocket_is_sdxl_with_alpha(tmp_path: Path) -> None:
    assert read_spec(file_of(tmp_path / "p", plan_checkpoint(TINY_POCKET, "F16"))).vae.image_channels == 4
