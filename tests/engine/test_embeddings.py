"""Embeddings by name, in the layouts that safetensors files have."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.embeddings import Embeddings

L, G = torch.arange(6.0).view(2, 3), torch.arange(10.0).view(2, 5)


def save(path: Path, **tensors: torch.Tensor) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    save(tmp_path / "one" / "plain.safetensors", emb_params=L)
    save(tmp_path / "one" / "style" / "deep.safetensors", emb_params=L)
    save(tmp_path / "two" / "sdxl.safetensors", clip_l=L, clip_g=G)
    save(tmp_path / "secret.safetensors", emb_params=L)
    return tmp_path


def find(home: Path, name: str) -> str | None:
    path = Embeddings((home / "one", home / "two", home / "absent")).find(name)
    return None if path is None else path.relative_to(home).as_posix()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", "one/plain.safetensors"),
        ("plain.safetensors", "one/plain.safetensors"),
        ("deep", "one/style/deep.safetensors"),
        ("style/deep", "one/style/deep.safetensors"),
        ("./plain", "one/plain.safetensors"),
        ("style/../plain", "one/plain.safetensors"),
        ("sdxl", "two/sdxl.safetensors"),
        ("nope", None),
        ("", None),
        (".", None),
        ("style", None),
        ("../secret", None),
        ("../secret.safetensors", None),
        ("a\0b", None),
        ("x" * 5000, None),
    ],
)
def test_find(home: Path, name: str, expected: str | None) -> None:
    assert find(home, name) == expected


def test_absolute_names_lead_nowhere(home: Path) -> None:
    assert find(home, str(home / "secret")) is None
    assert find(home, str(home / "one" / ".." / "secret.safetensors")) is None


def test_the_first_folder_wins(home: Path) -> None:
    save(home / "two" / "plain.safetensors", emb_params=G)
    assert find(home, "plain") == "one/plain.safetensors"


def test_links_in_a_circle_end(home: Path) -> None:
    (home / "one" / "again").symlink_to(home / "one", target_is_directory=True)
    (home / "one" / "other").symlink_to(home / "two", target_is_directory=True)
    assert find(home, "nope") is None
    assert find(home, "sdxl") == "one/other/sdxl.safetensors"


def test_no_folder_has_no_embedding() -> None:
    assert Embeddings().vectors("plain", "clip_l") is None


def test_towers_have_their_own_vectors(home: Path) -> None:
    found = Embeddings((home / "two",))
    assert torch.equal(found.vectors("sdxl", "clip_l"), L)
    assert torch.equal(found.vectors("sdxl", "clip_g"), G)


@pytest.mark.parametrize(
    ("tensors", "expected"),
    [
        ({"emb_params": L}, L),
        ({"emb_params": L[0]}, L[:1]),
        ({"emb_params": L.half()}, L),
        ({"b": L, "a": L + 1}, L + 1),
        ({"clip_g": G}, G),
        ({"bundle_emb.x.string_to_param.*": L, "bundle_emb.y.string_to_param.*": L + 1}, torch.cat((L, L + 1))),
        ({"bundle_emb.x.clip_l": L, "bundle_emb.x.clip_g": G, "a": G + 1}, L),
    ],
)
def test_layouts(tmp_path: Path, tensors: dict[str, torch.Tensor], expected: torch.Tensor) -> None:
    save(tmp_path / "e.safetensors", **tensors)
    vectors = Embeddings((tmp_path,)).vectors("e", "clip_l")
    assert vectors.dtype == torch.float32
    assert torch.equal(vectors, expected)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({}, "holds no tensor"),
        ({"a": torch.zeros(2, 2, 2)}, r"a: expected vectors of floats.*found F32 \[2, 2, 2\]"),
        ({"a": torch.zeros(2, 3, dtype=torch.int64)}, r"found I64 \[2, 3\]"),
        ({"a": torch.zeros(())}, r"found F32 \[\]"),
        ({"a": torch.zeros(0, 3)}, r"found F32 \[0, 3\]"),
        ({"a": torch.zeros(10_001, 1)}, "10001 vectors; an embedding has at most 10000"),
        ({"bundle_emb.x.clip_l": L, "bundle_emb.y.clip_l": G}, "vectors of different widths, 3 and 5"),
    ],
)
def test_what_is_no_embedding_is_refused(tmp_path: Path, tensors: dict[str, torch.Tensor], message: str) -> None:
    save(tmp_path / "e.safetensors", **tensors)
    with pytest.raises(CheckpointError, match=message):
        Embeddings((tmp_path,)).vectors("e", "clip_l")


@pytest.mark.parametrize("name", ["old", "old.pt"])
def test_pickles_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "old.pt").write_bytes(b"\x80\x02.")
    with pytest.raises(CheckpointError, match=r"old\.pt: pickled.*convert it to \.safetensors"):
        Embeddings((tmp_path,)).vectors(name, "clip_l")


def test_a_safetensors_file_is_taken_before_a_pickled_one(tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"\x80\x02.")
    save(tmp_path / "below" / "a.safetensors", emb_params=L)
    assert torch.equal(Embeddings((tmp_path,)).vectors("a", "clip_l"), L)


def test_broken_files_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "e.safetensors", emb_params=L)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(CheckpointError, match=r"e\.safetensors"):
        Embeddings((tmp_path,)).vectors("e", "clip_l")
