"""The Python API with a tiny model: every argument, pictures that repeat, and what they say of themselves."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import dgx_pixels
from dgx_pixels import Engine, generate_pixel_art
from dgx_pixels.core.errors import DgxPixelsError, ImageError, ModelNotFoundError, StorageError, UsageError
from dgx_pixels.core.settings import Settings
from dgx_pixels.draw.api import draw, plan
from dgx_pixels.draw.png import read_settings
from dgx_pixels.draw.repeat import request_like


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"))


@pytest.fixture(scope="module")
def generate(engine, tiny_checkpoint):
    """``generate_pixel_art`` with a model that draws in an instant."""

    def call(prompt="a red potion", **asked):
        return generate_pixel_art(
            prompt, engine=engine, **{"model": str(tiny_checkpoint), "size": 16, "steps": 3, "seed": 5, **asked}
        )

    return call


def pixels(sprite) -> np.ndarray:
    return np.asarray(sprite.image)


@pytest.fixture
def hero(tmp_path: Path) -> Path:
    """A 16x16 sprite in a file: a red square on nothing."""
    picture = np.zeros((16, 16, 4), np.uint8)
    picture[4:12, 4:12] = (200, 30, 30, 255)
    Image.fromarray(picture).save(tmp_path / "hero.png")
    return tmp_path / "hero.png"


def test_a_sprite_is_small_clear_cut_and_of_few_colours(generate):
    (sprite,) = generate(colours=6)
    assert sprite.image.size == (16, 16)
    assert sprite.image.mode == "RGBA"
    assert set(np.unique(pixels(sprite)[..., 3])) <= {0, 255}
    assert len(np.unique(pixels(sprite)[pixels(sprite)[..., 3] > 0], axis=0)) <= 6


def test_metadata_holds_all_that_was_asked_and_settled(generate, tiny_checkpoint):
    (sprite,) = generate(
        negative="blurry", cfg=3, sampler="heun", scheduler="karras", colours=8, scale=2, steps=2, seed=9
    )
    m = sprite.metadata
    assert (m.prompt, m.negative, m.model, m.family) == ("a red potion", "blurry", str(tiny_checkpoint), "pocket")
    assert (m.width, m.height, m.steps, m.cfg, m.sampler, m.scheduler) == (128, 128, 2, 3.0, "heun", "karras")
    assert (m.seed, m.denoise, m.init_sha256, m.colours, m.scale) == (9, 1.0, None, 8, 2)
    assert (m.device, m.dtype, m.version) == ("cpu", "fp32", dgx_pixels.__version__)
    assert len(m.model_sha256) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "a blue sword"}, {"negative": "red"}, {"steps": 4}, {"cfg": 2.0}, {"sampler": "euler_ancestral"},
        {"scheduler": "karras"}, {"seed": 6}, {"size": 24}, {"scale": 2}, {"raw": True},
        {"size": None, "width": 128, "height": 64}, {"colours": 2},
    ],
    ids=str,
)  # fmt: skip
def test_every_argument_has_its_effect(generate, change):
    (plain,), (changed,) = generate(), generate(**change)
    assert pixels(plain).shape != pixels(changed).shape or not np.array_equal(pixels(plain), pixels(changed))


def test_sides_are_model_pixels(generate):
    (sprite,) = generate(size=None, width=128, height=64)
    assert sprite.image.size == (16, 8)
    (raw,) = generate(size=None, width=128, height=64, raw=True)
    assert raw.image.size == (128, 64)
    assert raw.metadata.colours is None


def test_a_scaled_sprite_is_the_same_in_larger_squares(generate):
    (small,), (large,) = generate(), generate(scale=3)
    assert np.array_equal(pixels(large), pixels(small).repeat(3, 0).repeat(3, 1))


def test_a_picture_of_many_is_the_one_drawn_alone_with_its_seed(generate):
    together = generate(count=3)
    assert [sprite.metadata.seed for sprite in together] == [5, 6, 7]
    for sprite in together:
        (alone,) = generate(seed=sprite.metadata.seed)
        assert np.array_equal(pixels(sprite), pixels(alone))
        assert sprite.metadata == alone.metadata
    assert not np.array_equal(pixels(together[0]), pixels(together[1]))


def test_a_seed_left_open_is_drawn_and_told(generate):
    (sprite,) = generate(seed=None)
    (again,) = generate(seed=sprite.metadata.seed)
    assert np.array_equal(pixels(sprite), pixels(again))


def test_an_init_image_may_be_a_path_a_string_or_a_picture(generate, hero):
    drawn = [generate(init_image=init, denoise=0.5) for init in (hero, str(hero), Image.open(hero))]
    assert len({sprite.png() for (sprite,) in drawn}) == 1
    ((sprite,), *_) = drawn
    assert len(sprite.metadata.init_sha256) == 64
    assert sprite.metadata.denoise == 0.5
    assert not np.array_equal(pixels(sprite), pixels(generate()[0]))


def test_an_init_image_gives_its_size_where_that_is_open(generate, hero):
    (sprite,) = generate(size=None, init_image=hero, denoise=0.5)
    assert sprite.image.size == (16, 16)
    (larger,) = generate(size=24, init_image=hero, denoise=0.5)
    assert larger.image.size == (24, 24)


def test_the_less_is_denoised_the_nearer_it_stays_to_its_start(generate, hero):
    def change(denoise: float) -> float:
        (raw,) = generate(init_image=hero, denoise=denoise, raw=True)
        (kept,) = generate(init_image=hero, denoise=0.0001, raw=True)
        return abs(pixels(raw).astype(int) - pixels(kept)).mean()

    assert change(0.0002) < change(0.3) < change(0.9)


def test_a_model_of_other_pictures_draws_its_own_pixels(engine, tiny_sdxl, hero):
    (picture,) = generate_pixel_art("x", engine=engine, model=str(tiny_sdxl), width=64, height=48, steps=2, seed=1)
    assert picture.image.size == (64, 48)
    assert picture.image.mode == "RGB"
    assert picture.metadata.raw
    (like,) = generate_pixel_art(
        "x", engine=engine, model=str(tiny_sdxl), init_image=hero, denoise=0.5, steps=2, seed=1
    )
    assert like.image.size == (16, 16)


def test_a_file_says_what_it_was_drawn_from_and_is_drawn_again_bit_for_bit(generate, engine, tmp_path):
    (sprite,) = generate(negative="blurry", sampler="dpmpp_2m_sde", scheduler="karras", cfg=2.5, scale=2)
    path = sprite.save(tmp_path / "potion.png")
    assert path == tmp_path / "potion.png"
    settings = read_settings(path)
    assert settings == sprite.metadata
    (again,) = draw(plan(request_like(settings, {}), engine), engine)
    assert again.png() == path.read_bytes()


def test_a_folder_collects_pictures(generate, tmp_path):
    paths = [sprite.save(tmp_path / "sprites") for sprite in generate(count=2)]
    assert [path.name for path in paths] == ["a-red-potion-5.png", "a-red-potion-6.png"]
    assert np.array_equal(np.asarray(Image.open(paths[0])), pixels(generate()[0]))


def test_what_cannot_be_written_is_refused(generate, tmp_path):
    (sprite,) = generate()
    with pytest.raises(UsageError, match="no PNG"):
        sprite.save(tmp_path / "potion.jpg")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        sprite.save(tmp_path / "file" / "below" / "x.png")


def test_a_warm_engine_loads_a_model_once(generate, engine, tiny_checkpoint):
    generate()
    warm = engine.model(tiny_checkpoint)
    generate(seed=6)
    assert engine.model(tiny_checkpoint) is warm


def test_without_an_engine_there_is_one_for_the_call(generate, tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("DGX_PIXELS_HOME", str(tmp_path))
    monkeypatch.setenv("DGX_PIXELS_DEVICE", "cpu")
    (sprite,) = generate_pixel_art("a red potion", model=str(tiny_checkpoint), size=16, steps=3, seed=5)
    assert sprite.png() == generate()[0].png()


def test_a_watcher_hears_every_step_and_may_end_the_drawing(generate):
    steps = []
    generate(count=2, watch=lambda step: steps.append((step.step, step.total)))
    assert steps == [(1, 3), (2, 3), (3, 3)] * 2

    def interrupted(_step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(watch=interrupted)


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"prompt": " "}, UsageError, "prompt is empty"),
        ({"sampler": "eular"}, UsageError, "Did you mean 'euler'"),
        ({"scheduler": "karas"}, UsageError, "Did you mean 'karras'"),
        ({"steps": 0}, UsageError, "steps 0"),
        ({"cfg": float("nan")}, UsageError, "cfg nan"),
        ({"size": 17}, UsageError, "16, 24, 32, 48, 64"),
        ({"denoise": 0.5}, UsageError, "needs an init image"),
        ({"count": 0}, UsageError, "count 0"),
        ({"model": "nope"}, ModelNotFoundError, "'nope'"),
        ({"init_image": "nowhere.png"}, ImageError, "there is no file nowhere.png"),
        ({"prompt": "(a:nan)"}, UsageError, "weight"),
    ],
    ids=str,
)
def test_what_is_not_offered_is_one_sentence(generate, asked, error, says):
    with pytest.raises(error, match=says) as caught:
        generate(**asked)
    assert isinstance(caught.value, DgxPixelsError)
    assert "\n" not in str(caught.value)
