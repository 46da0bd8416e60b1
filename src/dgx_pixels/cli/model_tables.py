"""How models are shown: the table of a list, the page of one file, the bar of a long read. Knows no disk."""

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

UNKNOWN = "–"
_LONGEST_VALUE = 200  # characters of one metadata value: trainers store whole datasets there
_UNITS = ("B", "kB", "MB", "GB", "TB")

Report = Callable[[int, int | None], None]


def size_text(size: int) -> str:
    """Bytes in decimal units with three digits: ``6.94 GB``."""
    power = min(int(math.log10(size)) // 3, len(_UNITS) - 1) if size else 0
    return f"{size / 1000**power:.3g} {_UNITS[power]}"


def list_table(rows: list[dict[str, Any]]) -> Table:
    """The models as ``models list`` shows them; ``rows`` as its ``--json`` has them."""
    table = Table("name", "kind", "family", "precision", box=None, pad_edge=False, header_style="bold")
    table.add_column("size", justify="right")
    table.add_column("SHA-256")
    for row in rows:
        known = (row[key] or UNKNOWN for key in ("name", "kind", "family", "precision"))
        table.add_row(*map(clean, known), size_text(row["size"]), (row["sha256"] or UNKNOWN)[:12])
    return table


def page(facts: Mapping[str, Any]) -> Table:
    """One file as ``models show`` shows it; ``facts`` as its ``--json`` has them."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for key, value in _lines(facts):
        grid.add_row(clean(key), clean(value))
    return grid


def _lines(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in facts.items():
        if key == "size":
            yield key, f"{size_text(value)} ({value} bytes)"
        elif key == "metadata":
            yield from ((f"metadata {name}", _shortened(text)) for name, text in value.items())
        elif key == "architecture" and value:
            yield from ((part, _words(shape)) for part, shape in value.items() if part != "family")
        else:
            yield key, _words(value)


def _words(value: Any) -> str:
    """A plain value in words: mappings as ``name value`` pairs, sequences spaced, nothing as a dash."""
    if value is None:
        return UNKNOWN
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(v)}" for name, v in value.items())
    return " ".join(map(_words, value)) if isinstance(value, list | tuple) else str(value)


def clean(text: str) -> Text:
    """Text from a file, harmless on a terminal: neither markup nor control characters."""
    return Text("".join(c if c.isprintable() else "·" for c in text))


def _shortened(text: str) -> str:
    return f"{text[:_LONGEST_VALUE]}…" if len(text) > _LONGEST_VALUE else text


def plain(value: Any) -> Any:
    """A dataclass (or None) as JSON-ready tables."""
    return value and asdict(value)


@contextmanager
def progress(title: str, total: int | None = None) -> Generator[Report]:
    """A bar with speed and time left on stderr, while that is a terminal; the function that moves it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    more = (TransferSpeedColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, *more, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done, whole: bar.update(task, completed=done, total=whole or total)
