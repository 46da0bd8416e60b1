"""The examples of docs/client.md run as they stand, but for the server's address."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dgx_pixels import client
from serving import ROOT, Server

PAGE = (ROOT / "docs" / "client.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
OURS = "http://127.0.0.1:8188"
PRINTED = ("", "node 3: 20 of 20", "OutputFile", "[", "")


def test_every_error_and_message_is_named() -> None:
    unnamed = {name for name in client.__all__ if f"`{name}`" not in PAGE}
    assert unnamed == {"Message", "OutputFile", "Ticket"}


@pytest.mark.parametrize(("example", "printed"), list(zip(EXAMPLES, PRINTED, strict=True)), ids=range(len(EXAMPLES)))
def test_example(example: str, printed: str, server_process: Server, tmp_path: Path) -> None:
    for name in ("workflows", "src"):
        (tmp_path / name).symlink_to(ROOT / name)
    script = tmp_path / "example.py"
    script.write_text(example.replace("Client()", f'Client("{OURS}")').replace(OURS, server_process.url))
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert printed in done.stdout
    server_process.until_idle()
