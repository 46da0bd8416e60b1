"""Networks saved by diffusers and transformers load as what they are: the real libraries are the judges."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from dgx_pixels.core.settings import Settings
from dgx_pixels.engine import handles
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.parts import load_parts

CPU = torch.device("cpu")


def loaded(path: Path):
    return load_parts(path, CPU, torch.float32)


@pytest.fixture(scope="module")
def sdxl_unet(tmp_path_factory):
    diffusers = pytest.importorskip("diffusers")
    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(64, 128, 128),
        layers_per_block=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 1, 2),
        attention_head_dim=(1, 2, 2),
        cross_attention_dim=96,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=64 + 6 * 256,
    ).eval()
    folder = tmp_path_factory.mktemp("diffusers") / "unet"
    unet.save_pretrained(folder)
    return unet, folder / "diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def kl_vae(tmp_path_factory):
    diffusers = pytest.importorskip("diffusers")
    torch.manual_seed(0)
    vae = diffusers.AutoencoderKL(
        block_out_channels=(32, 32, 64, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
    ).eval()
    folder = tmp_path_factory.mktemp("diffusers") / "vae"
    vae.save_pretrained(folder)
    return vae, folder / "diffusion_pytorch_model.safetensors"


def big_g(tmp_path: Path, projection: int = 48):
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    config = transformers.CLIPTextConfig(
        hidden_size=64, intermediate_size=256, num_hidden_layers=32, num_attention_heads=1, hidden_act="gelu",
        projection_dim=projection, vocab_size=49408, eos_token_id=49407,
    )  # fmt: skip
    tower = transformers.CLIPTextModelWithProjection(config).eval()
    tower.save_pretrained(tmp_path / "text_encoder_2")
    return tower, tmp_path / "text_encoder_2" / "model.safetensors"


@torch.no_grad()
def test_a_unet_of_diffusers(sdxl_unet):
    theirs, path = sdxl_unet
    # Our family of narrow models has 8 groups to a norm; this one was made with 32.
    parts = loaded(path)
    assert parts.spec.unet.output_depths == (2, 2, 2, 1, 1, 1, 0, 0, 0)
    ours = parts.unet
    for module in ours.modules():
        if isinstance(module, torch.nn.GroupNorm):
            module.num_groups = 32
    x, context, pooled = torch.randn(2, 4, 16, 16), torch.randn(2, 7, 96), torch.randn(2, 64)
    ids = torch.tensor([[64.0, 64, 0, 0, 64, 64]] * 2)
    from dgx_pixels.nn.unet import timestep_embedding

    y = torch.cat((pooled, timestep_embedding(ids.flatten(), 256).reshape(2, -1)), dim=1)
    expected = theirs(x, 321, context, added_cond_kwargs={"text_embeds": pooled, "time_ids": ids}).sample
    got = ours(x, torch.full((2,), 321.0), context, y)
    assert torch.allclose(got, expected, atol=1e-4), (got - expected).abs().max()


@torch.no_grad()
def test_a_vae_of_diffusers(kl_vae):
    theirs, path = kl_vae
    ours = loaded(path).vae
    image, z = torch.rand(1, 3, 32, 32) * 2 - 1, torch.randn(1, 4, 4, 4)
    assert torch.allclose(ours.encode(image), theirs.encode(image).latent_dist.mean, atol=1e-4)
    assert torch.allclose(ours.decode(z), theirs.decode(z).sample, atol=1e-4)


def test_old_names_of_a_vaes_attention(kl_vae, tmp_path):
    _, path = kl_vae
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    tensors = load_file(path)
    for new, name in old.items():
        tensors = {key.replace(f".{new}.", f".{name}."): tensor for key, tensor in tensors.items()}
    save_file(tensors, tmp_path / "old.safetensors")
    a, b = loaded(path).vae.state_dict(), loaded(tmp_path / "old.safetensors").vae.state_dict()
    assert all(torch.equal(a[key], b[key]) for key in a)


@torch.no_grad()
def test_an_openclip_tower_of_transformers(tmp_path):
    theirs, path = big_g(tmp_path)
    parts = loaded(path)
    assert parts.clip_l is None
    ids = torch.randint(0, 49000, (1, 77))
    ids[0, 30:] = 49407
    expected = theirs(ids, output_hidden_states=True)
    states, pooled = parts.clip_g(ids, -2)
    assert torch.allclose(states, expected.hidden_states[-2], atol=1e-4)
    assert torch.allclose(pooled, expected.text_embeds, atol=1e-4)


def test_a_folder_of_diffusers_is_a_checkpoint(sdxl_unet, kl_vae, tmp_path, tiny_sdxl):
    for name, path in (("unet", sdxl_unet[1]), ("vae", kl_vae[1])):
        (tmp_path / "model" / name).mkdir(parents=True)
        (tmp_path / "model" / name / path.name).symlink_to(path)
    big_g(tmp_path / "model")
    engine = Engine(Settings(home=tmp_path, device="cpu"))
    model, clip, vae = handles.load_diffusers(engine, tmp_path / "model")
    assert model.spec.unet.context_dim == 96
    assert list(clip.modules) == ["clip_g"]
    assert vae.latent_channels == 4
