"""The node packs of this room, and how a server comes by them."""

import shutil
from pathlib import Path

PACKS = Path(__file__).parent / "packs"


def furnish(folder: Path) -> Path:
    """Copy the packs into a folder that is to hold them."""
    shutil.copytree(PACKS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder
