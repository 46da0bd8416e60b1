"""``dgx-pixels show``: what a picture was drawn from."""

import json
from pathlib import Path
from typing import Annotated

import typer


def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PNG file that dgx-pixels wrote.")],
    *,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Print the prompt, the seed and all settings that a picture was drawn from."""
    from dgx_pixels.draw.png import read_settings

    facts = read_settings(file).to_json()
    if json_:
        typer.echo(json.dumps(facts, indent=2))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        if value not in {None, ""}:
            typer.echo(f"{name.replace('_', ' '):<{width}}  {_printable(str(value))}")


def _printable(text: str) -> str:
    """The text without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
