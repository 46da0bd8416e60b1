"""Loading: every weight arrives as it was written, in the right dtype and layout, through little memory."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from dgx_pixels.checkpoint.families import FAMILIES
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.checkpoint.writing import Plan
from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.loading import load_checkpoint, part_dtype
from dgx_pixels.engine.presets import TINY_POCKET, TINY_REFINER, TINY_SD15, TINY_SDXL
from dgx_pixels.engine.random_checkpoint import plan_checkpoint, write_random_checkpoint

UNET = "model.diffusion_model."


def small(spec: ModelSpec) -> ModelSpec:
    """The same with a vocabulary of 64 tokens: most of a tiny file is its vocabulary."""
    towers = {n: replace(t, vocabulary=64) for n in ("clip_l", "clip_g") if (t := getattr(spec, n))}
    return replace(spec, **towers)


SPECS = [small(spec) for spec in (TINY_SDXL, TINY_REFINER, TINY_SD15, TINY_POCKET)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.fixture
def tensors(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a small SDXL file that lies at ``path``."""
    write_random_checkpoint(path, SPECS[0])
    return load_file(path)


@pytest.mark.parametrize(
    ("spec", "dtype"),
    [*((spec, torch.float16) for spec in SPECS), (SPECS[3], torch.float32), (SPECS[2], torch.bfloat16)],
    ids=lambda value: getattr(value, "family", str(value)),
)
def test_every_weight_arrives(path: Path, spec: ModelSpec, dtype: torch.dtype) -> None:
    write_random_checkpoint(path, spec)
    written = load_file(path)
    checkpoint = load_checkpoint(path, "cpu", dtype)
    assert checkpoint.spec == spec
    assert checkpoint.metadata["modelspec.author"] == "dgx-pixels"
    family = next(family for family in FAMILIES if family.name == spec.family)
    for part, prefix in family.prefixes().items():
        expected = part_dtype(part, torch.device("cpu"), dtype)
        for name, tensor in getattr(checkpoint, part).state_dict().items():
            assert tensor.dtype == expected
            assert torch.equal(tensor, written[prefix + name].to(expected)), name
    assert (checkpoint.clip_l is None) == (spec.clip_l is None)


