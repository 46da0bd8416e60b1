"""``dgx-pixels generate`` as a user meets it: each option does what it says, and the file says how it came about."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from outcome import Command
from PIL import Image

from dgx_pixels.core.limits import SPRITE_CELL, SPRITE_SIZES
from dgx_pixels.draw.png import read_settings
from dgx_pixels.pixel.snap import to_sprite

POTION = ("a red potion", "--seed", 7)


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)


def drawn(generate: Command, *words: object) -> NDArray[np.uint8]:
    """Pixels of the one picture that the words give."""
    done = generate(*POTION, *words, "-o", "x.png")
    assert (done.code, done.out) == (0, "x.png\n"), done.err
    return pixels(Path("x.png"))


def test_a_sprite_lies_where_the_command_was_given(generate: Command, here: Path) -> None:
    done = generate("a red potion", "--seed", 7, "--size", 32)
    assert (done.code, done.out, done.err) == (0, "a-red-potion-7.png\n", "seed 7\n")
    assert [path.name for path in here.iterdir()] == ["a-red-potion-7.png"]
    sprite = pixels(here / "a-red-potion-7.png")
    assert sprite.shape == (32, 32, 4)
    assert set(sprite[..., 3].flat) <= {0, 255}
    assert len(np.unique(sprite[sprite[..., 3] == 255], axis=0)) <= 24


@pytest.mark.parametrize("size", SPRITE_SIZES)
def test_size(generate: Command, size: int) -> None:
    assert drawn(generate, "--size", size).shape == (size, size, 4)


def test_width_and_height_are_model_pixels(generate: Command) -> None:
    assert drawn(generate, "--width", 64, "--height", 128).shape == (16, 8, 4)
    assert drawn(generate, "--height", 64).shape == (8, 8, 4)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("negative", "blue"),
        ("steps", 3),
        ("cfg", 2.5),
        ("sampler", "dpmpp_2m_sde"),
        ("scheduler", "karras"),
        ("seed", 8),
    ],
)
def test_what_steers_the_picture_changes_it_and_is_told_by_the_file(
    generate: Command, option: str, value: object
) -> None:
    before = drawn(generate, "--raw")
    assert not np.array_equal(drawn(generate, "--raw", f"--{option}", value), before)
    assert getattr(read_settings(Path("x.png")), option) == value


def test_a_random_seed_is_printed_and_kept(generate: Command) -> None:
    seeds = set()
    for name in ("a.png", "b.png"):
        word, seed = generate("x", "-o", name).err.split()
        assert word == "seed"
        assert read_settings(Path(name)).seed == int(seed)
        seeds.add(seed)
    assert len(seeds) == 2


def test_the_same_seed_gives_the_same_file(generate: Command, here: Path) -> None:
    for _ in range(2):
        generate(*POTION)
    first, again = sorted(here.iterdir())
    assert (first.name, again.name) == ("a-red-potion-7-2.png", "a-red-potion-7.png")
    assert first.read_bytes() == again.read_bytes()


def test_count_draws_one_seed_after_another(generate: Command, here: Path) -> None:
    done = generate(*POTION, "--count", 3, "-o", "many")
    assert done.out.splitlines() == [f"many/a-red-potion-{seed}.png" for seed in (7, 8, 9)]
    assert done.err == "seed 7\n"
    generate("a red potion", "--seed", 9, "-o", "alone.png")
    assert (here / "alone.png").read_bytes() == (here / "many" / "a-red-potion-9.png").read_bytes()


def test_a_model_goes_by_name_or_by_path(command: Command, tiny_checkpoint: Path, cli_home: Path) -> None:
    folder = cli_home / "models" / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.safetensors").symlink_to(tiny_checkpoint)
    for name in ("mine", tiny_checkpoint):
        command("generate", *POTION, "--model", name, "--size", 16, "--steps", 1, "-o", f"{len(str(name))}.png")
    by_name, by_path = (read_settings(path) for path in sorted(Path().iterdir(), key=lambda p: len(p.name)))
    assert (by_name.model, by_path.model) == ("mine.safetensors", str(tiny_checkpoint))
    assert by_name.model_sha256 == by_path.model_sha256


def test_sdxl_draws_its_own_pixels(generate: Command, tiny_sdxl: Path) -> None:
    assert drawn(generate, "--model", tiny_sdxl, "--width", 64, "--height", 72).shape == (72, 64, 3)
    assert read_settings(Path("x.png")).family == "sdxl"


def test_an_init_image_gives_its_size_and_its_look(generate: Command, here: Path, tiny_checkpoint: Path) -> None:
    Image.effect_noise((24, 16), 60).convert("RGB").save(here / "init.png")

    def spread(denoise: float) -> float:
        """How much two seeds differ."""
        seeds = []
        for seed in (1, 2):
            words = (
                "--model",
                tiny_checkpoint,
                "--steps",
                2,
                "--raw",
                "--denoise",
                denoise,
                "--init-image",
                "init.png",
            )
            done = generate("x", "--seed", seed, *words, "--width", 192, "--height", 128, "-o", "x.png")
            assert done.code == 0, done.err
            seeds.append(pixels(here / "x.png").astype(float))
        return float(np.abs(seeds[0] - seeds[1]).mean())

    assert spread(0.05) < spread(1.0)
    assert read_settings(here / "x.png").denoise == 1.0
    assert read_settings(here / "x.png").init_sha256 is not None


def test_a_sprite_to_start_from_needs_no_size(command: Command, here: Path, tiny_checkpoint: Path) -> None:
    Image.new("RGBA", (24, 16), (200, 0, 0, 255)).save(here / "init.png")
    words = ("--model", tiny_checkpoint, "--steps", 2, "--denoise", 0.6, "--init-image", "init.png")
    assert command("generate", "x", *words, "-o", "x.png").code == 0
    assert pixels(here / "x.png").shape == (16, 24, 4)


@pytest.mark.parametrize("dtype", ["fp32", "fp16", "bf16"])
def test_device_and_precision(generate: Command, dtype: str) -> None:
    drawn(generate, "--device", "cpu", "--dtype", dtype)
    assert (read_settings(Path("x.png")).device, read_settings(Path("x.png")).dtype) == ("cpu", dtype)


def test_output_to_a_file_replaces_it(generate: Command, here: Path) -> None:
    (here / "x.PNG").write_text("old")
    assert generate("x", "-o", "x.PNG").code == 0
    assert pixels(here / "x.PNG").shape == (16, 16, 4)


@pytest.mark.parametrize("folder", ["new", "new/deep", "v1.2/", "."])
def test_output_to_a_folder_makes_it(generate: Command, here: Path, folder: str) -> None:
    done = generate(*POTION, "--output", folder)
    assert (here / folder / "a-red-potion-7.png").is_file(), done
    assert (here / done.out.strip()).is_file()


def test_output_to_stdout_is_the_file_and_nothing_else(generate: Command, here: Path) -> None:
    piped = generate(*POTION, "-o", "-")
    assert (piped.code, piped.err) == (0, "seed 7\n")
    assert not list(here.iterdir())
    generate(*POTION, "-o", "x.png")
    assert piped.stdout == (here / "x.png").read_bytes()
    assert Image.open(io.BytesIO(piped.stdout)).size == (16, 16)


def test_scale_repeats_each_pixel(generate: Command) -> None:
    small = drawn(generate)
    assert np.array_equal(drawn(generate, "--scale", 3), small.repeat(3, 0).repeat(3, 1))


def test_raw_is_what_the_sprite_was_made_of(generate: Command) -> None:
    raw = drawn(generate, "--raw")
    assert raw.shape == (128, 128, 4)
    assert np.array_equal(to_sprite(raw, SPRITE_CELL, 24), drawn(generate))


@pytest.mark.parametrize("spelling", ["--colours", "--colors"])
def test_colours_are_no_more_than_asked_for(generate: Command, spelling: str) -> None:
    sprite = drawn(generate, spelling, 3)
    assert 1 <= len(np.unique(sprite[sprite[..., 3] == 255], axis=0)) <= 3


def test_like_draws_the_same_file_again(generate: Command, command: Command, here: Path) -> None:
    words = ("--sampler", "dpmpp_sde", "--scheduler", "karras", "--cfg", 3, "--negative", "blue", "--scale", 2)
    generate("a (red:1.2) potion", *words, "--colours", 5, "-o", "first.png")
    done = command("generate", "--like", "first.png", "-o", "again.png")
    assert done.code == 0
    assert done.err == f"seed {read_settings(here / 'first.png').seed}\n"
    assert (here / "first.png").read_bytes() == (here / "again.png").read_bytes()


def test_like_takes_changes(generate: Command, command: Command, here: Path) -> None:
    generate(*POTION, "-o", "first.png")
    command("generate", "a blue potion", "--like", "first.png", "--seed", 9, "--size", 24, "-o", "other.png")
    first, other = read_settings(here / "first.png"), read_settings(here / "other.png")
    assert (other.prompt, other.seed, other.width, other.steps) == ("a blue potion", 9, 192, first.steps)


def test_like_says_what_is_not_as_it_was(generate: Command, command: Command, here: Path) -> None:
    generate(*POTION, "-o", "first.png")
    done = command("generate", "--like", "first.png", "--dtype", "bf16", "-o", "again.png")
    assert done.err == "warning: it was drawn on cpu in fp32, not cpu in bf16: some pixels may differ\nseed 7\n"


def test_like_wants_the_init_image_again(generate: Command, command: Command, here: Path) -> None:
    Image.new("RGB", (16, 16), (200, 0, 0)).save(here / "init.png")
    generate(*POTION, "--init-image", "init.png", "--denoise", 0.5, "-o", "first.png")
    assert "init image" in command("generate", "--like", "first.png", "-o", "again.png").error
    command("generate", "--like", "first.png", "--init-image", "init.png", "-o", "again.png")
    assert (here / "first.png").read_bytes() == (here / "again.png").read_bytes()


def test_a_prompt_that_had_no_effect_is_told(generate: Command) -> None:
    done = generate("a potion embedding:nothing", "--seed", 1)
    assert done.err == "warning: there is no embedding 'nothing'; it is ignored\nseed 1\n"


def test_show_tells_what_a_picture_was_drawn_from(generate: Command, command: Command) -> None:
    generate("a red potion, 火", "--seed", 7, "-o", "x.png")
    facts = json.loads(command("show", "x.png", "--json").out)
    assert (facts["prompt"], facts["seed"], facts["steps"]) == ("a red potion, 火", 7, 2)
    lines = command("show", "x.png").out.splitlines()
    assert "prompt        a red potion, 火" in lines
    assert "seed          7" in lines
    assert not any(line.startswith("negative") for line in lines)


def test_show_keeps_control_characters_from_the_terminal(generate: Command, command: Command) -> None:
    generate("red\x1b[31m potion", "-o", "x.png")
    assert "red [31m potion" in command("show", "x.png").out
