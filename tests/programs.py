"""System programs that some tests need: skipped with a reason where one is missing, failed where CI promised it."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

PROMISED = "DGX_PIXELS_CI_PROGRAMS"
"""Set by .ci/run, which has installed them: then a missing program is a failure."""


def program(*names: str) -> str:
    """Path of the first of these programs that there is."""
    for name in names:
        if found := shutil.which(name):
            return found
    return _missing(f"needs {' or '.join(names)}, which is not installed")


def unpacked(path: Path, command: str) -> Path:
    """The path, if it is there; ``command`` is what puts it there."""
    if path.exists():
        return path
    return _missing(f"needs {path}, which {command} makes")


def _missing(message: str) -> NoReturn:
    if os.environ.get(PROMISED):
        pytest.fail(message)
    pytest.skip(message)
