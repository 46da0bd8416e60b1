"""Tracebacks as strangers may read them: without the folders of this machine."""

import re
from collections.abc import Iterable
from typing import Final

# A file in a traceback, of which the last folder and the name are enough to find it.
_PLACE: Final = re.compile(r'File "(?:[^"\n]*/)?([^"/\n]+/[^"/\n]+)"')


def without_folders(lines: Iterable[str]) -> list[str]:
    """The lines of a traceback, each file by its name and the folder that it lies in."""
    return [_PLACE.sub(r'File "\1"', line) for line in lines]
