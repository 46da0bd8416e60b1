"""What a server leaves for others to read: files for the group, failures without this machine's folders."""

import stat
from pathlib import Path

import pytest

from dgx_pixels.client import Client, JobFailedError
from serving import Running


def test_outputs_are_for_the_group_and_failures_name_no_folders(running: Running, tmp_path: Path) -> None:
    image = {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}}
    save = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "in/it"}}
    snap = {"class_type": "PixelSnap", "inputs": {"image": ["1", 0], "cell": 3, "colours": 0, "scale": 1}}
    with running.server(tmp_path) as server, Client(server.url) as client:
        (file,) = client.run({"1": image, "2": save}, timeout=60).files
        folder = server.home / "output" / file.subfolder
        assert stat.S_IMODE((folder / file.filename).stat().st_mode) == 0o640
        assert stat.S_IMODE(folder.stat().st_mode) == 0o750
        with pytest.raises(JobFailedError, match="no whole cells of 3") as failed:
            client.run({"1": image, "3": snap, "2": save | {"inputs": {"images": ["3", 0], "filename_prefix": "x"}}})
        told = failed.value.record["status"]["messages"][-1][1]
        places = [line for line in told["traceback"] if 'File "' in line]
        assert places
        assert not [line for line in places if 'File "/' in line]
