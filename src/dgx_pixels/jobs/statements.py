"""The named SQL statements in ``sql/*.sql`` and the numbered migrations. Knows no database."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def statements() -> Mapping[str, str]:
    """Each statement of ``sql/*.sql`` under its name."""
    found: dict[str, str] = {}
    for file in (files("dgx_pixels.jobs") / "sql").iterdir():
        if file.name.endswith(".sql"):
            _, *parts = _NAME.split(file.read_text("utf-8"))
            found |= {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return found


def migrations() -> list[str]:
    """The steps from an empty database to today's schema, in order."""
    folder = files("dgx_pixels.jobs") / "sql" / "migrations"
    return [file.read_text("utf-8") for file in sorted(folder.iterdir(), key=lambda file: file.name)]