@pytest.mark.parametrize("stored", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_files_of_other_precisions(path: Path, tensors: dict[str, torch.Tensor], stored: torch.dtype) -> None:
    save_file({k: v.to(stored) if v.is_floating_point() else v for k, v in tensors.items()}, path)
    for name, tensor in load_checkpoint(path, "cpu", torch.float16).unet.state_dict().items():
        assert torch.equal(tensor, tensors[UNET + name].to(stored).half()), name


def test_files_in_fp8(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    fp8 = torch.float8_e4m3fn
    save_file({k: v.to(fp8) if k.startswith(UNET) else v for k, v in tensors.items()}, path)
    weight = load_checkpoint(path, "cpu", torch.float32).unet.out[2].weight
    assert torch.equal(weight, tensors[f"{UNET}out.2.weight"].to(fp8).float())


def test_networks_are_ready_for_inference(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    checkpoint = load_checkpoint(path, "cpu", torch.float32)
    for network in (checkpoint.unet, checkpoint.vae, checkpoint.clip_l, checkpoint.clip_g):
        assert not network.training
        assert not any(p.requires_grad or p.is_meta for p in network.parameters())
    assert checkpoint.unet.out[2].weight.is_contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        result = checkpoint.unet(
            torch.randn(1, 4, 8, 8), torch.tensor([5.0]), torch.randn(1, 77, 192), torch.randn(1, 64 + 1536)
        )
    assert result.isfinite().all()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (f"{UNET}out.2.bias", None, r"is missing; expected shape \[4\]"),
        (f"{UNET}time_embed.2.weight", (3, 3), r"expected shape \[128, 128\], found \[3, 3\]"),
        (f"{UNET}middle_block.1.proj_in.weight", (128, 128, 1), r"expected shape \[128, 128\], found"),
        (f"{UNET}middle_block.3.emb_layers.1.weight", (1,), "this U-Net has no such tensor"),
        (f"{UNET}input_blocks.4.0.in_layers.9.weight", (1,), "this U-Net has no such tensor"),
        ("first_stage_model.decoder.mid.attn_1.q.bias", None, r"is missing; expected shape \[64\]"),
        ("conditioner.embedders.1.model.ln_final.bias", None, r"is missing; expected shape \[128\]"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_key(
    path: Path, tensors: dict[str, torch.Tensor], name: str, change: tuple[int, ...] | None, message: str
) -> None:
    others = {key: tensor for key, tensor in tensors.items() if key != name}
    save_file(others if change is None else {**others, name: torch.zeros(change)}, path)
    with pytest.raises(CheckpointError, match=f"{name}:? ?{message}") as caught:
        load_checkpoint(path, "cpu", torch.float32)
    assert str(path) in str(caught.value)


def test_integers_are_no_weights(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    save_file({**tensors, f"{UNET}out.2.bias": torch.zeros(4, dtype=torch.int32)}, path)
    with pytest.raises(CheckpointError, match=r"out\.2\.bias: expected floats, found I32"):
        load_checkpoint(path, "cpu", torch.float32)


def test_superfluous_tensors_outside_the_unet_do_no_harm(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    extra = {"first_stage_model.loss.logvar": torch.zeros(()), "model_ema.decay": torch.zeros(1)}
    save_file({**tensors, **extra}, path)
    assert load_checkpoint(path, "cpu", torch.float32).spec == SPECS[0]


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_random_checkpoint(tmp_path / name, SPECS[2], seed=seed)
    a, b, c = (load_file(tmp_path / name) for name in "abc")
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a[f"{UNET}out.2.weight"], c[f"{UNET}out.2.weight"])


def test_random_files_have_the_published_extras_and_markers(path: Path) -> None:
    write_random_checkpoint(path, SPECS[0], markers={"v_pred": Plan("F32", (0,))})
    file = TensorFile(path)
    assert file["conditioner.embedders.0.transformer.text_model.embeddings.position_ids"].dtype == "I64"
    assert file["conditioner.embedders.1.model.logit_scale"].shape == ()
    assert "v_pred" in file
    assert set(plan_checkpoint(SPECS[0], "F16")) == set(file) - {"v_pred"}


MEASURE = """
import gc, json, sys
from pathlib import Path
import torch
from dgx_pixels.engine.loading import load_checkpoint

def kilobytes(field):
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith(field)) * 1024

small, big = map(Path, sys.argv[1:3])
extra = []
for dtype in (torch.float16, torch.float32):
    load_checkpoint(small, "cpu", dtype)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = kilobytes("VmRSS")
    checkpoint = load_checkpoint(big, "cpu", dtype)
    parts = (checkpoint.unet, checkpoint.vae, checkpoint.clip_l, checkpoint.clip_g)
    extra.append(kilobytes("VmHWM") - before - sum(p.nbytes for part in parts for p in part.parameters()))
    del checkpoint, parts
print(json.dumps(extra))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak is read from Linux's /proc")
def test_loading_takes_no_more_memory_than_the_largest_tensor(tmp_path: Path) -> None:
    big = replace(SPECS[0], clip_g=replace(SPECS[0].clip_g, vocabulary=200_000))
    for name, spec in (("small", SPECS[0]), ("big", big)):
        write_random_checkpoint(tmp_path / name, spec)
    largest = max(info.nbytes for info in TensorFile(tmp_path / "big").values())
    files = [tmp_path / "small", tmp_path / "big"]
    done = subprocess.run([sys.executable, "-c", MEASURE, *files], capture_output=True, text=True, check=True)
    assert all(extra < 1.2 * largest for extra in json.loads(done.stdout))
