"""A kind of thing the drawer knows: its name, the words for it, and the function that draws it."""

from collections.abc import Callable
from dataclasses import dataclass

from dgx_pixels.train.sprites.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sprite. ``draw`` paints it on a canvas; its colour is ``canvas.main``."""

    name: str
    """Lower case, as a prompt says it: ``health potion``."""
    category: str
    draw: Callable[[Canvas], None]
    also: tuple[str, ...] = ()
    """Synonyms a caption may use instead."""
    natural: tuple[str, ...] = ("grey",)
    """Paint names used when the caption names no colour."""
    materials: tuple[str, ...] = ()
    """Materials that make sense for it (see ``paint.MATERIALS``)."""
    views: tuple[str, ...] = ("front",)
    tile: bool = False
    """Fills the whole square: no outline, no transparency, no attributes."""
    attributes: tuple[str, ...] = ("glowing", "cracked", "tall", "with wings", "sparkling", "small")
    """Attributes that make sense for it (see ``attributes.ATTRIBUTES``)."""
