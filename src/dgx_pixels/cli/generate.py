"""``dgx-pixels generate``: a prompt becomes sprites on the disk.

Paths of what was written go to stdout, one a line, and with ``-o -`` the PNG itself; all else goes to stderr.
On a terminal stdout also shows the picture.
"""

import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dgx_pixels.cli.settings import settings_of
from dgx_pixels.core.errors import UsageError

if TYPE_CHECKING:
    from dgx_pixels.draw.api import Plan, Sprite
    from dgx_pixels.draw.output import Output
    from dgx_pixels.draw.settled import DrawSettings
    from dgx_pixels.engine.pipeline import Watch

_SIZE, _SAMPLING, _FILES, _MACHINE = "Size", "Sampling", "Files", "Machine"


def _option(about: str, panel: str | None = None, *names: str) -> Any:
    return typer.Option(*names, help=about, rich_help_panel=panel)


def generate(
    ctx: typer.Context,
    prompt: Annotated[str | None, typer.Argument(help='What to draw, such as "a red potion".')] = None,
    *,
    negative: Annotated[str | None, _option("What it should not show.")] = None,
    model: Annotated[str | None, _option("Installed model or path of a file; by default pocket.")] = None,
    count: Annotated[int | None, _option("Pictures to draw; each has one more as its seed.")] = None,
    seed: Annotated[int | None, _option("Same seed, same picture; by default a random one.")] = None,
    size: Annotated[int | None, _option("Sprite pixels: 16, 24, 32, 48 or 64; by default 32.", _SIZE)] = None,
    width: Annotated[int | None, _option("Model pixels, a multiple of 8; a sprite pixel is 8.", _SIZE)] = None,
    height: Annotated[int | None, _option("Like --width.", _SIZE)] = None,
    scale: Annotated[int | None, _option("Enlarge the result this many times.", _SIZE)] = None,
    colours: Annotated[int | None, _option("Most colours of a sprite.", _SIZE, "--colours", "--colors")] = None,
    raw: Annotated[bool, _option("Keep the model's own pixels.", _SIZE, "--raw")] = False,
    steps: Annotated[int | None, _option("Sampling steps; by default 20.", _SAMPLING)] = None,
    cfg: Annotated[float | None, _option("How closely to follow the prompt.", _SAMPLING)] = None,
    sampler: Annotated[str | None, _option("By default euler.", _SAMPLING)] = None,
    scheduler: Annotated[str | None, _option("By default normal.", _SAMPLING)] = None,
    init_image: Annotated[Path | None, _option("Picture to start from.", _FILES)] = None,
    denoise: Annotated[float | None, _option("Share of the init image drawn anew, up to 1.", _FILES)] = None,
    like: Annotated[Path | None, _option("Draw this file's picture again; options change it.", _FILES)] = None,
    output: Annotated[
        str, _option("PNG file (written over), folder, or - for stdout.", _FILES, "--output", "-o")
    ] = ".",
    device: Annotated[str | None, _option("auto, cpu, cuda or cuda:N.", _MACHINE)] = None,
    dtype: Annotated[str | None, _option("auto, fp32, fp16 or bf16.", _MACHINE)] = None,
) -> None:
    """Draw a prompt: sprites with Pocket, the model inside, or pictures with an installed SDXL model."""
    asked: dict[str, Any] = {
        "prompt": prompt,
        "negative": negative,
        "model": model,
        "count": count,
        "seed": seed,
        "size": size,
        "width": width,
        "height": height,
        "scale": scale,
        "colours": colours,
        "raw": raw or None,
        "steps": steps,
        "cfg": cfg,
        "sampler": sampler,
        "scheduler": scheduler,
        "denoise": denoise,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    _generate(given, like, init_image, output, settings_of(ctx, device=device, dtype=dtype))


def _generate(given: dict[str, Any], like: Path | None, init_image: Path | None, output: str, settings: Any) -> None:
    # Whatever can be found wrong without torch is found before its seconds are spent.
    from dgx_pixels.draw.models import find_model
    from dgx_pixels.draw.picture_file import read_picture
    from dgx_pixels.draw.png import read_settings
    from dgx_pixels.draw.repeat import check_init

    before = read_settings(like) if like else None
    request = _request(given, before)
    target = _target(output, request.count)
    init = read_picture(init_image) if init_image else None
    if before:
        check_init(before, has_init=init is not None)
    model = find_model(request.model, settings)

    from dgx_pixels.draw.api import Engine, draw, plan

    with Engine(settings) as engine:
        planned = plan(request, engine, init, model)
        _announce(planned, before)
        with _progress(planned) as watch:
            for sprite in draw(planned, engine, watch):
                _deliver(sprite, target)


def _request(given: dict[str, Any], like: "DrawSettings | None") -> Any:
    from dgx_pixels.draw.repeat import request_like
    from dgx_pixels.draw.request import DrawRequest

    if like:
        return request_like(like, given)
    if "prompt" not in given:
        raise UsageError('say what to draw, such as dgx-pixels generate "a red potion"')
    return DrawRequest(**given)


def _target(output: str, count: int) -> "Output | None":
    """Where the pictures go; None for stdout. Raises UsageError and StorageError."""
    from dgx_pixels.draw.output import Output

    if output != "-":
        target = Output.of(Path(output), count)
        target.prepare()
        return target
    if count > 1:
        raise UsageError(f"stdout takes one picture, not {count}; name a folder with -o instead")
    if sys.stdout.isatty():
        raise UsageError("stdout is a terminal; pipe it into a file or a program, or name a file with -o")
    return None


def _announce(planned: "Plan", before: "DrawSettings | None") -> None:
    from dgx_pixels.draw.repeat import differences

    for sentence in differences(before, planned.settings) if before else ():
        typer.echo(f"warning: {sentence}", err=True)
    typer.echo(f"seed {planned.settings.seed}", err=True)


@contextmanager
def _progress(planned: "Plan") -> Generator["Watch"]:
    """A bar on stderr with the step and the time left, where stderr is a terminal; yields what moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(f"loading {planned.model.name}", total=None)
        drawn = 0

        def watch(progress: Any) -> None:
            nonlocal drawn
            every = progress.total * planned.count
            drawn += 1
            bar.update(task, description="drawing", completed=drawn, total=every)

        yield watch


def _deliver(sprite: "Sprite", target: "Output | None") -> None:
    if target is None:
        sys.stdout.buffer.write(sprite.png())
        sys.stdout.buffer.flush()
        return
    path = target.write(sprite.png(), sprite.metadata.prompt, sprite.metadata.seed)
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and "NO_COLOR" not in os.environ:
        _display(sprite)
    typer.echo(path)


def _display(sprite: "Sprite") -> None:
    from dgx_pixels.cli.terminal import half_blocks, shrunk

    scale = sprite.metadata.scale
    image = sprite.image.reduce(scale) if scale > 1 else sprite.image
    for line in half_blocks(shrunk(image, shutil.get_terminal_size().columns)):
        typer.echo(line, color=True)
