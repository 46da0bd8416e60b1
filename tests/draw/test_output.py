"""Files appear whole or not at all, and no other file is lost."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dgx_pixels.core.errors import StorageError, UsageError
from dgx_pixels.draw.output import Output

FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from dgx_pixels.core.errors import StorageError
from dgx_pixels.draw.output import Output
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    Output.of(Path(sys.argv[1])).write(bytes(2000), "x", 1)
except StorageError as error:
    print(error)
"""


def test_a_name_ending_in_png_is_a_file_and_all_else_a_folder(tmp_path: Path) -> None:
    assert Output.of(tmp_path / "x.PNG") == Output(tmp_path, "x.PNG")
    assert Output.of(tmp_path / "new") == Output(tmp_path / "new", None)
    (tmp_path / "folder.png").mkdir()
    assert Output.of(tmp_path / "folder.png") == Output(tmp_path / "folder.png", None)
    assert Output.of(f"{tmp_path}/v1.2/") == Output(tmp_path / "v1.2", None)


def test_other_targets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no PNG"):
        Output.of(tmp_path / "x.jpg")
    (tmp_path / "plain").touch()
    with pytest.raises(UsageError, match="no PNG"):
        Output.of(tmp_path / "plain")
    with pytest.raises(UsageError, match="empty"):
        Output.of("")
    with pytest.raises(UsageError, match="2 pictures"):
        Output.of(tmp_path / "x.png", 2)


def test_files_in_a_folder_are_called_after_prompt_and_seed_and_never_overwritten(tmp_path: Path) -> None:
    output = Output.of(tmp_path / "a" / "b")
    output.prepare()
    names = [output.write(bytes([i]), "A réd potion, (glowing:1.2)!", 42).name for i in range(3)]
    assert names == [f"a-red-potion-glowing-1-2-42{end}.png" for end in ("", "-2", "-3")]
    assert [(output.folder / name).read_bytes() for name in names] == [b"\0", b"\1", b"\2"]


def test_a_prompt_without_letters_is_a_sprite(tmp_path: Path) -> None:
    assert Output.of(tmp_path).write(b"", "火", 1).name == "sprite-1.png"


def test_a_file_named_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"old")
    assert Output.of(tmp_path / "x.png").write(b"new", "x", 1).read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [tmp_path / "x.png"]


def test_others_may_read_what_the_umask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = Output.of(tmp_path).write(b"x", "x", 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "x.png"
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(target)], capture_output=True, text=True, check=True)
    assert "cannot be written (File too large)" in done.stdout
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file/folder", "file/x.png", "file/deep/x.png"):
        with pytest.raises(StorageError, match="file is a file, no folder; name another folder"):
            Output.of(tmp_path / name).prepare()


def test_a_folder_that_vanished_is_an_error_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        Output.of(tmp_path / "gone").write(b"x", "x", 1)
