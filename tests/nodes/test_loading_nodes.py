"""Loader nodes on real files: whole checkpoints, parts alone, what is missing, and what comes later."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from contract import Names
from safetensors.torch import load_file, save_file
from surroundings import Surroundings, surroundings

from dgx_pixels.core.errors import CheckpointError, ModelNotFoundError, NotYetError, UsageError
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.presets import TINY_SD15
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint
from dgx_pixels.nodes import awaited, conditioning, loading
from dgx_pixels.nodes.declare import node_class
from dgx_pixels.sampling.forms import Trained


@pytest.fixture
def host(tmp_path: Path) -> Surroundings:
    host = surroundings(tmp_path / "home")
    host.engine = Engine(Settings(home=tmp_path / "home", device="cpu"), files=host.files)
    return host


def put(host: Surroundings, kind: str, name: str, source: Path, prefix: str = "", drop: str = "\0") -> None:
    """The tensors of a checkpoint below a prefix, without those below another, as a file of a kind."""
    folder = host.files.folders[kind][0]
    folder.mkdir(parents=True, exist_ok=True)
    tensors = load_file(source)
    save_file(
        {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix) and not k.startswith(drop)},
        folder / name,
    )


def test_the_packaged_model_loads(host):
    model, clip, vae = host.call(loading.load_checkpoint, ckpt_name="pocket.safetensors")
    assert model.spec.family == "pocket"
    assert list(clip.modules) == ["clip_l", "clip_g"]
    assert vae.image_channels == 4


def test_switching_checkpoints_and_back_loads_nothing_again(host, tiny_sdxl, tiny_checkpoint):
    put(host, "checkpoints", "a.safetensors", tiny_sdxl)
    put(host, "checkpoints", "b.safetensors", tiny_checkpoint)
    a, _, _ = host.call(loading.load_checkpoint, "a.safetensors")
    host.call(loading.load_checkpoint, "b.safetensors")
    again, _, _ = host.call(loading.load_checkpoint, "a.safetensors")
    assert again.weights.base is a.weights.base
    host.engine.close()
    fresh, _, _ = host.call(loading.load_checkpoint, "a.safetensors")
    assert fresh.weights.base is not a.weights.base


def test_without_text_encoder_the_clip_is_none_and_says_so_when_used(host, tiny_sdxl):
    put(host, "checkpoints", "x.safetensors", tiny_sdxl, drop="conditioner.")
    model, clip, vae = host.call(loading.load_checkpoint, ckpt_name="x.safetensors")
    assert clip is None
    assert model.unet is not None
    assert vae.decode(torch.zeros(1, 4, 2, 2)).shape == (1, 16, 16, 3)
    with pytest.raises(UsageError, match="clip input is invalid: None"):
        host.call(conditioning.encode_text, text="a", clip=None)


def test_without_vae_only_its_use_raises(host, tiny_sdxl):
    put(host, "checkpoints", "x.safetensors", tiny_sdxl, drop="first_stage_model.")
    model, clip, vae = host.call(loading.load_checkpoint, ckpt_name="x.safetensors")
    assert model.colors() is not None
    assert clip is not None
    with pytest.raises(CheckpointError, match=r"x\.safetensors holds no VAE"):
        vae.decode(torch.zeros(1, 4, 2, 2))


def test_without_unet_it_is_no_checkpoint(host, tiny_sdxl):
    put(host, "checkpoints", "x.safetensors", tiny_sdxl, drop="model.")
    with pytest.raises(CheckpointError, match="holds no U-Net"):
        host.call(loading.load_checkpoint, ckpt_name="x.safetensors")


def test_a_pickle_is_listed_and_refused_with_a_sentence(host):
    folder = host.files.folders["checkpoints"][0]
    folder.mkdir(parents=True)
    (folder / "old.ckpt").write_bytes(b"PK\x03\x04")
    assert "old.ckpt" in host.files.names("checkpoints")
    with pytest.raises(CheckpointError, match=r"convert it to \.safetensors"):
        host.call(loading.load_checkpoint, ckpt_name="old.ckpt")


def test_a_name_that_leads_out_is_not_found(host):
    with pytest.raises(ModelNotFoundError):
        host.call(loading.load_checkpoint, ckpt_name="../../pocket.safetensors")


def test_a_configuration_gives_prediction_and_layer(host, tiny_sdxl):
    put(host, "checkpoints", "x.safetensors", tiny_sdxl)
    folder = host.files.folders["configs"][0]
    folder.mkdir(parents=True)
    text = "model:\n  params:\n    parameterization: v\n    cond_stage_config:\n      params: {layer_idx: -2}\n"
    (folder / "v.yaml").write_text(text)
    (folder / "broken.yaml").write_text("model: 3")
    model, clip, _ = host.call(loading.load_checkpoint_with_config, "v.yaml", "x.safetensors")
    assert isinstance(model.form, Trained)
    assert model.form.prediction == "v"
    assert clip.layer == -2
    with pytest.raises(UsageError, match=r"broken\.yaml is no model configuration"):
        host.call(loading.load_checkpoint_with_config, "broken.yaml", "x.safetensors")


@pytest.fixture
def alone(host, tiny_sdxl) -> Surroundings:
    put(host, "diffusion_models", "unet.safetensors", tiny_sdxl, "model.diffusion_model.")
    put(host, "vae", "vae.safetensors", tiny_sdxl, "first_stage_model.")
    put(host, "text_encoders", "l.safetensors", tiny_sdxl, "conditioner.embedders.0.transformer.")
    put(host, "text_encoders", "g.safetensors", tiny_sdxl, "conditioner.embedders.1.model.")
    put(host, "checkpoints", "all.safetensors", tiny_sdxl)
    return host


def test_parts_alone_are_what_they_are_in_the_checkpoint(alone):
    model, clip, vae = alone.call(loading.load_checkpoint, "all.safetensors")
    unet = alone.call(loading.load_unet, "unet.safetensors", "default")
    for name, tensor in model.unet.state_dict().items():
        assert torch.equal(unet.unet.state_dict()[name], tensor)
    z = torch.randn(1, 4, 4, 4)
    assert torch.equal(alone.call(loading.load_vae, "vae.safetensors").decode(z), vae.decode(z))
    for names in (("l.safetensors", "g.safetensors"), ("g.safetensors", "l.safetensors")):
        both = alone.call(loading.load_two_clips, *names, "sdxl")
        assert torch.equal(both.encode("a red potion"), clip.encode("a red potion"))


def test_a_vae_is_taken_out_of_a_checkpoint(alone, tiny_sdxl):
    put(alone, "vae", "all.safetensors", tiny_sdxl)
    assert alone.call(loading.load_vae, "all.safetensors").image_channels == 3
    put(alone, "vae", "unet.safetensors", tiny_sdxl, "model.diffusion_model.")
    with pytest.raises(CheckpointError, match=r"unet\.safetensors holds no vae, only unet"):
        alone.call(loading.load_vae, "unet.safetensors")


def test_one_text_encoder_encodes_as_its_family(alone):
    for name, width in (("l.safetensors", 64), ("g.safetensors", 128)):
        for device in ("default", "cpu"):
            clip = alone.call(loading.load_clip, clip_name=name, type="stable_diffusion", device=device)
            assert clip.encode("a").shape == (1, 77, width)


def test_text_encoders_of_other_models_come_later_and_two_alike_are_a_mistake(alone):
    with pytest.raises(NotYetError, match="text encoders of flux"):
        alone.call(loading.load_two_clips, "l.safetensors", "g.safetensors", "flux")
    with pytest.raises(UsageError, match="hold the same text encoder"):
        alone.call(loading.load_two_clips, "l.safetensors", "l.safetensors", "sdxl")


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("fp8_e4m3fn", torch.float8_e4m3fn), ("fp8_e4m3fn_fast", torch.float8_e4m3fn), ("fp8_e5m2", torch.float8_e5m2)],
)
def test_weights_of_fp8_are_rounded(alone, name, dtype):
    whole = alone.call(loading.load_unet, "unet.safetensors", "default").unet.state_dict()
    rounded = alone.call(loading.load_unet, "unet.safetensors", name).unet.state_dict()
    for key, tensor in whole.items():
        assert torch.equal(rounded[key], tensor.to(dtype).to(tensor.dtype))


def test_inpainting_checkpoints_load(host, tmp_path):
    spec = replace(TINY_SD15, unet=replace(TINY_SD15.unet, in_channels=9))
    write_random_checkpoint(tmp_path / "inpaint.safetensors", spec)
    put(host, "checkpoints", "inpaint.safetensors", tmp_path / "inpaint.safetensors")
    model, _, _ = host.call(loading.load_checkpoint, "inpaint.safetensors")
    assert model.concat_channels == 5


def test_pixel_space_needs_no_file(host):
    vae = host.call(loading.load_vae, "pixel_space")
    assert vae.encode(torch.zeros(1, 8, 8, 3)).shape == (1, 3, 8, 8)


def test_strength_zero_needs_no_file():
    names = Names()
    lora = node_class(awaited.load_lora, names)()
    assert lora.load_lora("model", "clip", "x", 0, 0) == ("model", "clip")
    assert node_class(awaited.load_lora_model_only, names)().load_lora_model_only("model", "x", 0) == ("model",)
    apply = node_class(awaited.apply_controlnet, names)()
    assert apply.apply_controlnet("positive", "negative", None, None, 0) == ("positive", "negative")
    inpaint = node_class(awaited.apply_inpaint_controlnet, names)()
    assert inpaint.apply_inpaint_controlnet("positive", "negative", None, None, None, None, 0.0) == (
        "positive",
        "negative",
    )
    assert node_class(awaited.apply_controlnet_old, names)().apply_controlnet("c", None, None, 0) == ("c",)
    assert node_class(awaited.apply_unclip, names)().apply_adm("c", None, 0) == ("c",)


@pytest.mark.parametrize("node", awaited.NODES, ids=lambda node: node.name)
def test_what_comes_later_is_one_sentence(node):
    cls = node_class(node, Names())
    sections = cls.INPUT_TYPES()
    values = {name: 1.0 if "strength" in name else None for part in sections.values() for name in part}
    with pytest.raises(NotYetError, match=r"^[\w ]+ come with a later version of dgx-pixels; take this node out of"):
        getattr(cls(), cls.FUNCTION)(**values)
