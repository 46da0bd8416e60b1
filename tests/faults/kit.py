"""Builds the shim and talks to the driver that runs scenarios under it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def build_shim(folder: Path) -> Path:
    """The shim as a shared library; the test is skipped where there is no C compiler."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("the fault shim needs Linux and a C compiler (cc)")
    library = folder / "shim.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "shim.c"), "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    return library


@dataclass(frozen=True)
class Result:
    killed: bool
    notes: list[tuple[str, str]]

    @property
    def calls(self) -> int | None:
        """Calls that could have been chosen; None if it did not reach its end."""
        return next((int(text) for what, text in self.notes if what == "calls"), None)

    @property
    def error(self) -> str | None:
        return next((text for what, text in self.notes if what == "error"), None)


class Driver:
    """A process that runs scenarios in forked children under the shim."""

    def __init__(self, shim: Path) -> None:
        environment = {
            **os.environ,
            "LD_PRELOAD": str(shim),
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.driver"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def run(self, do: str, root: Path, mode: str = "count", **more: Any) -> Result:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps({'do': do, 'root': str(root), 'mode': mode, **more})}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Result(bool(answer["signal"]), [(what, text) for what, text in answer["notes"]])

    def close(self) -> None:
        self._process.communicate()
