"""Nodes of text and conditionings: what they put into the entries, which node packs read."""

import pytest
import torch
from contract import Names
from surroundings import surroundings

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.loading import load_checkpoint
from dgx_pixels.engine.text import TextTowers, encode_prompt
from dgx_pixels.engine.vae import Vae
from dgx_pixels.nn.tokenizer import ClipTokenizer
from dgx_pixels.nodes import conditioning as text
from dgx_pixels.nodes import conditioning_reach as reach
from dgx_pixels.nodes import loading
from dgx_pixels.nodes.declare import node_class

A = [[torch.rand(1, 77, 6), {"pooled_output": torch.rand(1, 4), "kept": "a"}], [torch.rand(1, 154, 6), {}]]
B = [[torch.rand(1, 77, 6), {"pooled_output": torch.rand(1, 4), "kept": "b"}]]


def run(node, *args, **inputs):
    cls = node_class(node, Names())
    result = getattr(cls(), cls.FUNCTION)(*args, **inputs)
    return result[0] if len(result) == 1 else result


@pytest.fixture(scope="module")
def sdxl(tiny_sdxl):
    return load_checkpoint(tiny_sdxl, "cpu", torch.float32)


@pytest.fixture(scope="module")
def clip(sdxl):
    towers = TextTowers(sdxl.clip_l, sdxl.clip_g, ClipTokenizer(load_vocabulary()))
    return Clip(name="x", towers=towers)


@pytest.fixture(scope="module")
def vae(sdxl):
    return Vae(name="x", module=sdxl.vae)


def test_a_prompt_is_encoded_as_the_engine_encodes_it(clip):
    expected = encode_prompt(clip.towers, "a (red:1.2) potion")
    for result in (
        run(text.encode_text, text="a (red:1.2) potion", clip=clip),
        run(text.encode_text, clip, "a (red:1.2) potion"),  # the order of packs
    ):
        ((states, options),) = result
        assert torch.equal(states, expected.context)
        assert torch.equal(options["pooled_output"], expected.pooled)
        assert list(options) == ["pooled_output"]


def test_the_packaged_model_reads_prompts(tmp_path):
    host = surroundings(tmp_path / "home")
    host.engine = Engine(Settings(home=tmp_path / "home", device="cpu"), files=host.files)
    _, clip, _ = host.call(loading.load_checkpoint, "pocket.safetensors")
    ((states, options),) = host.call(text.encode_text, text="a red potion", clip=clip)
    assert (states.shape, options["pooled_output"].shape) == ((1, 77, 192), (1, 128))


def test_two_texts_and_the_sizes_of_sdxl(clip):
    sizes = {"width": 1, "height": 2, "crop_w": 3, "crop_h": 4, "target_width": 5, "target_height": 6}
    ((states, options),) = run(text.encode_text_sdxl, clip=clip, text_g="word " * 90, text_l="short", **sizes)
    expected = encode_prompt(clip.towers, "short", text_g="word " * 90)
    assert torch.equal(states, expected.context)
    assert states.shape[1] == 154
    assert {key: options[key] for key in sizes} == sizes


def test_the_refiners_text_has_a_score(clip):
    ((_, options),) = run(text.encode_text_refiner, ascore=7.5, width=8, height=16, text="a", clip=clip)
    assert (options["aesthetic_score"], options["width"], options["height"]) == (7.5, 8, 16)


def test_a_text_for_the_controlnet_alone(clip):
    result = run(text.encode_text_for_controlnet, clip=clip, conditioning=A, text="a")
    assert torch.equal(result[0][0], A[0][0])
    assert torch.equal(result[1][1]["cross_attn_controlnet"], clip.encode("a"))
    assert result[1][1]["pooled_output_controlnet"].shape == (1, 64)


def test_stopping_at_a_layer_leaves_the_other_clip_alone(clip):
    stopped = run(text.set_last_layer, clip=clip, stop_at_clip_layer=-1)
    assert (stopped.layer, clip.layer) == (-1, None)
    assert torch.equal(stopped.encode("a"), encode_prompt(clip.towers, "a", layer=-1).context)


def test_combining_is_both_lists():
    assert run(text.combine, conditioning_1=A, conditioning_2=B) == [*A, *B]


def test_averaging_mixes_with_the_first_of_the_others():
    result = run(text.average, conditioning_to=A, conditioning_from=B, conditioning_to_strength=0.25)
    assert torch.allclose(result[0][0], A[0][0] * 0.25 + B[0][0] * 0.75)
    pooled = A[0][1]["pooled_output"] * 0.25 + B[0][1]["pooled_output"] * 0.75
    assert torch.allclose(result[0][1]["pooled_output"], pooled)
    assert result[0][1]["kept"] == "a"
    # the second has more tokens than the other, and no pooled text of its own
    assert torch.allclose(result[1][0][:, :77], A[1][0][:, :77] * 0.25 + B[0][0] * 0.75)
    assert torch.allclose(result[1][0][:, 77:], A[1][0][:, 77:] * 0.25)
    assert torch.equal(result[1][1]["pooled_output"], B[0][1]["pooled_output"])


