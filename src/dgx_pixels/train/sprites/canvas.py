"""The canvas a kind is drawn on: shapes laid over each other, each lit, textured and drawn in a ramp of tones.

Coordinates are widths of the canvas: (0, 0) is the top left corner, (1, 1) the bottom right. Nothing is
anti-aliased: a sprite pixel belongs to a part or it does not. Knows no kind, no caption and no attribute.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from dgx_pixels.train.sprites import shapes
from dgx_pixels.train.sprites.paint import TONES, Paint, Texture, paint
from dgx_pixels.train.sprites.shapes import Field, Point

Form = Literal["round", "bevel", "flat", "slope"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Brief:
    """What every drawing may ask: colours, light and the chance that makes no two alike."""

    main: Paint
    """The colour or material the caption names."""
    second: Paint
    """A colour that goes with it: "with ..." in the caption."""
    rng: random.Random
    light: tuple[float, float, float] = (-0.5, -0.65, 0.57)
    """Unit vector towards the light (x right, y down, z to the viewer)."""
    view: str = "front"
    """``front``, ``side`` or ``top-down``, among those the kind has."""
    lines: bool = True
    """Parts are set off from those below them by a dark line where there is room."""


@dataclass(slots=True)
class Canvas:
    """A drawing in progress of ``size`` x ``size`` sprite pixels."""

    size: int
    brief: Brief
    x: Field = field(init=False)
    y: Field = field(init=False)
    rgb: NDArray[np.uint8] = field(init=False)
    """(size, size, 3); white where nothing is drawn."""
    alpha: NDArray[np.bool_] = field(init=False)
    edge: NDArray[np.uint8] = field(init=False)
    """(size, size, 3): darkest tone of the paint at each pixel, for the outline."""

    def __post_init__(self) -> None:
        centres = (np.arange(self.size, dtype=np.float32) + 0.5) / self.size
        self.y, self.x = np.meshgrid(centres, centres, indexing="ij")
        self.rgb = np.full((self.size, self.size, 3), 255, np.uint8)
        self.alpha = np.zeros((self.size, self.size), bool)
        self.edge = np.zeros((self.size, self.size, 3), np.uint8)

    # -- chance and paints ------------------------------------------------------------------------------

    @property
    def main(self) -> Paint:
        """The paint the caption names."""
        return self.brief.main

    @property
    def second(self) -> Paint:
        """The paint that goes with it."""
        return self.brief.second

    @property
    def px(self) -> float:
        """Width of a sprite pixel."""
        return 1 / self.size

    def u(self, low: float, high: float) -> float:
        """A number between ``low`` and ``high``."""
        return self.brief.rng.uniform(low, high)

    def pick(self, *options: T) -> T:
        """One of the options."""
        return self.brief.rng.choice(options)

    def chance(self, p: float) -> bool:
        """True with probability ``p``."""
        return self.brief.rng.random() < p

    def paint(self, name: str, texture: Texture | None = None) -> Paint:
        """A named paint (see ``paint.COLOURS``, ``MATERIALS``, ``EXTRAS``)."""
        return paint(name, texture=texture)

    # -- the frame of reference -------------------------------------------------------------------------

    def turned(self, degrees: float, about: Point = (0.5, 0.5)) -> "Canvas":
        """The same canvas seen through a frame turned clockwise: what is drawn upright there leans here."""
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        dx, dy = self.x - about[0], self.y - about[1]
        return self._through(about[0] + c * dx + s * dy, about[1] - s * dx + c * dy)

    def scaled(self, sx: float, sy: float, about: Point = (0.5, 0.5)) -> "Canvas":
        """The same canvas through a frame that makes everything ``sx`` times wider and ``sy`` times taller."""
        return self._through(about[0] + (self.x - about[0]) / sx, about[1] + (self.y - about[1]) / sy)

    def moved(self, dx: float, dy: float) -> "Canvas":
        """The same canvas through a frame moved right by ``dx`` and down by ``dy``."""
        return self._through(self.x - dx, self.y - dy)

    def mirrored(self) -> "Canvas":
        """The same canvas, left and right exchanged."""
        return self._through(1 - self.x, self.y)

    def _through(self, x: Field, y: Field) -> "Canvas":
        view = replace(self)
        view.x, view.y = x, y
        view.rgb, view.alpha, view.edge = self.rgb, self.alpha, self.edge
        return view

    # -- shapes -----------------------------------------------------------------------------------------

    def ellipse(self, cx: float, cy: float, rx: float, ry: float | None = None) -> Field:
        """An ellipse about (cx, cy); a circle where ``ry`` is not given."""
        return shapes.ellipse(self.x, self.y, cx, cy, rx, rx if ry is None else ry)

    def box(self, x0: float, y0: float, x1: float, y1: float, r: float = 0.0) -> Field:
        """A rectangle between two corners, rounded by ``r``."""
        return shapes.box(self.x, self.y, x0, y0, x1, y1, r)

    def line(self, a: Point, b: Point, ra: float, rb: float | None = None) -> Field:
        """A straight line with round ends, of radius ``ra`` at ``a`` and ``rb`` at ``b``."""
        return shapes.capsule(self.x, self.y, a, b, ra, rb)

    def path(self, points: Sequence[Point], ra: float, rb: float | None = None) -> Field:
        """A thick line through ``points``, tapering from ``ra`` to ``rb``."""
        rb = ra if rb is None else rb
        n = len(points) - 1
        radius = [ra + (rb - ra) * i / n for i in range(n + 1)]
        return shapes.union(*(self.line(points[i], points[i + 1], radius[i], radius[i + 1]) for i in range(n)))

    def polygon(self, *points: Point) -> Field:
        """A polygon through ``points``."""
        return shapes.polygon(self.x, self.y, points)

    def mirror_polygon(self, *points: Point, axis: float = 0.5) -> Field:
        """A polygon symmetric about x = ``axis``, of which ``points`` are the right half, top to bottom."""
        return self.polygon(*points, *((2 * axis - px, py) for px, py in reversed(points)))

    def ring(self, cx: float, cy: float, r: float, w: float, squash: float = 1.0) -> Field:
        """A ring of radius ``r`` and thickness ``w``; ``squash`` < 1 flattens it."""
        outer = self.ellipse(cx, cy, r + w / 2, (r + w / 2) * squash)
        return shapes.cut(outer, self.ellipse(cx, cy, max(r - w / 2, 1e-3), max((r - w / 2) * squash, 1e-3)))

    def arc(self, cx: float, cy: float, r: float, w: float, start: float, end: float) -> Field:
        """Part of a ring between two angles in degrees, clockwise from the right (90 is down)."""
        n = max(3, int(abs(end - start) / 15))
        angles = [math.radians(start + (end - start) * i / n) for i in range(n + 1)]
        return self.path([(cx + r * math.cos(a), cy + r * math.sin(a)) for a in angles], w / 2)

    def star(self, cx: float, cy: float, outer: float, inner: float, spikes: int, turn: float = 0.0) -> Field:
        """A star (or, with ``inner`` = ``outer``, a regular polygon) with its first spike upwards."""
        points: list[Point] = []
        for i in range(2 * spikes):
            a = math.radians(turn) + math.pi * i / spikes - math.pi / 2
            r = inner if i % 2 else outer
            points.append((cx + r * math.cos(a), cy + r * math.sin(a)))
        return self.polygon(*points)

    @staticmethod
    def union(*fields: Field) -> Field:
        """Inside of any."""
        return shapes.union(*fields)

    @staticmethod
    def overlap(*fields: Field) -> Field:
        """Inside of all."""
        return shapes.overlap(*fields)

    @staticmethod
    def cut(field: Field, *holes: Field) -> Field:
        """Inside of ``field`` and of no hole."""
        return shapes.cut(field, *holes)

    # -- painting ---------------------------------------------------------------------------------------

    def part(
        self,
        shape: Field,
        ink: Paint,
        form: Form = "round",
        *,
        tone: float = 0.0,
        depth: float | None = None,
        line: bool | None = None,
    ) -> NDArray[np.bool_]:
        """Lay a shape over what is there, lit from ``brief.light``; returns its mask (size, size).

        ``round``: bulges over its whole width; ``bevel``: flat with a lit rim of ``depth``; ``flat``: one
        tone; ``slope``: lighter towards the light. ``tone`` makes it lighter (+1: one tone) or darker.
        ``line``: a dark line where the part lies over others (default: from 24 pixels on).
        """
        mask = shape < 0
        if not mask.any():
            return mask
        lit = self._light(shape, mask, form, depth) + self._texture(ink.texture, mask)
        # Body tones are 1..4 and a highlight 5: flat light (0.5) falls on tone 3, the named colour.
        index = np.clip(np.floor(1 + 4 * lit + tone + 0.3), 1, TONES - 1).astype(np.intp)
        if line if line is not None else (self.brief.lines and self.size >= 24):
            self._set_off(mask)
        self.rgb[mask] = ink.tones[index[mask]]
        self.edge[mask] = ink.tones[0]
        self.alpha |= mask
        return mask

    def stroke(self, points: Sequence[Point], ink: Paint, tone: int = 0, *, inside: bool = True) -> None:
        """A line one pixel wide through ``points``; ``inside`` keeps it on what is already drawn."""
        self._put(self.path(points, 0.55 * self.px) < 0, ink, tone, inside=inside)

    def dots(self, points: Sequence[Point], ink: Paint, tone: int = 3, *, inside: bool = True) -> None:
        """A pixel at each point (two by two from 48 pixels on)."""
        r = (0.5 if self.size < 40 else 1.0) * self.px
        hit = [np.maximum(abs(self.x - px), abs(self.y - py)) <= r * 1.001 for px, py in points]
        if hit:
            self._put(np.logical_or.reduce(hit), ink, tone, inside=inside)

    def fill(self, shape: Field, ink: Paint, tone: int = 3, *, inside: bool = False) -> None:
        """A shape in one tone with no light, line or texture (eyes, marks, windows)."""
        self._put(shape < 0, ink, tone, inside=inside)

    def erase(self, shape: Field) -> None:
        """Cut a shape out of everything drawn so far."""
        mask = shape < 0
        self.alpha &= ~mask
        self.rgb[mask] = 255

    def _put(self, mask: NDArray[np.bool_], ink: Paint, tone: int, *, inside: bool) -> None:
        if inside:
            mask = mask & self.alpha
        self.rgb[mask] = ink.tones[tone]
        self.edge[mask] = ink.tones[0]
        self.alpha |= mask

    def _light(self, shape: Field, mask: NDArray[np.bool_], form: Form, depth: float | None) -> Field:
        """Light on each pixel, 0 (dark) to 1, of a surface bulging out of the shape's distance field."""
        lx, ly, lz = self.brief.light
        if form == "flat":
            return np.full_like(shape, 0.5)
        if form == "slope":
            along = self._axis(mask, lx, ly)
            return (0.5 + 0.32 * along).astype(np.float32)
        gy, gx = np.gradient(shape)
        norm = np.maximum(np.hypot(gx, gy), 1e-6)
        thickness = max(float(-shape[mask].min()), self.px)
        rim = thickness if form == "round" else (depth or 2.2 * self.px)
        lean = np.clip(1 + shape / rim, 0, 1) * 0.95
        facing = lean * (gx * lx + gy * ly) / norm + np.sqrt(1 - lean * lean) * lz
        return (0.5 + 0.62 * (facing - lz * 0.85)).astype(np.float32)

    def _axis(self, mask: NDArray[np.bool_], lx: float, ly: float) -> Field:
        """Position of each pixel along the light's direction, -1 (far end of the mask) to 1."""
        rows, cols = np.indices(mask.shape)
        along: Field = np.asarray(cols * lx + rows * ly, np.float32)
        low, high = float(along[mask].min()), float(along[mask].max())
        return np.asarray(2 * (along - low) / max(high - low, 1e-6) - 1, np.float32)

    def _texture(self, texture: Texture, mask: NDArray[np.bool_]) -> Field | float:
        """What a material adds to the light."""
        if texture == "plain":
            return 0.0
        u, v = self._axis(mask, 0.6, 0.8), self._axis(mask, 0.8, -0.6)
        if texture == "metal":
            gleam = np.exp(-(((v - self.u(-0.4, 0.3)) / 0.22) ** 2))
            return (0.26 * gleam - 0.05).astype(np.float32)
        if texture == "wood":
            return (0.11 * np.sign(np.sin(self.x * 21 + 1.5 * np.sin(self.y * 7)))).astype(np.float32)
        if texture == "crystal":
            facets = np.sign(np.sin(5.2 * u + self.u(0, 6))) + np.sign(np.sin(4.3 * v + self.u(0, 6)))
            return (0.13 * facets).astype(np.float32)
        seed = self.brief.rng.getrandbits(32)
        noise = np.random.default_rng(seed).random(mask.shape, dtype=np.float32)
        amount = {"stone": 0.16, "leaf": 0.12, "fur": 0.12}[texture]
        return np.where(noise > 0.82, amount * 1.6, np.where(noise < 0.14, -amount * 1.6, 0)).astype(np.float32)

    def _set_off(self, mask: NDArray[np.bool_]) -> None:
        """Darken what lies just outside a new part, so that the part reads as being in front."""
        around = np.zeros_like(mask)
        around[1:] |= mask[:-1]
        around[:-1] |= mask[1:]
        around[:, 1:] |= mask[:, :-1]
        around[:, :-1] |= mask[:, 1:]
        around &= self.alpha & ~mask
        self.rgb[around] = self.edge[around]
