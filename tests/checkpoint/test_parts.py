"""Networks of a file, whole or not: the same as a family reads them, and by their own keys alone."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from dgx_pixels.checkpoint.catalogue import pocket_path
from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.parts import find_parts
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import Prediction
from dgx_pixels.engine.presets import TINY_POCKET, TINY_REFINER, TINY_SD15, TINY_SDXL
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint

SPECS = {spec.family: spec for spec in (TINY_POCKET, TINY_REFINER, TINY_SD15, TINY_SDXL)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("whole")
    for name, spec in SPECS.items():
        write_random_checkpoint(folder / f"{name}.safetensors", spec)
    return {name: folder / f"{name}.safetensors" for name in SPECS}


def part(whole: Path, to: Path, prefix: str, instead: str = "", **more: torch.Tensor) -> Path:
    tensors = load_file(whole)
    chosen = {instead + key.removeprefix(prefix): t for key, t in tensors.items() if key.startswith(prefix)}
    save_file({**chosen, **more}, to)
    return to


@pytest.mark.parametrize("family", SPECS)
def test_a_whole_checkpoint_reads_as_its_family_reads_it(whole, family):
    with TensorFile(whole[family]) as file:
        assert find_parts(file).spec == read_spec(file) == SPECS[family]


def test_the_packaged_model_reads_as_its_family_reads_it():
    with TensorFile(pocket_path()) as file:
        assert find_parts(file).spec == read_spec(file)


@pytest.mark.parametrize("prefix", ["", "model.", "model.model.", "net.", "diffusion_model."])
def test_a_unet_alone_is_found_under_any_usual_prefix(whole, tmp_path, prefix):
    path = part(whole["sd15"], tmp_path / "unet.safetensors", "model.diffusion_model.", prefix)
    with TensorFile(path) as file:
        found = find_parts(file)
    assert set(found.views) == {"unet"}
    assert (found.spec.family, found.spec.unet) == ("sd15", TINY_SD15.unet)
    assert found.spec.vae.scale == 0.18215


def test_marker_keys_count_beside_a_unet_alone(whole, tmp_path):
    path = part(whole["sd15"], tmp_path / "v.safetensors", "model.diffusion_model.", v_pred=torch.zeros(0))
    with TensorFile(path) as file:
        assert find_parts(file).spec.prediction is Prediction.V


def test_a_vae_alone(whole, tmp_path):
    with TensorFile(part(whole["sdxl"], tmp_path / "vae.safetensors", "first_stage_model.")) as file:
        found = find_parts(file)
    assert (found.spec, set(found.views), found.vae) == (None, {"vae"}, TINY_SDXL.vae)


def test_a_vae_with_alpha_has_pockets_groups(whole, tmp_path):
    with TensorFile(part(whole["pocket"], tmp_path / "vae.safetensors", "first_stage_model.")) as file:
        assert find_parts(file).vae == TINY_POCKET.vae


@pytest.mark.parametrize(("prefix", "name"), [("0.transformer.", "clip_l"), ("1.model.", "clip_g")])
def test_a_text_tower_alone(whole, tmp_path, prefix, name):
    path = part(whole["sdxl"], tmp_path / "te.safetensors", f"conditioner.embedders.{prefix}")
    with TensorFile(path) as file:
        found = find_parts(file)
    assert set(found.views) == {name}
    assert getattr(found, name) == getattr(TINY_SDXL, name)


def test_files_of_2022_leave_out_a_part_of_the_towers_keys(whole, tmp_path):
    prefix = "conditioner.embedders.0.transformer.text_model."
    with TensorFile(part(whole["sdxl"], tmp_path / "te.safetensors", prefix)) as file:
        assert find_parts(file).clip_l == TINY_SDXL.clip_l


def test_a_file_of_something_else_has_no_parts(tmp_path):
    save_file({"weight": torch.zeros(1)}, tmp_path / "x.safetensors")
    with TensorFile(tmp_path / "x.safetensors") as file:
        found = find_parts(file)
    assert (found.views, found.spec) == ({}, None)