def test_averaging_cuts_longer_texts():
    result = run(text.average, conditioning_to=B, conditioning_from=A[1:], conditioning_to_strength=0.5)
    assert torch.allclose(result[0][0], B[0][0] * 0.5 + A[1][0][:, :77] * 0.5)
    assert torch.equal(result[0][1]["pooled_output"], B[0][1]["pooled_output"])


def test_concatenating_puts_tokens_behind():
    result = run(text.concat, conditioning_to=A, conditioning_from=B)
    assert [states.shape[1] for states, _ in result] == [154, 231]
    assert torch.equal(result[0][0], torch.cat((A[0][0], B[0][0]), dim=1))
    assert result[0][1]["kept"] == "a"


def test_zeroing_leaves_nothing_of_the_text():
    result = run(text.zero_out, conditioning=A)
    assert not result[0][0].any()
    assert not result[0][1]["pooled_output"].any()
    assert (result[0][1]["kept"], A[0][1]["pooled_output"].any().item()) == ("a", True)


@pytest.mark.parametrize(
    ("node", "inputs", "options"),
    [
        (
            reach.set_area,
            {"width": 64, "height": 128, "x": 16, "y": 8, "strength": 2.0},
            {"area": (16, 8, 1, 2), "strength": 2.0, "set_area_to_bounds": False},
        ),
        (
            reach.set_area_percentage,
            {"width": 0.5, "height": 0.25, "x": 0.1, "y": 0.2, "strength": 1.0},
            {"area": ("percentage", 0.25, 0.5, 0.2, 0.1), "strength": 1.0, "set_area_to_bounds": False},
        ),
        (reach.set_area_strength, {"strength": 0.5}, {"strength": 0.5}),
        (reach.set_timestep_range, {"start": 0.1, "end": 0.9}, {"start_percent": 0.1, "end_percent": 0.9}),
    ],
)
def test_where_and_when(node, inputs, options):
    result = run(node, conditioning=A, **inputs)
    for (states, got), (before, given) in zip(result, A, strict=True):
        assert states is before
        assert got == {**given, **options}
    assert "strength" not in A[0][1]


def test_a_mask_gets_its_batch_axis():
    mask = torch.rand(8, 8)
    ((_, options),) = run(reach.set_mask, conditioning=B, mask=mask, strength=0.5, set_cond_area="default")
    assert torch.equal(options["mask"], mask[None])
    assert (options["mask_strength"], options["set_area_to_bounds"]) == (0.5, False)
    ((_, options),) = run(reach.set_mask, B, mask[None], "mask bounds", 1.0)  # the order of packs
    assert (options["mask"].shape, options["set_area_to_bounds"]) == ((1, 8, 8), True)


def test_a_range_of_steps_and_what_lies_around_it():
    ranges = run(reach.timesteps_range, start_percent=0.25, end_percent=0.75)
    assert ranges == ((0.25, 0.75), (0.0, 0.25), (0.75, 1.0))


def test_inpainting_shows_the_picture_without_what_is_masked(vae):
    pixels, mask = torch.rand(1, 19, 26, 3), torch.zeros(1, 19, 26)
    mask[:, 4:12, 4:12] = 0.8
    positive, negative, latent = run(
        reach.condition_inpainting, positive=A, negative=B, vae=vae, pixels=pixels, mask=mask, noise_mask=True
    )
    picture, plane = pixels[:, 1:17, 1:25], mask[:, 1:17, 1:25]
    grey = torch.where(plane[..., None] > 0.5, 0.5, picture)
    for side in (positive[0][1], positive[1][1], negative[0][1]):
        assert torch.allclose(side["concat_latent_image"], vae.encode(grey), atol=1e-5)
        assert torch.equal(side["concat_mask"], plane[:, None])
    assert torch.equal(latent["samples"], vae.encode(picture))
    assert torch.equal(latent["noise_mask"], plane[:, None])
    *_, bare = run(reach.condition_inpainting, A, B, pixels, vae, mask, False)  # the order of packs
    assert set(bare) == {"samples"}


def test_editing_shows_the_picture(vae):
    pixels = torch.rand(1, 16, 16, 3)
    positive, negative, latent = run(reach.condition_editing, positive=A, negative=B, vae=vae, pixels=pixels)
    assert torch.equal(positive[1][1]["concat_latent_image"], vae.encode(pixels))
    assert torch.equal(negative[0][1]["concat_latent_image"], vae.encode(pixels))
    assert (latent["samples"].shape, latent["samples"].any().item()) == ((1, 4, 2, 2), False)
