"""Bad input to ``dgx-pixels generate``: one line that says what to do, the right exit code, no file."""

import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from outcome import Command
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dgx_pixels.draw.png import CHUNK

USAGE, FAILURE = 2, 1

WRONG: list[tuple[tuple[object, ...], str]] = [
    ((), 'say what to draw, such as dgx-pixels generate "a red potion"'),
    (("",), "the prompt is empty"),
    (("a", "red", "potion"), 'put the prompt between quotes: dgx-pixels generate "a red potion"'),
    (("x", "--size", 33), "sprites of size 33 are not offered; sizes are 16, 24, 32, 48, 64"),
    (("x", "--size", "big"), "--size"),
    (("x", "--width", 100), "width 100 is no multiple of 8; 96 and 104 are"),
    (("x", "--height", 8200), "from 16 to 8192"),
    (("x", "--size", 32, "--width", 256), "not both"),
    (("x", "--steps", 0), "steps 0 is not offered; it is a whole number from 1 to 10000"),
    (("x", "--steps", 2.5), "--steps"),
    (("x", "--cfg", "nan"), "cfg nan is not offered; it is a number from 0 to 100"),
    (("x", "--cfg", "inf"), "from 0 to 100"),
    (("x", "--cfg", "much"), "--cfg"),
    (("x", "--sampler", "eulr"), "Did you mean 'euler'?"),
    (("x", "--scheduler", "karas"), "Did you mean 'karras'?"),
    (("x", "--seed", -1), "from 0 to 18446744073709551615"),
    (("x", "--seed", 2**64), "from 0 to 18446744073709551615"),
    (("x", "--seed", 2**64 - 1, "--count", 2), "the largest seed"),
    (("x", "--seed"), "requires an argument"),
    (("x", "--count", 0), "from 1 to 1024"),
    (("x", "--count", 2, "-o", "x.png"), "name a folder instead"),
    (("x", "--count", 2, "-o", "-"), "stdout takes one picture, not 2"),
    (("x", "--denoise", 0.5), "needs an init image"),
    (("x", "--denoise", 0), "denoise 0 would draw nothing"),
    (("x", "--denoise", 1.5), "from 0 to 1"),
    (("x", "--scale", 0), "from 1 to 64"),
    (("x", "--raw", "--size", 64, "--scale", 64), "a scale of 64 makes 32768x32768 pixels"),
    (("x", "--colours", 1), "from 2 to 256"),
    (("x", "--raw", "--colours", 8), "drop one of both"),
    (("x", "--device", "tpu"), "devices are auto, cpu, cuda and cuda:N"),
    (("x", "--dtype", "fp8"), "precisions are auto, fp32, fp16, bf16"),
    (("x", "-o", "x.jpg"), "x.jpg is no PNG file; name one ending in .png, or a folder"),
    (("x", "-o", ""), "the name of the output is empty"),
    (("x", "--nope"), "No such option: --nope"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(map(str, words)) for words, _ in WRONG])
def test_wrong_usage(generate: Command, here: Path, words: tuple[object, ...], says: str) -> None:
    done = generate(*words)
    assert says in done.error
    assert done.code == USAGE
    assert not list(here.iterdir())


def test_sprite_options_are_not_for_sdxl(command: Command, tiny_sdxl: Path) -> None:
    for option, says in (("--size", "give width and height instead"), ("--colours", "drop the colours")):
        done = command("generate", "x", "--model", tiny_sdxl, option, 32)
        assert says in done.error
        assert done.code == USAGE


