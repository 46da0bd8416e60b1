"""Installed files: listed, found by name, added, remembered and verified, on real folders."""

import hashlib
import json
import os
import re
import shutil
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.checkpoint import catalogue as catalogue_module
from dgx_pixels.checkpoint.catalogue import POCKET, Catalogue, pocket_path
from dgx_pixels.checkpoint.describe import describe
from dgx_pixels.checkpoint.folders import EXTRA_FILE, KINDS
from dgx_pixels.checkpoint.hashes import HashBook, sha256_of
from dgx_pixels.checkpoint.install import destination, install
from dgx_pixels.checkpoint.known import KNOWN, known
from dgx_pixels.checkpoint.verify import verify
from dgx_pixels.core.errors import CheckpointError, ModelNotFoundError, StorageError, UsageError
from dgx_pixels.core.settings import Settings


def write(path: Path, fill: int = 0, dtype: str = "F16", **metadata: str) -> Path:
    """A small but whole safetensors file."""
    header = {"weight": {"dtype": dtype, "shape": [8], "data_offsets": [0, 16]}, "__metadata__": metadata}
    raw = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes([fill]) * 16)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def book(home: Settings) -> HashBook:
    return HashBook(home.home / "cache" / "hashes.sqlite3")


def names(catalogue: Catalogue, kind: str | None = None) -> list[str]:
    return [file.name for file in catalogue.list(kind) if file.name != POCKET]


def extra(home: Settings, text: str) -> None:
    home.home.mkdir(exist_ok=True)
    (home.home / EXTRA_FILE).write_text(text)


# Listing


def test_an_empty_home_has_no_models(home: Settings) -> None:
    assert names(Catalogue.of(home)) == []


def test_files_are_listed_at_any_depth_sorted_with_their_kinds(home: Settings) -> None:
    for name in ("checkpoints/b.safetensors", "checkpoints/sub/deep/a.SAFETENSORS", "checkpoints/c.sft"):
        write(home.models / name)
    write(home.models / "loras/l.safetensors")
    for name in (
        "checkpoints/readme.txt",
        "checkpoints/.git/x.safetensors",
        "checkpoints/d.safetensors.part",
    ):
        write(home.models / name)
    listed = [f for f in Catalogue.of(home).list() if f.name != POCKET]
    expected = ["b.safetensors", "c.sft", "sub/deep/a.SAFETENSORS", "l.safetensors"]
    assert [f.name for f in listed] == expected
    assert {f.kind for f in listed[:3]} == {"checkpoints"}
    assert listed[3].kind == "loras"
    assert listed[0].size == listed[0].path.stat().st_size


def test_links_are_followed_but_not_in_circles(home: Settings, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere/x.safetensors")
    home.models.mkdir(parents=True)
    (home.models / "loras").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "again").symlink_to(home.models / "loras")
    (tmp_path / "elsewhere" / "gone.safetensors").symlink_to("nowhere")
    assert names(Catalogue.of(home), "loras") == ["x.safetensors"]


def test_an_unknown_kind_names_the_known(home: Settings) -> None:
    with pytest.raises(UsageError, match=r"no kind of model 'lora'.*checkpoints, loras, vae"):
        Catalogue.of(home).list("lora")


# Finding


@pytest.mark.parametrize("name", ["styles/ink", "styles/ink.safetensors"])
def test_found_with_and_without_suffix(home: Settings, name: str) -> None:
    path = write(home.models / "checkpoints/styles/ink.safetensors")
    assert Catalogue.of(home).find(name).path == path


def test_found_by_its_own_path(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "mine.safetensors")
    assert Catalogue.of(home).find(str(path)).path == path
    monkeypatch.chdir(tmp_path)
    assert Catalogue.of(home).find("./mine.safetensors").path == Path("mine.safetensors")


def test_names_do_not_climb_out_of_the_folder(home: Settings) -> None:
    write(home.models / "secret.safetensors")
    (home.models / "checkpoints").mkdir()
    with pytest.raises(ModelNotFoundError):
        Catalogue.of(home).find("../secret")


def test_find_any_prefers_checkpoints(home: Settings) -> None:
    write(home.models / "loras/same.safetensors")
    write(home.models / "loras/only.safetensors")
    write(home.models / "checkpoints/same.safetensors")
    catalogue = Catalogue.of(home)
    assert (catalogue.find_any("same").kind, catalogue.find_any("only").kind) == ("checkpoints", "loras")


def test_not_found_says_what_is_near_and_where_files_go(home: Settings) -> None:
    write(home.models / "checkpoints/sd_xl_base_1.0.safetensors")
    folder = home.models / "checkpoints"
    for find in (Catalogue.of(home).find, Catalogue.of(home).find_any):
        with pytest.raises(ModelNotFoundError) as caught:
            find("sdxl_base")
        assert "did you mean 'sd_xl_base_1.0'?" in str(caught.value)
        assert str(folder) in str(caught.value)


