"""Where a finished picture goes: into a file, down a pipe, and before the eyes of whoever sits at a terminal."""

import os
import shutil
import sys
from typing import TYPE_CHECKING

import typer

from dgx_pixels.core.errors import UsageError

if TYPE_CHECKING:
    from dgx_pixels.draw.api import Sprite
    from dgx_pixels.draw.output import Output


def target_of(output: str, count: int) -> "Output | None":
    """Where ``count`` pictures go; None: to stdout. Raises UsageError and StorageError."""
    from dgx_pixels.draw.output import Output

    if output != "-":
        target = Output.of(output, count)
        target.prepare()
        return target
    if count > 1:
        raise UsageError(f"stdout takes one picture, not {count}; name a folder with -o instead")
    if sys.stdout.isatty():
        raise UsageError("stdout is a terminal; pipe it into a file or a program, or name a file with -o")
    return None


def deliver(sprite: "Sprite", target: "Output | None") -> None:
    """Write a picture where it goes, and its path to stdout. Raises StorageError."""
    if target is None:
        sys.stdout.buffer.write(sprite.png())
        sys.stdout.buffer.flush()
        return
    path = target.write(sprite.png(), sprite.metadata.prompt, sprite.metadata.seed)
    if _shows_colours():
        _display(sprite)
    typer.echo(os.fsencode(path))  # a name need not be text


def _shows_colours() -> bool:
    """Whether stdout is a terminal that can be asked for half blocks in true colour."""
    able = sys.stdout.isatty() and sys.stdout.encoding.lower().startswith("utf")
    return able and os.environ.get("TERM") != "dumb" and "NO_COLOR" not in os.environ


def _display(sprite: "Sprite") -> None:
    from dgx_pixels.cli.terminal import half_blocks, shrunk

    scale = sprite.metadata.scale
    image = sprite.image.reduce(scale) if scale > 1 else sprite.image
    for line in half_blocks(shrunk(image, shutil.get_terminal_size().columns)):
        typer.echo(line, color=True)
