"""A request with every choice made: what is drawn, and what the finished file says of itself."""

import random
from dataclasses import asdict, dataclass, fields
from types import UnionType
from typing import Any, get_args, get_type_hints

from dgx_pixels import __version__
from dgx_pixels.core.errors import ImageError, UsageError
from dgx_pixels.core.limits import MAX_IMAGE_PIXELS, SPRITE_CELL
from dgx_pixels.draw.models import Model
from dgx_pixels.draw.request import DrawRequest
from dgx_pixels.pixel.snap import default_colours


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSettings:
    """All that one picture follows from: the same settings give the same picture, bit for bit."""

    prompt: str
    negative: str
    model: str
    model_sha256: str
    family: str
    width: int
    """Model pixels."""
    height: int
    """Model pixels."""
    steps: int
    cfg: float
    sampler: str
    scheduler: str
    seed: int
    denoise: float
    init_sha256: str | None
    """Hash of the init image as the model saw it; None where there was none."""
    colours: int | None
    """Most colours of the sprite; None: the model's own pixels."""
    scale: int
    device: str
    """``cpu`` or ``cuda``: other kinds of device round otherwise."""
    dtype: str
    """Precision of the U-Net."""
    version: str = __version__
    """Of dgx-pixels."""

    @property
    def raw(self) -> bool:
        """The model's own pixels were kept."""
        return self.colours is None

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: object) -> "DrawSettings":
        """The inverse of :meth:`to_json`. Raises ImageError for anything else."""
        kinds = {field.name: _kinds(get_type_hints(cls)[field.name]) for field in fields(cls)}
        if not isinstance(given, dict) or set(given) != set(kinds):
            raise ImageError("its settings are not those of this version of dgx-pixels")
        for name, value in given.items():
            if type(value) not in kinds[name]:
                raise ImageError(f"its setting {name} is {value!r:.60}, which dgx-pixels did not write")
        return cls(**given)


def _kinds(hint: Any) -> tuple[type, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def settle(request: DrawRequest, model: Model, device: str, dtype: str, *, has_init: bool = False) -> DrawSettings:
    """The request's first picture, with the model's defaults for what it leaves open, and a seed.

    The hash of its init image is yet to be filled in.

    Raises UsageError where the request does not fit the model.
    """
    _check_fit(request, model, has_init=has_init)
    defaults = model.defaults
    side = request.size * SPRITE_CELL if request.size else defaults.side
    width, height = request.width or request.height or side, request.height or request.width or side
    raw = request.raw or not model.draws_sprites
    _check_finished(width, height, request.scale, cell=1 if raw else SPRITE_CELL)
    return DrawSettings(
        prompt=request.prompt,
        negative=request.negative,
        model=model.name,
        model_sha256=model.sha256,
        family=model.family,
        width=width,
        height=height,
        steps=request.steps or defaults.steps,
        cfg=float(defaults.cfg if request.cfg is None else request.cfg),
        sampler=request.sampler or defaults.sampler,
        scheduler=request.scheduler or defaults.scheduler,
        seed=random_seed() if request.seed is None else request.seed,
        denoise=float(request.denoise or (defaults.denoise if has_init else 1.0)),
        init_sha256=None,
        colours=None if raw else request.colours or default_colours(max(width, height) // SPRITE_CELL),
        scale=request.scale,
        device=device,
        dtype=dtype,
    )


def random_seed() -> int:
    """A seed of at most ten digits, short enough to be typed again."""
    return random.SystemRandom().randrange(2**32)


def _check_fit(request: DrawRequest, model: Model, *, has_init: bool) -> None:
    if not model.draws_sprites and request.size is not None:
        raise UsageError(f"{model.name} draws in model pixels, no sprites of a size; give width and height instead")
    if not model.draws_sprites and request.colours is not None:
        raise UsageError(f"{model.name} draws no sprites, so their colours cannot be limited; drop the colours")
    if not has_init and request.denoise not in {None, 1.0}:
        raise UsageError(f"denoise {request.denoise} needs an init image to keep something of; give one")


def _check_finished(width: int, height: int, scale: int, cell: int) -> None:
    """Refuse a picture that this program itself would not read again."""
    across, down = width // cell * scale, height // cell * scale
    if across * down > MAX_IMAGE_PIXELS:
        raise UsageError(
            f"a scale of {scale} makes {across}x{down} pixels; {MAX_IMAGE_PIXELS} in all are the most, so lower it"
        )
