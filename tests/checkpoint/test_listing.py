"""Files by kind: folders in order, names as ComfyUI has them, changes seen at once, and no way out of a folder."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.checkpoint.catalogue import pocket_path
from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.core.errors import ModelNotFoundError, UsageError
from dgx_pixels.core.server_settings import ServerSettings

KINDS = [
    "checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models", "clip_vision", "style_models",
    "embeddings", "diffusers", "vae_approx", "controlnet", "gligen", "upscale_models", "custom_nodes",
    "hypernetworks", "photomaker", "classifiers", "model_patches", "audio_encoders",
]  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(home=tmp_path / "home")


@pytest.fixture
def files(settings: ServerSettings) -> ModelFiles:
    return ModelFiles(settings)


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_kinds_come_in_the_order_of_the_models_route(files):
    assert list(files.folders) == KINDS


def test_some_kinds_have_two_folders(files, settings):
    models = settings.models
    assert files.folders["text_encoders"][:2] == (models / "text_encoders", models / "clip")
    assert files.folders["diffusion_models"][:2] == (models / "unet", models / "diffusion_models")
    assert files.folders["controlnet"] == (models / "controlnet", models / "t2i_adapter")


def test_what_was_saved_can_be_loaded(files, settings):
    put(settings.outputs, "checkpoints/merged_00001_.safetensors", "clip/mine_clip_l_00001_.safetensors")
    assert "merged_00001_.safetensors" in files.names("checkpoints")
    assert files.names("text_encoders") == ["mine_clip_l_00001_.safetensors"]


def test_the_packaged_model_is_always_there(files):
    assert files.names("checkpoints") == ["pocket.safetensors"]
    assert files.path("checkpoints", "pocket.safetensors") == pocket_path()


def test_a_file_of_the_users_own_by_that_name_wins(files, settings):
    put(settings.models / "checkpoints", "pocket.safetensors")
    assert files.names("checkpoints") == ["pocket.safetensors"]
    assert files.path("checkpoints", "pocket.safetensors") == settings.models / "checkpoints" / "pocket.safetensors"


def test_names_are_sorted_relative_and_of_known_endings(files, settings):
    folder = settings.models / "loras"
    put(
        folder,
        "b.safetensors",
        "a.CKPT",
        "sub/deep/c.pt",
        "d.txt",
        "e.sft",
        ".git/f.bin",
        "readme",
        "g.safetensors.tmp",
    )
    assert files.names("loras") == ["a.CKPT", "b.safetensors", "e.sft", "sub/deep/c.pt"]


def test_configurations_are_yaml_and_classifiers_anything(files, settings):
    put(settings.models, "configs/v1.yaml", "configs/a.safetensors", "classifiers/x.onnx", "classifiers/y")
    assert files.names("configs") == ["v1.yaml"]
    assert files.names("classifiers") == ["x.onnx", "y"]


def test_models_of_diffusers_are_folders(files, settings):
    put(settings.models / "diffusers", "sdxl/model_index.json", "sdxl/unet/a.safetensors", "more/b/model_index.json")
    put(settings.models / "diffusers", "incomplete/unet/a.safetensors")
    assert files.names("diffusers") == ["more/b", "sdxl"]
    assert files.path("diffusers", "sdxl") == settings.models / "diffusers" / "sdxl"


def test_the_first_folder_that_has_a_name_wins(files, settings):
    put(settings.models, "text_encoders/l.safetensors", "clip/l.safetensors", "clip/g.safetensors")
    assert files.names("text_encoders") == ["g.safetensors", "l.safetensors"]
    assert files.found("text_encoders") == {"g.safetensors": 1, "l.safetensors": 0}
    assert files.path("text_encoders", "l.safetensors").parent.name == "text_encoders"
    assert files.path("clip", "g.safetensors").parent.name == "clip"


def test_new_files_appear_and_gone_ones_do_not_stay(files, settings):
    folder = settings.models / "vae"
    assert files.names("vae") == []
    for n in range(20):  # as fast as a file system can tell apart, and faster
        put(folder, f"sub/{n:02}.safetensors")
        assert len(files.names("vae")) == n + 1
    (folder / "sub" / "00.safetensors").unlink()
    assert files.names("vae")[0] == "sub/01.safetensors"


def test_an_unchanged_folder_is_not_read_again(files, settings, monkeypatch):
    put(settings.models / "vae", "a.safetensors")
    for folder in (settings.models / "vae", settings.outputs):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder, (time.time() - 60,) * 2)
    names = files.names("vae")
    monkeypatch.setattr(os, "walk", None)
    assert files.names("vae") == names == ["a.safetensors"]


def test_folders_through_links_and_in_circles_are_read_once(files, settings, tmp_path):
    put(tmp_path / "elsewhere", "x.safetensors", "sub/y.safetensors")
    settings.models.mkdir(parents=True)
    (settings.models / "vae").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "sub" / "again").symlink_to(tmp_path / "elsewhere")
    assert files.names("vae") == ["sub/y.safetensors", "x.safetensors"]


def test_a_model_that_is_linked_is_found(files, settings, tmp_path):
    put(tmp_path / "disk", "big.safetensors")
    (settings.models / "checkpoints").mkdir(parents=True)
    link = settings.models / "checkpoints" / "mine.safetensors"
    link.symlink_to(tmp_path / "disk" / "big.safetensors")
    assert files.path("checkpoints", "mine.safetensors") == link


def test_pictures_and_latents_of_the_input_folder(files, settings):
    put(settings.inputs, "b.png", "a.JPG", "x.latent", "notes.txt", "sub/c.png")
    assert files.names("input") == ["a.JPG", "b.png"]
    assert files.names("latents") == ["x.latent"]
    assert files.path("input", "sub/c.png") == settings.inputs / "sub" / "c.png"
    assert files.names("output") == []


def test_an_upload_cannot_lead_outside_by_a_link(files, settings, tmp_path):
    put(tmp_path, "secret.png")
    put(settings.inputs, "real.png")
    (settings.inputs / "out.png").symlink_to(tmp_path / "secret.png")
    (settings.inputs / "in.png").symlink_to(settings.inputs / "real.png")
    (settings.inputs / "folder").symlink_to(tmp_path)
    assert files.path("input", "in.png").name == "in.png"
    for name in ("out.png", "folder/secret.png"):
        with pytest.raises(ModelNotFoundError):
            files.path("input", name)


@pytest.mark.parametrize(
    "name",
    ["../x.safetensors", "/etc/passwd", "a/../../x.safetensors", "..\\x.safetensors", "x\0", "", "n" * 5000, "sub"],
)
@pytest.mark.parametrize("kind", ["loras", "input", "output", "temp", "latents"])
def test_no_name_leads_out(files, settings, kind, name):
    put(settings.models, "x.safetensors", "loras/sub/a.safetensors")
    put(settings.home, "x.safetensors")
    with pytest.raises(ModelNotFoundError, match="there is no file"):
        files.path(kind, name)


@given(st.lists(st.sampled_from(["..", ".", "a", "/", "\\", "%2e%2e", "~", "", "\0", "//"]), max_size=8).map("/".join))
def test_whatever_is_found_is_inside(tmp_path_factory, name):
    home = tmp_path_factory.getbasetemp() / "inside"
    files = ModelFiles(ServerSettings(home=home))
    put(home / "models" / "loras", "a")
    put(home, "a")
    try:
        found = files.path("loras", name)
    except ModelNotFoundError:
        return
    assert found.resolve().is_relative_to((home / "models" / "loras").resolve())


def test_pipes_are_no_files(files, settings):
    (settings.models / "loras").mkdir(parents=True)
    os.mkfifo(settings.models / "loras" / "a.safetensors")
    with pytest.raises(ModelNotFoundError):
        files.path("loras", "a.safetensors")


def test_a_missing_file_names_the_nearest(files, settings):
    put(settings.models / "loras", "pixel.safetensors")
    with pytest.raises(ModelNotFoundError, match=r"did you mean 'pixel\.safetensors'"):
        files.path("loras", "pixels.safetensors")
    with pytest.raises(ModelNotFoundError, match="put it into"):
        files.path("vae", "none.safetensors")


def test_unknown_kinds_are_refused_and_old_names_understood(files, settings):
    with pytest.raises(UsageError, match="there is no kind of model 'spells'"):
        files.names("spells")
    put(settings.models / "unet", "u.safetensors")
    assert files.names("unet") == ["u.safetensors"]


def test_packs_add_kinds_and_folders(files, tmp_path):
    put(tmp_path / "ip", "a.bin", "b.txt")
    files.add("ipadapter", tmp_path / "ip")
    assert files.names("ipadapter") == ["a.bin", "b.txt"]
    files.table["mine"] = ([str(tmp_path / "ip")], {".txt"})
    assert files.names("mine") == ["b.txt"]
    files.add("checkpoints", tmp_path / "ip", first=True)
    assert files.folders["checkpoints"][0] == tmp_path / "ip"
    assert "a.bin" in files.names("checkpoints")


def extra(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_extra_files_of_the_home_and_of_the_command_line(tmp_path):
    put(tmp_path / "comfy" / "models", "checkpoints/one.safetensors", "clip/t.safetensors", "nodes/x.py")
    put(tmp_path / "other", "a/two.safetensors", "b/three.safetensors", "odd/four.anything")
    extra(
        tmp_path / "home" / "extra_model_paths.yaml",
        f"comfy:\n  base_path: {tmp_path / 'comfy'}\n  checkpoints: models/checkpoints\n  clip: models/clip\n"
        "  custom_nodes: models/nodes\n",
    )
    more = extra(
        tmp_path / "other" / "more.yaml", "x:\n  is_default: true\n  checkpoints: |\n    a\n    b\n  odd: odd\n"
    )
    files = ModelFiles(ServerSettings(home=tmp_path / "home", extra_model_paths=(more,)))
    assert files.names("checkpoints") == [
        "one.safetensors", "pocket.safetensors", "three.safetensors", "two.safetensors"
    ]  # fmt: skip
    assert files.folders["checkpoints"][:2] == (tmp_path / "other" / "a", tmp_path / "other" / "b")
    assert files.names("text_encoders") == ["t.safetensors"]
    assert files.names("odd") == ["four.anything"]
    assert files.folders["custom_nodes"][-1] == tmp_path / "comfy" / "models" / "nodes"


def test_an_extra_file_that_was_asked_for_and_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="there is no file"):
        ModelFiles(ServerSettings(home=tmp_path, extra_model_paths=(tmp_path / "none.yaml",)))
