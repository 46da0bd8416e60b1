"""The Python API: a prompt in, sprites out, with everything they were drawn from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.draw.init_image import natural_size, pixels_sha256, prepare_init
from dgx_pixels.draw.models import Model, find_model
from dgx_pixels.draw.output import Output
from dgx_pixels.draw.picture_file import read_picture
from dgx_pixels.draw.png import encode_png
from dgx_pixels.draw.request import DrawRequest
from dgx_pixels.draw.settled import DrawSettings, settle
from dgx_pixels.engine.device import dtype_name
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.pipeline import Job, Watch, check_sampling
from dgx_pixels.pixel.snap import to_sprite

__all__ = ["Engine", "Plan", "Sprite", "draw", "generate_pixel_art", "plan"]


@dataclass(frozen=True, slots=True)
class Sprite:
    """A finished picture and all that it follows from."""

    image: Image.Image
    """RGBA with alpha 0 or 255 for a sprite; the model's own pixels otherwise."""
    metadata: DrawSettings

    def png(self) -> bytes:
        """A PNG file's bytes, the metadata in it."""
        return encode_png(self.image, self.metadata)

    def save(self, target: str | PathLike[str]) -> Path:
        """Write it to a file that ends in ``.png``, or into a folder, and return the path.

        Raises UsageError for another kind of file, StorageError where it cannot be written.
        """
        output = Output.of(target)
        output.prepare()
        return output.write(self.png(), self.metadata.prompt, self.metadata.seed)


def generate_pixel_art(
    prompt: str,
    *,
    engine: Engine | None = None,
    negative: str = "",
    model: str = "pocket",
    size: int | None = None,
    width: int | None = None,
    height: int | None = None,
    steps: int | None = None,
    cfg: float | None = None,
    sampler: str | None = None,
    scheduler: str | None = None,
    seed: int | None = None,
    count: int = 1,
    init_image: Image.Image | str | PathLike[str] | None = None,
    denoise: float | None = None,
    colours: int | None = None,
    scale: int = 1,
    raw: bool = False,
    watch: Watch | None = None,
) -> list[Sprite]:
    """Draw ``count`` pictures of a prompt: picture k has seed + k, and comes out the same when drawn alone.

    The arguments are the options of ``dgx-pixels generate``; None leaves a choice to the model. With an
    ``engine`` its models stay loaded between calls, without one they are loaded for this call alone. ``watch``
    hears of every step; what it raises ends the drawing. Raises the errors of :mod:`dgx_pixels.core.errors`.
    """
    request = DrawRequest(
        prompt=prompt,
        negative=negative,
        model=model,
        size=size,
        width=width,
        height=height,
        steps=steps,
        cfg=cfg,
        sampler=sampler,
        scheduler=scheduler,
        seed=seed,
        count=count,
        denoise=denoise,
        colours=colours,
        scale=scale,
        raw=raw,
    )
    init = read_picture(Path(init_image)) if isinstance(init_image, str | PathLike) else init_image
    if engine is not None:
        return list(draw(plan(request, engine, init), engine, watch))
    with Engine() as own:
        return list(draw(plan(request, own, init), own, watch))


@dataclass(frozen=True, slots=True)
class Plan:
    """Pictures about to be drawn."""

    settings: DrawSettings
    """Of the first."""
    count: int
    model: Model
    init: NDArray[np.uint8] | None
    """(height, width, 4): what the first step starts from."""


def plan(
    request: DrawRequest, engine: Engine, init_image: Image.Image | None = None, model: Model | None = None
) -> Plan:
    """Settle a request for an engine; ``model`` is what it names, looked up where it is None.

    Raises UsageError where the request does not fit the model or names a sampler or schedule that does not
    exist, ModelNotFoundError and CheckpointError.
    """
    model = model or find_model(request.model, engine.settings)
    device, dtype = engine.device.type, dtype_name(engine.dtype)
    request = request if init_image is None else _sized_like(request, init_image, model)
    settings = settle(request, model, device, dtype, has_init=init_image is not None)
    check_sampling(settings.sampler, settings.scheduler)
    init = None
    if init_image is not None:
        init = prepare_init(init_image, settings.width, settings.height, sprite=model.draws_sprites)
        settings = replace(settings, init_sha256=pixels_sha256(init))
    return Plan(settings, request.count, model, init)


def draw(planned: Plan, engine: Engine, watch: Watch | None = None) -> Iterator[Sprite]:
    """The pictures of a plan, each as soon as it is finished. Raises what :meth:`Engine.draw` raises."""
    for k in range(planned.count):
        settings = replace(planned.settings, seed=planned.settings.seed + k)
        picture = engine.draw(planned.model.path, _job(settings, planned.init), watch)
        yield Sprite(_finished(picture, settings), settings)


def _sized_like(request: DrawRequest, init_image: Image.Image, model: Model) -> DrawRequest:
    """The request, of the init image's own size where it leaves that open."""
    natural = natural_size(init_image.size, sprite=model.draws_sprites)
    if natural is None or request.size or request.width or request.height:
        return request
    return replace(request, width=natural[0], height=natural[1])


def _job(settings: DrawSettings, init: NDArray[np.uint8] | None) -> Job:
    return Job(
        prompt=settings.prompt,
        negative=settings.negative,
        width=settings.width,
        height=settings.height,
        steps=settings.steps,
        cfg=settings.cfg,
        sampler=settings.sampler,
        scheduler=settings.scheduler,
        seed=settings.seed,
        denoise=settings.denoise,
        init=init,
    )


def _finished(picture: NDArray[np.uint8], settings: DrawSettings) -> Image.Image:
    """The picture as it goes to the user: a sprite of few colours, or as the model drew it; then enlarged."""
    if settings.colours is not None:
        picture = to_sprite(picture, SPRITE_CELL, settings.colours)
    return Image.fromarray(picture.repeat(settings.scale, 0).repeat(settings.scale, 1))