def test_a_setting_of_the_environment_is_named(generate: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGX_PIXELS_DTYPE", "fp8")
    done = generate("x")
    assert done.error.startswith("DGX_PIXELS_DTYPE is 'fp8'")
    assert done.code == USAGE


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_is_not_there(generate: Command, device: str) -> None:
    done = generate("x", "--device", device)
    assert "no CUDA device" in done.error
    assert "use --device cpu" in done.error
    assert done.code == FAILURE


def bomb(path: Path) -> None:
    """A PNG of a few bytes that claims to have 3.6 gigapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


@pytest.fixture
def files(here: Path, tiny_checkpoint: Path) -> Iterator[Path]:
    """A folder of files that are not what they should be, which must be as it was afterwards."""
    (here / "words.png").write_text("no picture")
    (here / "empty.png").touch()
    Image.effect_noise((64, 64), 50).save(here / "torn.png")
    (here / "torn.png").write_bytes((here / "torn.png").read_bytes()[:900])
    Image.new("RGB", (16, 16)).save(here / "foreign.png")
    notes = PngInfo()
    notes.add_text(CHUNK, '{"prompt": "x"}')
    Image.new("RGB", (16, 16)).save(here / "meddled.png", pnginfo=notes)
    bomb(here / "bomb.png")
    (here / "words.safetensors").write_text("no model")
    (here / "empty.safetensors").touch()
    (here / "torn.safetensors").write_bytes(tiny_checkpoint.read_bytes()[:100_000])
    (here / "model.ckpt").write_bytes(b"\x80\x04.")
    (here / "disguised.safetensors").write_bytes(b"PK\x03\x04" + bytes(60))
    (here / "plain").touch()
    before = sorted(path.name for path in here.iterdir())
    yield here
    assert sorted(path.name for path in here.iterdir()) == before


UNREADABLE = [
    (("--init-image", "none.png"), "there is no file none.png; check the path"),
    (("--init-image", "."), "there is no file ."),
    (("--init-image", "words.png"), "words.png is no picture that can be read; formats are PNG, JPEG"),
    (("--init-image", "empty.png"), "no picture that can be read"),
    (("--init-image", "torn.png"), "torn.png is damaged"),
    (("--init-image", "bomb.png"), "bomb.png is too large to decode"),
    (("--like", "none.png"), "there is no file none.png"),
    (("--like", "words.png"), "no picture that can be read"),
    (("--like", "foreign.png"), "foreign.png does not say what it was drawn from"),
    (("--like", "meddled.png"), "meddled.png cannot be drawn again"),
    (("--like", "bomb.png"), "too large"),
    (("--model", "nothing"), "no model is called 'nothing'; put files into"),
    (("--model", "./none.safetensors"), "there is no file ./none.safetensors; check the path"),
    (("--model", "/none.safetensors"), "there is no file /none.safetensors"),
    (("--model", "model.ckpt"), "pickled checkpoints can run code and are not read; convert it to .safetensors"),
    (("--model", "disguised.safetensors"), "pickled checkpoints can run code"),
    (("--model", "words.safetensors"), "not a safetensors file"),
    (("--model", "empty.safetensors"), "not a safetensors file"),
    (("--model", "torn.safetensors"), "torn.safetensors: truncated"),
    (("-o", "plain/x.png"), "plain is a file, no folder; name another folder"),
    (("-o", "plain/deep/er"), "plain is a file, no folder"),
]


@pytest.mark.parametrize(("words", "says"), UNREADABLE, ids=[" ".join(words) for words, _ in UNREADABLE])
def test_files_that_are_not_what_they_should_be(
    generate: Command, files: Path, words: tuple[str, ...], says: str
) -> None:
    done = generate("x", *words)
    assert says in done.error
    assert done.code == FAILURE


def test_an_output_that_is_a_file_of_another_kind(generate: Command, files: Path) -> None:
    done = generate("x", "-o", "plain")
    assert done.error == "plain is no PNG file; name one ending in .png, or a folder"
    assert done.code == USAGE


@pytest.fixture
def sealed() -> Iterator[Path]:
    """A folder that may not be written to, by whom the test runs as for as long as it does."""
    user = os.getuid()
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "sealed"
        folder.mkdir()
        folder.chmod(0o555)
        Path(parent).chmod(0o755)
        if user == 0:  # to root nothing is sealed
            os.setresuid(65534, 65534, 0)
        yield folder
        if user == 0:
            os.setresuid(0, 0, 0)
        assert not list(folder.iterdir())


def test_a_folder_that_may_not_be_written_to(generate: Command, sealed: Path) -> None:
    done = generate("x", "-o", sealed / "x.png")
    assert done.error == f"the folder {sealed} may not be written to; name another"
    assert done.code == FAILURE


def test_a_folder_that_may_not_be_made(generate: Command, sealed: Path) -> None:
    done = generate("x", "-o", sealed / "new")
    assert done.error == f"the folder {sealed / 'new'} cannot be made (Permission denied); name another folder"
    assert done.code == FAILURE


def test_show_refuses_the_same_files(command: Command, files: Path) -> None:
    for name in ("none.png", "words.png", "foreign.png", "bomb.png", "plain"):
        done = command("show", name)
        assert name in done.error
        assert done.code == FAILURE
    assert "FILE" in command("show").error
