"""The safetensors reader: what the reference writer wrote it reads, what is damaged it refuses by name."""

import gc
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from dgx_pixels.checkpoint.tensorfile import TensorFile, TensorInfo
from dgx_pixels.checkpoint.writing import Plan, write_tensors
from dgx_pixels.core.errors import CheckpointError, StorageError
from dgx_pixels.core.limits import MAX_HEADER_BYTES

A = {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}
B = {"dtype": "U8", "shape": [4], "data_offsets": [12, 16]}


def raw(path: Path, header: object, data: bytes = bytes(16), length: int | None = None) -> Path:
    """A file of exactly this header, written as it is when it is bytes."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + data)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def test_reads_what_the_reference_writes(path: Path) -> None:
    tensors = {
        "u.weight": np.arange(12, dtype=np.float16).reshape(3, 4),
        "u.bias": np.ones(3, dtype=np.float32),
        "scalar": np.array(7.0, dtype=np.float64),
        "empty": np.zeros((0, 5), dtype=np.int64),
    }
    save_file(tensors, path, metadata={"modelspec.title": "T"})
    with TensorFile(path) as file:
        assert file.metadata == {"modelspec.title": "T"}
        assert set(file.keys()) == set(tensors)
        for name, array in tensors.items():
            buffer = bytearray(file.info(name).nbytes)
            file.read_into(name, buffer)
            assert file.info(name).shape == array.shape
            assert bytes(buffer) == array.tobytes()
        assert file.info("u.weight").dtype == "F16"


def test_reads_a_part_of_a_tensor(path: Path) -> None:
    save_file({"a": np.arange(10, dtype=np.uint8)}, path)
    buffer = bytearray(3)
    with TensorFile(path) as file:
        file.read_into("a", buffer, start=4)
    assert list(buffer) == [4, 5, 6]


def test_a_view_has_the_names_below_its_prefix(path: Path) -> None:
    save_file({"vae.a": np.zeros(2, np.float32), "vae.b.c": np.ones((2, 2), np.float32), "x": np.zeros(1)}, path)
    with TensorFile(path) as file:
        view = file.under("vae.", instead="net.")
        assert sorted(view) == ["net.a", "net.b.c"]
        assert view.key("net.a") == "vae.a"
        assert view["net.b.c"] == file["vae.b.c"]
        buffer = bytearray(16)
        view.read_into("net.b.c", buffer)
        assert np.frombuffer(buffer, np.float32).tolist() == [1.0] * 4
        with pytest.raises(CheckpointError, match=r"vae\.a: expected 4 dimensions, found shape \[2\]"):
            view.shape("net.a", 4)


def test_a_forgotten_file_closes_itself(path: Path) -> None:
    save_file({"a": np.zeros(1)}, path)
    TensorFile(path)
    gc.collect()  # a ResourceWarning would be an error here


def test_a_tensor_that_is_not_there(path: Path) -> None:
    save_file({"a": np.zeros(1)}, path)
    with TensorFile(path) as file, pytest.raises(CheckpointError, match="has no tensor b"):
        file.info("b")


def test_a_file_cut_while_it_is_read(path: Path) -> None:
    save_file({"a": np.zeros(1000)}, path)
    with TensorFile(path) as file:
        with path.open("r+b") as other:
            other.truncate(100)
        with pytest.raises(CheckpointError, match="ends inside a"):
            file.read_into("a", bytearray(8000))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"a": A, "b": {**B, "data_offsets": [13, 17]}}, "b: leaves a gap before it .*byte .*expected"),
        ({"a": A, "b": {**B, "data_offsets": [8, 12]}}, "b: overlaps the tensor before it"),
        ({"a": A, "b": {**B, "data_offsets": [12, 17]}}, "b: U8 .4. needs 4 bytes"),
        ({"a": {**A, "shape": [2, 4]}, "b": B}, r"a: F16 \[2, 4\] needs 16 bytes"),
        ({"a": {**A, "shape": [-2, -3]}, "b": B}, "a: shape .* is not a list of sizes"),
        ({"a": {**A, "shape": [2.0, 3]}, "b": B}, "a: shape .* is not a list of sizes"),
        ({"a": {**A, "dtype": "F4"}, "b": B}, "a: dtype F4 is not one of F64, F32"),
        ({"a": {**A, "data_offsets": [-12, 0]}, "b": B}, "a: F16"),
        ({"a": {"dtype": "F16"}, "b": B}, "a: expected dtype, shape and data_offsets"),
        ({"a": 3}, "a: expected dtype"),
        ({"a": A}, "4 bytes follow the last tensor"),
        ({"__metadata__": {"x": 1}, "a": A, "b": B}, "__metadata__ is not a table of strings"),
        (b'{"a": 1, "a": 2}', "names a twice"),
        (b'{"a": ', "its header is not JSON"),
        (b'{"a": "\xff"}', "its header is not JSON"),
        (b"{" + b'"a":[' * 100_000, "its header is not JSON"),
        ([], "not a safetensors file"),
    ],
)  # fmt: skip
def test_refuses_a_wrong_header(path: Path, header: object, message: str) -> None:
    with pytest.raises(CheckpointError, match=message) as caught:
        TensorFile(raw(path, header))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_refuses_a_truncated_file(path: Path) -> None:
    raw(path, {"a": A, "b": B})
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(CheckpointError, match="truncated: b ends at byte"):
        TensorFile(path)
    path.write_bytes(whole[:20])
    with pytest.raises(CheckpointError, match=r"truncated \(20 bytes; its header alone needs"):
        TensorFile(path)


@pytest.mark.parametrize("length", [MAX_HEADER_BYTES + 1, 2**63])
def test_refuses_a_header_beyond_the_limit(path: Path, length: int) -> None:
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        TensorFile(raw(path, {"a": A, "b": B}, length=length))


@pytest.mark.parametrize("start", [b"", b"abc", b"<!DOCTYPE html>", bytes(100), b"\x89PNG\r\n\x1a\n0000"])
def test_refuses_what_is_something_else(path: Path, start: bytes) -> None:
    path.write_bytes(start)
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        TensorFile(path)


@pytest.mark.parametrize("start", [b"PK\x03\x04" + bytes(30), b"\x80\x02}q\x00(X\x05\x00\x00\x00"])
def test_refuses_pickles_by_their_first_bytes(path: Path, start: bytes) -> None:
    path.write_bytes(start)
    with pytest.raises(CheckpointError, match="pickled checkpoints can run code"):
        TensorFile(path)


@pytest.mark.parametrize("suffix", [".ckpt", ".pt", ".BIN"])
def test_refuses_pickles_by_their_suffix(path: Path, suffix: str) -> None:
    with pytest.raises(CheckpointError, match=r"convert it to \.safetensors"):
        TensorFile(path.with_suffix(suffix))


def test_a_header_whose_length_looks_like_a_pickle_is_read(path: Path) -> None:
    text = json.dumps({"a": A, "b": B}).encode().ljust(0x0280)  # its length starts with pickle's two bytes
    assert list(TensorFile(raw(path, text))) == ["a", "b"]


def test_says_what_a_git_lfs_pointer_is(path: Path) -> None:
    path.write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(CheckpointError, match="git lfs pull"):
        TensorFile(path)


def test_a_missing_file_or_a_folder(path: Path, tmp_path: Path) -> None:
    for wrong in (path, tmp_path):
        with pytest.raises(CheckpointError, match="cannot be opened"):
            TensorFile(wrong)


@given(st.binary(max_size=80))
def test_no_header_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, header: bytes) -> None:
    path = raw(tmp_path_factory.getbasetemp() / "fuzz.safetensors", b"{" + header)
    with pytest.raises(CheckpointError):
        TensorFile(path)


def test_the_writer_writes_what_the_reference_reads(path: Path) -> None:
    from safetensors.numpy import load_file

    plans = {"b": Plan("F32", (2,)), "a": Plan("I64", (1, 2)), "none": Plan("F16", (0,))}
    arrays = {"b": np.array([1.5, 2.5], np.float32), "a": np.array([[3, 4]]), "none": np.zeros(0, np.float16)}
    write_tensors(path, plans, (arrays[name].tobytes() for name in plans), {"k": "v"})
    loaded = load_file(path)
    assert all(np.array_equal(loaded[name], arrays[name]) for name in plans)
    assert TensorFile(path)["b"] == TensorInfo("F32", (2,), 8, TensorFile(path)["b"].offset)
    assert TensorFile(path).metadata == {"k": "v"}
    assert TensorFile(path)["b"].offset % 8 == 0


def test_the_writer_leaves_nothing_half_written(path: Path) -> None:
    with pytest.raises(ValueError, match="b: planned 4 bytes, given 3"):
        write_tensors(path, {"a": Plan("U8", (1,)), "b": Plan("U8", (4,))}, [b"1", b"123"], {})
    assert list(path.parent.iterdir()) == []


def test_the_writer_says_what_the_disk_says(path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        write_tensors(path / "no" / "folder", {}, [], {})
