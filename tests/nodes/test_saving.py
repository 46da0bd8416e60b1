"""Save nodes: what they write loads again and draws the same."""

import json
from pathlib import Path

import pytest
import torch
from pocket_drawing import Loaded, draw, encode, engine, load, pocket
from safetensors import safe_open
from safetensors.torch import load_file
from surroundings import Surroundings, surroundings

from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import Prediction
from dgx_pixels.core.errors import CheckpointError, UsageError
from dgx_pixels.engine import handles
from dgx_pixels.engine.loading import load_checkpoint
from dgx_pixels.engine.patching.attention_scale import scaled_attention, scaled_text_attention
from dgx_pixels.engine.patching.model_sampling import continuous_edm, discrete
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint
from dgx_pixels.engine.vae import Vae
from dgx_pixels.nodes import merging, saving

SAVE = {node.name: node for node in saving.NODES}
MERGE = {node.name: node for node in merging.NODES}


@pytest.fixture
def host(tmp_path: Path) -> Surroundings:
    return surroundings(tmp_path / "home")


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Loaded:
    path: Path = tmp_path_factory.mktemp("models") / "other.safetensors"
    write_random_checkpoint(path, pocket().model.spec)
    return load(path)


def written(host: Surroundings) -> list[Path]:
    return sorted(path for path in host.outputs.rglob("*") if path.is_file())


def save(host: Surroundings, name: str, **values) -> Path:
    assert host.call(SAVE[name], **values) == ()
    return written(host)[-1]


def test_a_saved_checkpoint_draws_the_same(host):
    given = pocket()
    path = save(host, "CheckpointSave", model=given.model, clip=given.clip, vae=given.vae)
    assert path == host.outputs / "checkpoints" / "ComfyUI_00001_.safetensors"
    again = load(path)
    latent = draw(given.model)
    assert torch.equal(draw(again.model, clip=again.clip), latent)
    with torch.inference_mode():
        assert torch.equal(again.vae.decode(latent), given.vae.decode(latent))
    loaded = load_checkpoint(path, "cpu", torch.float32)
    assert loaded.spec == given.model.spec


def test_numbers_go_on(host):
    given = pocket()
    for number in (1, 2):
        path = save(host, "VAESave", vae=given.vae, filename_prefix="mine")
        assert path.name == f"mine_{number:05}_.safetensors"


def test_files_say_what_they_are_and_how_they_were_made(host):
    given = pocket()
    graph, extra = {"1": {"class_type": "CheckpointSave"}}, {"workflow": {"nodes": []}}
    values = {"model": given.model, "filename_prefix": "folder/knight", "prompt": graph, "extra_pnginfo": extra}
    notes = TensorFile(save(host, "ModelSave", **values)).metadata
    assert notes["modelspec.sai_model_spec"] == "1.0.0"
    assert notes["modelspec.architecture"] == "stable-diffusion-xl-v1-base"
    assert notes["modelspec.title"] == "knight"
    assert notes["modelspec.prediction_type"] == "epsilon"
    assert json.loads(notes["prompt"]) == graph
    assert json.loads(notes["workflow"]) == extra["workflow"]
    host.metadata = False
    notes = TensorFile(save(host, "ModelSave", **values)).metadata
    assert "modelspec.title" in notes
    assert not {"prompt", "workflow"} & set(notes)


def test_changed_weights_are_saved_as_they_are_drawn_with(host, other):
    given = pocket()
    model = MERGE["ModelMergeSimple"].run(model1=given.model, model2=other.model, ratio=0.5)
    clip = MERGE["CLIPMergeSimple"].run(clip1=given.clip, clip2=other.clip, ratio=0.5)
    again = load(save(host, "CheckpointSave", model=model, clip=clip, vae=given.vae))
    assert torch.equal(draw(again.model, clip=again.clip), draw(model, clip=clip))


@pytest.mark.parametrize(
    ("change", "prediction", "zero_snr"),
    [
        (lambda m: discrete(m, "v_prediction", zero_snr=False), Prediction.V, False),
        (lambda m: discrete(m, "v_prediction", zero_snr=True), Prediction.V, True),
        (lambda m: continuous_edm(m, "v_prediction", 0.01, 90.0), Prediction.V_EDM, False),
        (lambda m: continuous_edm(m, "edm_playground_v2.5", 0.002, 80.0), Prediction.EDM, False),
        (lambda m: discrete(m, "lcm", zero_snr=False), Prediction.EPS, False),
    ],
    ids=["v", "v-zsnr", "cosxl", "playground", "lcm"],
)
def test_a_file_tells_what_its_model_predicts(host, change, prediction, zero_snr):
    given = pocket()
    model = change(given.model)
    path = save(host, "CheckpointSave", model=model, clip=given.clip, vae=given.vae)
    spec = read_spec(TensorFile(path))
    assert (spec.prediction, spec.zero_snr) == (prediction, zero_snr)
    if prediction is not Prediction.EPS:
        again = load(path)
        torch.testing.assert_close(draw(again.model, clip=again.clip), draw(model), rtol=1e-3, atol=1e-3)


def test_a_saved_u_net_loads_alone(host):
    given = pocket()
    model = scaled_attention(given.model, "attn2", 1.5, 1.0, 1.0, 1.0)
    path = save(host, "ModelSave", model=model)
    assert path.parent.name == "diffusion_models"
    with torch.inference_mode():
        again = handles.load_unet(engine(), path)
    assert torch.equal(draw(again), draw(model))


def test_saved_text_encoders_load_alone(host):
    clip = scaled_text_attention(pocket().clip, 1.5, 1.0, 1.0, 1.0)
    save(host, "CLIPSave", clip=clip, filename_prefix="clip/mine")
    names = [path.name for path in written(host)]
    assert names == ["mine_clip_g_00001_.safetensors", "mine_clip_l_00001_.safetensors"]
    with torch.inference_mode():
        again = handles.load_clip(engine(), written(host))
    assert torch.equal(encode(again, "a cat")[0][0], encode(clip, "a cat")[0][0])


def test_a_saved_vae_loads_alone(host):
    given = pocket()
    path = save(host, "VAESave", vae=given.vae)
    assert path.parent.name == "vae"
    with torch.inference_mode():
        again = handles.load_vae(engine(), path)
        picture = torch.rand(1, 64, 64, 4)
        assert torch.equal(again.encode(picture), given.vae.encode(picture))


def test_a_model_without_a_vae_says_so(host):
    with pytest.raises(CheckpointError, match="holds no VAE"):
        host.call(SAVE["VAESave"], vae=Vae(name="this", module=None))
    assert not written(host)


def test_a_difference_of_low_rank_is_saved_exactly(host):
    model = pocket().model
    name = "middle_block.1.transformer_blocks.0.attn1.to_q"
    draws = torch.Generator().manual_seed(0)
    weight = model.weights.exact(f"{name}.weight")
    delta = torch.randn(weight.shape[0], 4, generator=draws) @ torch.randn(4, weight.shape[1], generator=draws)
    changed = model.clone()
    changed.add_patches({f"diffusion_model.{name}.weight": (delta,)})
    difference = MERGE["ModelMergeSubtract"].run(model1=changed, model2=model, multiplier=1.0)
    tensors = load_file(save(host, "LoraSave", model_diff=difference, rank=4, lora_type="standard"))
    up, down = (tensors[f"diffusion_model.{name}.lora_{end}.weight"].float() for end in ("up", "down"))
    assert (up.shape[1], down.shape[0]) == (4, 4)
    torch.testing.assert_close(up @ down, delta, rtol=5e-3, atol=5e-3)


def test_a_lora_holds_every_tensor_that_differs(host, other):
    given = pocket()
    model = MERGE["ModelMergeSubtract"].run(model1=given.model, model2=other.model, multiplier=1.0)
    clip = MERGE["CLIPMergeSubtract"].run(clip1=given.clip, clip2=other.clip, multiplier=1.0)
    path = save(
        host, "LoraSave", model_diff=model, text_encoder_diff=clip, rank=2, lora_type="standard", bias_diff=False
    )
    assert path == host.outputs / "loras" / "ComfyUI_extracted_lora_00001_.safetensors"
    tensors = load_file(path)
    assert not [key for key in tensors if key.endswith(".diff_b")]
    conv = "diffusion_model.input_blocks.0.0"
    assert tensors[f"{conv}.lora_up.weight"].shape == (64, 2, 1, 1)
    assert tensors[f"{conv}.lora_down.weight"].shape == (2, 4, 3, 3)
    assert tensors["diffusion_model.out.0.diff"].shape == (64,)  # a normalisation has no rank
    assert any(key.startswith("text_encoders.clip_l.transformer.text_model.encoder.layers.0") for key in tensors)
    # The nearest matrix of rank 2: what is left over are the other singular values.
    key = "middle_block.1.transformer_blocks.0.attn1.to_q"
    whole = model.weights.exact(f"{key}.weight")
    left = whole - tensors[f"diffusion_model.{key}.lora_up.weight"].float() @ (
        tensors[f"diffusion_model.{key}.lora_down.weight"].float()
    )
    expected = torch.linalg.svdvals(whole)[2:].square().sum().sqrt()
    assert float(left.norm()) == pytest.approx(float(expected), rel=1e-2)
    assert [event.type for event in host.events].count("progress") > 10


def test_a_full_difference_is_saved_whole(host, other):
    model = MERGE["ModelMergeSubtract"].run(model1=pocket().model, model2=other.model, multiplier=1.0)
    path = save(host, "LoraSave", model_diff=model, lora_type="full_diff")
    with safe_open(path, "pt") as file:
        assert all(key.endswith((".diff", ".diff_b")) for key in file.keys())  # noqa: SIM118
        whole = file.get_tensor("diffusion_model.input_blocks.0.0.diff")
    assert torch.equal(whole, model.weights.exact("input_blocks.0.0.weight").half())


def test_no_difference_is_refused_in_a_sentence(host):
    for values in ({}, {"model_diff": pocket().model}):
        with pytest.raises(UsageError, match="connect ModelMergeSubtract"):
            host.call(SAVE["LoraSave"], lora_type="standard", **values)
    assert not written(host)