@pytest.mark.parametrize("path", ["/nowhere/x.safetensors", "./x.safetensors", "../x.safetensors", "~/nowhere/x", "."])
def test_a_path_that_is_not_there(home: Settings, path: str) -> None:
    with pytest.raises(ModelNotFoundError, match="there is no file"):
        Catalogue.of(home).find(path)


def test_a_link_to_nothing_is_explained(home: Settings, tmp_path: Path) -> None:
    (home.models / "vae").mkdir(parents=True)
    (home.models / "vae" / "v.safetensors").symlink_to(tmp_path / "moved")
    with pytest.raises(ModelNotFoundError, match=r"links to .*moved, which is gone"):
        Catalogue.of(home).find_any("v")


def test_pocket_is_found_in_the_package(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "files", lambda package: tmp_path)
    with pytest.raises(ModelNotFoundError, match=r"lacks its own model .*pocket\.safetensors; install"):
        Catalogue.of(home).find_any("pocket")
    assert [f.name for f in Catalogue.of(home).list()] == []
    path = write(tmp_path / "data" / "pocket.safetensors")
    assert pocket_path() == path
    assert Catalogue.of(home).find("pocket").path == path
    assert Catalogue.of(home).list()[0].name == POCKET


# Extra_model_paths.yaml


def test_extra_folders_are_searched_after_ours(home: Settings, tmp_path: Path) -> None:
    write(tmp_path / "comfy/models/checkpoints/theirs.safetensors")
    write(tmp_path / "comfy/models/checkpoints/both.safetensors", fill=1)
    ours = write(home.models / "checkpoints/both.safetensors", fill=2)
    extra(home, f"comfyui:\n  base_path: {tmp_path}/comfy\n  checkpoints: models/checkpoints\n")
    catalogue = Catalogue.of(home)
    assert names(catalogue) == ["both.safetensors", "theirs.safetensors"]
    assert catalogue.find("both").path == ours


def test_the_default_section_goes_first(home: Settings, tmp_path: Path) -> None:
    theirs = write(tmp_path / "t/both.safetensors", fill=1)
    write(home.models / "checkpoints/both.safetensors", fill=2)
    extra(home, f"a:\n  is_default: true\n  checkpoints: {tmp_path}/t\n")
    assert Catalogue.of(home).find("both").path == theirs


def test_several_lines_relative_paths_old_and_new_kinds(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_DISK", "disk")
    extra(home, "a:\n  base_path: $MODEL_DISK/m\n  loras: |\n    one\n    two\n  unet: u\n  ipadapter: ip\nb:\n")
    folders = Catalogue.of(home).folders
    base = home.home / "disk" / "m"
    assert folders["loras"] == (home.models / "loras", base / "one", base / "two")
    assert base / "u" in folders["diffusion_models"]
    assert folders["ipadapter"] == (base / "ip",)
    assert "base_path" not in folders


@pytest.mark.parametrize("text", ["- list", "a: text", "a: [1", "a:\n\tb: c", "!!python/object:os.system x"])
def test_a_malformed_file_is_one_line(home: Settings, text: str) -> None:
    extra(home, text)
    with pytest.raises(UsageError, match=EXTRA_FILE) as caught:
        Catalogue.of(home)
    assert "\n" not in str(caught.value)


# Adding


def test_adding_links(home: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "x.safetensors")
    target = destination(Catalogue.of(home), "loras", "my")
    install(file, target)
    assert target == home.models / "loras" / "my.safetensors"
    assert target.is_symlink()
    assert target.samefile(file)


def test_adding_copies(home: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "x.safetensors")
    target = destination(Catalogue.of(home), "checkpoints", file.name)
    seen: list[int] = []
    install(file, target, copy=True, report=seen.append)
    assert not target.is_symlink()
    assert target.read_bytes() == file.read_bytes()
    assert seen[-1] == file.stat().st_size
    assert list(target.parent.iterdir()) == [target]


def test_a_copy_given_up_leaves_nothing(home: Settings, tmp_path: Path) -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    target = destination(Catalogue.of(home), "checkpoints", "x")
    with pytest.raises(KeyboardInterrupt):
        install(write(tmp_path / "x.safetensors"), target, copy=True, report=interrupt)
    assert list(target.parent.iterdir()) == []


def test_a_copy_that_does_not_fit(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=3)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StorageError, match=r"needs 0\.00 GB in .*; make room, or add it without --copy"):
        install(write(tmp_path / "x.safetensors"), tmp_path / "to.safetensors", copy=True)


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "..", "", "a\nb", "x" * 300])
def test_names_that_are_no_names(home: Settings, name: str) -> None:
    with pytest.raises(UsageError):
        destination(Catalogue.of(home), "checkpoints", name)


