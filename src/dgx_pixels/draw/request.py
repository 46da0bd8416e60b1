"""What a user asks for, checked where it comes in. Knows no model: what is left open is settled later.

Every fault is a UsageError of one sentence that says what is offered instead.
"""

import math
from dataclasses import dataclass
from typing import Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import (
    MAX_COUNT,
    MAX_PROMPT_CHARS,
    MAX_SEED,
    MAX_SIDE,
    MAX_STEPS,
    SPRITE_CELL,
    SPRITE_SIZES,
)

MIN_SIDE: Final = 16
"""Smallest width or height, in model pixels."""
MAX_CFG: Final = 100.0
MAX_COLOURS: Final = 256
"""Most colours of a sprite: those of an indexed PNG."""
MAX_SCALE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequest:
    """One call of ``generate``. None leaves a choice to the model's own defaults."""

    prompt: str
    negative: str = ""
    """What the picture should not show."""
    model: str = "pocket"
    """Name of an installed model, or path of a file."""
    size: int | None = None
    """Sprite pixels to a side (Pocket); or give ``width`` and ``height``."""
    width: int | None = None
    """Model pixels."""
    height: int | None = None
    """Model pixels."""
    steps: int | None = None
    cfg: float | None = None
    sampler: str | None = None
    scheduler: str | None = None
    seed: int | None = None
    """Of the first picture, the next has one more; None: drawn at random."""
    count: int = 1
    denoise: float | None = None
    """How much of the init image is drawn anew, above 0 up to 1."""
    colours: int | None = None
    """Most colours of a sprite."""
    scale: int = 1
    """Enlargement of the finished picture, by nearest neighbours."""
    raw: bool = False
    """Keep the model's own pixels."""

    def __post_init__(self) -> None:
        """Check every field. Raises UsageError."""
        _check_text("prompt", self.prompt)
        _check_text("negative prompt", self.negative)
        if not self.prompt.strip():
            raise UsageError('the prompt is empty; say what to draw, such as "a red potion"')
        self._check_size()
        _whole("steps", self.steps, 1, MAX_STEPS)
        _whole("seed", self.seed, 0, MAX_SEED)
        _whole("count", self.count, 1, MAX_COUNT)
        _whole("colours", self.colours, 2, MAX_COLOURS)
        _whole("scale", self.scale, 1, MAX_SCALE)
        _real("cfg", self.cfg, 0.0, MAX_CFG)
        _real("denoise", self.denoise, 0.0, 1.0)
        if self.denoise == 0:
            raise UsageError("denoise 0 would draw nothing; it goes up to 1, which keeps nothing of the init image")
        if self.seed is not None and self.seed + self.count - 1 > MAX_SEED:
            raise UsageError(f"seed {self.seed} + {self.count} pictures goes beyond {MAX_SEED}, the largest seed")
        if self.raw and self.colours is not None:
            raise UsageError("raw keeps the model's own pixels, so their colours cannot be limited; drop one of both")

    def _check_size(self) -> None:
        if self.size is not None:
            if self.width is not None or self.height is not None:
                raise UsageError("give either a size in sprite pixels or width and height in model pixels, not both")
            if type(self.size) is not int or self.size not in SPRITE_SIZES:
                offered = ", ".join(map(str, SPRITE_SIZES))
                raise UsageError(f"sprites of size {self.size} are not offered; sizes are {offered}")
        for name, side in (("width", self.width), ("height", self.height)):
            _whole(name, side, MIN_SIDE, MAX_SIDE)
            if side is not None and side % SPRITE_CELL:
                below = side - side % SPRITE_CELL
                raise UsageError(
                    f"{name} {side} is no multiple of {SPRITE_CELL}; {below} and {below + SPRITE_CELL} are"
                )


def _check_text(name: str, text: object) -> None:
    if not isinstance(text, str):
        raise UsageError(f"the {name} is no text but {text!r}")
    if len(text) > MAX_PROMPT_CHARS:
        raise UsageError(f"the {name} has {len(text)} characters; {MAX_PROMPT_CHARS} is the most")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"the {name} is not valid UTF-8 at character {error.start + 1}") from error


def _whole(name: str, value: object, low: int, high: int) -> None:
    if value is not None and not (type(value) is int and low <= value <= high):
        raise UsageError(f"{name} {value} is not offered; it is a whole number from {low} to {high}")


def _real(name: str, value: object, low: float, high: float) -> None:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if value is not None and not low <= number <= high:
        raise UsageError(f"{name} {value} is not offered; it is a number from {low:g} to {high:g}")
