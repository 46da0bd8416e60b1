"""``dgx-pixels generate``: a prompt becomes sprites on the disk. Its options, and the order of things."""

import gc
import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dgx_pixels.cli.bar import DrawBar
from dgx_pixels.cli.delivery import deliver, target_of
from dgx_pixels.cli.settings import settings_of
from dgx_pixels.core.errors import UsageError

if TYPE_CHECKING:
    from dgx_pixels.core.settings import Settings
    from dgx_pixels.draw.request import DrawRequest
    from dgx_pixels.draw.settled import DrawSettings
    from dgx_pixels.engine.pipeline import Step

_SIZE, _SAMPLING, _FILES, _MACHINE = "Size", "Sampling", "Files", "Machine"
_WHAT = 'What to draw, such as "a red potion".'


def _option(about: str, panel: str | None = None, *names: str) -> Any:
    return typer.Option(*names, help=about, rich_help_panel=panel)


def generate(
    ctx: typer.Context,
    prompt: Annotated[str | None, typer.Argument(metavar="PROMPT", help=_WHAT)] = None,
    *,
    negative: Annotated[str | None, _option("What it should not show.")] = None,
    model: Annotated[str | None, _option("Installed model or path of a file; by default pocket.")] = None,
    count: Annotated[int | None, _option("Pictures to draw; each has one more as its seed.")] = None,
    seed: Annotated[int | None, _option("Same seed, same picture; by default a random one.")] = None,
    size: Annotated[int | None, _option("Sprite pixels: 16, 24, 32, 48 or 64; by default 32.", _SIZE)] = None,
    width: Annotated[int | None, _option("Model pixels, a multiple of 8; a sprite pixel is 8.", _SIZE)] = None,
    height: Annotated[int | None, _option("Like --width.", _SIZE)] = None,
    scale: Annotated[int | None, _option("Enlarge the result this many times.", _SIZE)] = None,
    colours: Annotated[
        int | None,
        _option("Most colours of a sprite; by default 24, above size 32 32.", _SIZE, "--colours", "--colors"),
    ] = None,
    raw: Annotated[bool, _option("Keep the model's own pixels.", _SIZE, "--raw")] = False,
    steps: Annotated[int | None, _option("Sampling steps; by default 20.", _SAMPLING)] = None,
    cfg: Annotated[float | None, _option("How closely to follow the prompt; 5 (Pocket) or 8.", _SAMPLING)] = None,
    sampler: Annotated[str | None, _option("By default euler; a wrong name lists all.", _SAMPLING)] = None,
    scheduler: Annotated[str | None, _option("By default normal; a wrong name lists all.", _SAMPLING)] = None,
    init_image: Annotated[Path | None, _option("Picture to start from.", _FILES)] = None,
    denoise: Annotated[
        float | None, _option("Share of the init image drawn anew; 0.9 (Pocket) or 0.75.", _FILES)
    ] = None,
    like: Annotated[Path | None, _option("Draw this file's picture again; options change it.", _FILES)] = None,
    output: Annotated[
        str, _option("PNG file (written over), folder, or - for stdout.", _FILES, "--output", "-o")
    ] = ".",
    device: Annotated[str | None, _option("auto, cpu, cuda or cuda:N.", _MACHINE)] = None,
    dtype: Annotated[str | None, _option("auto, fp32, fp16 or bf16.", _MACHINE)] = None,
) -> None:
    """Draw a prompt: sprites with Pocket, the model inside, or pictures with an installed SDXL model.

    The paths of what was written go to stdout, or with -o - the PNG itself; all else goes to stderr.
    """
    if ctx.args:
        words = " ".join([prompt or "", *ctx.args])
        raise UsageError(f'put the prompt between quotes: dgx-pixels generate "{words}"')
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


def _generate(
    given: dict[str, Any], like: Path | None, init_image: Path | None, output: str, settings: "Settings"
) -> None:
    # Whatever can be found wrong without torch is found before its seconds are spent.
    from dgx_pixels.draw.models import find_model
    from dgx_pixels.draw.picture_file import read_picture
    from dgx_pixels.draw.png import read_settings
    from dgx_pixels.draw.repeat import check_init, differences

    before = read_settings(like) if like else None
    request = _request(given, before)
    target = target_of(output, request.count)
    init = read_picture(init_image) if init_image else None
    if before:
        check_init(before, has_init=init is not None)
    with DrawBar() as bar, _warnings(settings):
        model = find_model(request.model, settings, lambda done, size: bar.say("reading the model", done, size))
        bar.say(f"loading {model.name}")
        api = _import_api()
        with api.Engine(settings) as engine:
            planned = api.plan(request, engine, init, model)
            for sentence in differences(before, planned.settings) if before else ():
                typer.echo(f"warning: {sentence}", err=True)
            engine.model(model.path)
            bar.say("drawing")
            finished = 0

            def watch(step: "Step") -> None:
                done, total = finished * step.total + step.step, planned.count * step.total
                bar.say(_position(finished, planned.count, step), done, total)

            for sprite in api.draw(planned, engine, watch):
                with bar.paused():
                    deliver(sprite, target)
                    if not finished:
                        typer.echo(f"seed {planned.settings.seed}", err=True)
                finished += 1


def _import_api() -> Any:
    """The module that draws. Importing torch leaves next to no rubbish, and is faster where none is looked for."""
    gc.disable()
    try:
        from dgx_pixels.draw import api
    finally:
        gc.enable()
    return api


def _request(given: dict[str, Any], like: "DrawSettings | None") -> "DrawRequest":
    from dgx_pixels.draw.repeat import request_like
    from dgx_pixels.draw.request import DrawRequest

    if like:
        return request_like(like, given)
    if "prompt" not in given:
        raise UsageError('say what to draw, such as dgx-pixels generate "a red potion"')
    return DrawRequest(**given)


def _position(finished: int, count: int, step: "Step") -> str:
    here = f"step {step.step} of {step.total}"
    return here if count == 1 else f"picture {finished + 1} of {count}, {here}"


@contextmanager
def _warnings(settings: "Settings") -> Generator[None]:
    """Print what the engine has to say of a prompt, one line each on stderr."""
    ours, handler = logging.getLogger("dgx_pixels"), _Stderr()
    ours.addHandler(handler)
    ours.setLevel(settings.log_level.upper())
    try:
        yield
    finally:
        ours.removeHandler(handler)


class _Stderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        typer.echo(f"{record.levelname.lower()}: {record.getMessage()}", err=True)