def test_taken_names_are_refused(home: Settings, tmp_path: Path) -> None:
    write(tmp_path / "more/taken.safetensors")
    extra(home, f"a:\n  loras: {tmp_path}/more\n")
    for kind, name in (("loras", "taken"), ("checkpoints", "pocket")):
        with pytest.raises(UsageError, match="--name"):
            destination(Catalogue.of(home), kind, name)


@pytest.mark.parametrize("name", ["old.ckpt", "old.pt"])
def test_pickles_are_refused(home: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(CheckpointError, match="can run code"):
        install(write(tmp_path / name), tmp_path / "to.safetensors")
    disguised = tmp_path / "p.safetensors"
    disguised.write_bytes(b"PK\x03\x04" * 20)
    with pytest.raises(CheckpointError, match="can run code"):
        install(disguised, tmp_path / "to.safetensors")


@given(st.binary(max_size=64))
def test_no_bytes_are_added_unless_whole(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    folder = tmp_path_factory.mktemp("junk")
    file, target = folder / "x.safetensors", folder / "to.safetensors"
    file.write_bytes(body)
    with pytest.raises(CheckpointError, match=re.escape(str(file))):
        install(file, target)
    assert not target.exists()


# Hashes and verification


def test_a_hash_is_forgotten_when_the_file_changes(book: HashBook, tmp_path: Path) -> None:
    file = write(tmp_path / "x.safetensors")
    assert book.known(file) is None
    book.put(file, sha256_of(file))
    assert book.known(file) == hashlib.sha256(file.read_bytes()).hexdigest()
    os.utime(file, ns=(1, 1))
    assert book.known(file) is None
    assert book.get(file).current is False


def test_a_link_and_its_file_share_a_hash(book: HashBook, tmp_path: Path) -> None:
    file = write(tmp_path / "x.safetensors")
    (tmp_path / "link.safetensors").symlink_to(file)
    book.put(tmp_path / "link.safetensors", "ab")
    assert book.known(file) == "ab"


def test_a_ruined_record_says_which_file(book: HashBook, tmp_path: Path) -> None:
    book.file.parent.mkdir(parents=True)
    book.file.write_text("not a database, whatever its name says")
    with pytest.raises(StorageError, match=r"hashes\.sqlite3 is unusable: .*; remove it"):
        book.put(write(tmp_path / "x.safetensors"), "ab")


def verdict(home: Settings, book: HashBook, name: str, **options: bool) -> tuple[bool, str]:
    found = verify(Catalogue.of(home).find_any(name), book, **options)
    return found.ok, found.finding


def test_the_life_of_a_file(home: Settings, book: HashBook) -> None:
    file = write(home.models / "checkpoints/x.safetensors")
    assert verdict(home, book, "x") == (True, "is readable; its hash is recorded from now on")
    assert verdict(home, book, "x") == (True, "is what was recorded")
    stamp = file.stat().st_mtime_ns
    write(file, fill=1)
    os.utime(file, ns=(stamp, stamp))
    ok, finding = verdict(home, book, "x")
    assert (ok, finding[:10]) == (False, "is damaged")
    os.utime(file, ns=(stamp + 1, stamp + 1))
    ok, finding = verdict(home, book, "x")
    assert (ok, finding[:7]) == (False, "changed")
    assert verdict(home, book, "x", accept=True)[0]
    assert verdict(home, book, "x") == (True, "is what was recorded")


def test_a_truncated_file_does_not_verify(home: Settings, book: HashBook) -> None:
    file = write(home.models / "checkpoints/x.safetensors")
    file.write_bytes(file.read_bytes()[:-1])
    ok, finding = verdict(home, book, "x", accept=True)
    assert not ok
    assert "truncated" in finding


def test_a_published_name_must_be_the_published_file(home: Settings, book: HashBook) -> None:
    write(home.models / "checkpoints/sd_xl_base_1.0.safetensors")
    ok, finding = verdict(home, book, "sd_xl_base_1.0")
    assert not ok
    assert "is not the published sdxl-base" in finding


# Known files and descriptions


def test_known_files_are_well_formed_and_distinct() -> None:
    for file in KNOWN:
        assert file.url.startswith("https://")
        assert file.url.endswith(".safetensors")
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.kind in KINDS
        assert known(file.name) == known(file.file) == known(file.file.removesuffix(".safetensors")) == file
    assert len({f.sha256 for f in KNOWN}) == len({f.name for f in KNOWN}) == len(KNOWN)
    assert known("unheard of") is None


@pytest.mark.parametrize(("dtype", "precision"), [("F16", "fp16"), ("BF16", "bf16"), ("I16", "I16")])
def test_a_file_of_no_family_is_described_by_its_header(tmp_path: Path, dtype: str, precision: str) -> None:
    what = describe(write(tmp_path / "x.safetensors", dtype=dtype, author="me"))
    assert (what.family, what.spec, what.precision) == (None, None, precision)
    assert (what.tensors, what.parameters, what.metadata) == (1, 8, {"author": "me"})
