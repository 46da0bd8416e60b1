"""Attributes: what a caption may say of any sprite ("glowing", "cracked"), as frames before or marks after.

``frame`` gives the canvas a kind is drawn through, ``behind`` draws what lies behind it, ``over`` what lies on it.
"""

import math

import numpy as np

from dgx_pixels.train.sprites.canvas import Canvas

ATTRIBUTES = ("glowing", "cracked", "tall", "with wings", "sparkling", "small", "mossy", "burning", "frozen")


def frame(c: Canvas, attributes: tuple[str, ...]) -> Canvas:
    """The frame the kind is drawn through."""
    if "with wings" in attributes:
        c = c.scaled(0.66, 0.78, about=(0.5, 0.62))
    if "burning" in attributes:
        c = c.scaled(0.84, 0.84, about=(0.5, 0.9))
    if "tall" in attributes:
        c = c.scaled(0.72, 1.0)
    if "small" in attributes:
        c = c.scaled(0.66, 0.66)
    if "glowing" in attributes:
        c = c.scaled(0.84, 0.84)
    return c


def behind(c: Canvas, attributes: tuple[str, ...]) -> None:
    """What lies behind the kind: wings."""
    if "with wings" in attributes:
        ink = c.paint("white")
        for side in (c, c.mirrored()):
            for i, (tip_x, tip_y) in enumerate(((0.03, 0.3), (0.05, 0.47), (0.12, 0.62))):
                root = (0.42, 0.5 + 0.06 * i)
                side.part(side.path([root, ((root[0] + tip_x) / 2, tip_y - 0.12), (tip_x, tip_y)], 0.1, 0.03), ink)


def over(c: Canvas, attributes: tuple[str, ...]) -> None:
    """What lies on the kind: cracks, moss, ice, sparks and flames."""
    if "cracked" in attributes:
        _cracks(c)
    if "mossy" in attributes:
        _coat(c, "leaf", 0.5)
    if "frozen" in attributes:
        _coat(c, "ice", 0.62)
    if "burning" in attributes:
        _flames(c)
    if "sparkling" in attributes:
        _sparks(c)


def around(c: Canvas, attributes: tuple[str, ...]) -> None:
    """What lies around the finished, outlined sprite: light."""
    if "glowing" in attributes:
        _halo(c)


def _inside(c: Canvas) -> tuple[float, float]:
    rows, cols = np.nonzero(c.alpha)
    if not len(rows):
        return 0.5, 0.5
    i = c.brief.rng.randrange(len(rows))
    return (cols[i] + 0.5) / c.size, (rows[i] + 0.5) / c.size


def _cracks(c: Canvas) -> None:
    dark = c.paint("black")
    for _ in range(c.pick(2, 3)):
        x, y = _inside(c)
        angle = c.u(0, 2 * math.pi)
        points = [(x, y)]
        for _ in range(4):
            angle += c.u(-0.9, 0.9)
            x, y = x + 0.11 * math.cos(angle), y + 0.11 * math.sin(angle)
            points.append((x, y))
        c.stroke(points, dark, 0)


def _coat(c: Canvas, name: str, reach: float) -> None:
    """Moss or ice on the upper side: each column is covered to a depth of its own."""
    ink = c.paint(name)
    solid = c.alpha.any(0)
    top = np.where(solid, c.alpha.argmax(0), c.size)
    height = max(int(c.alpha.any(1).sum()), 1)
    depth = np.array([c.u(0.12, reach * 0.62) * height for _ in range(c.size)])
    rows = np.arange(c.size)[:, None]
    mask = c.alpha & (rows < (top + depth)[None])
    noise = np.array([[c.brief.rng.random() for _ in range(c.size)] for _ in range(c.size)])
    tones = np.where(rows == top[None], 4, np.where(noise > 0.7, 2, 3))
    c.rgb[mask] = ink.tones[tones[mask]]
    c.edge[mask] = ink.tones[0]


def _flames(c: Canvas) -> None:
    outer, inner = c.paint("lava"), c.paint("yellow")
    rows, cols = np.nonzero(c.alpha)
    if not len(rows):
        return
    left, right, top = cols.min() / c.size, (cols.max() + 1) / c.size, rows.min() / c.size
    n = 3 if right - left < 0.45 else 4
    for i in range(n):
        x = left + (right - left) * (i + 0.5) / n
        h = c.u(0.16, 0.3)
        base = top + 0.16
        shape = c.polygon(
            (x - 0.09, base),
            (x - 0.05, base - h * 0.6),
            (x + c.u(-0.03, 0.03), base - h - 0.05),
            (x + 0.06, base - h * 0.5),
            (x + 0.09, base),
        )
        c.part(shape, outer, "flat", line=False)
        c.fill(c.ellipse(x, base - 0.02, 0.045, 0.07), inner, 4)


def _sparks(c: Canvas) -> None:
    white = c.paint("white")
    p = c.px
    for _ in range(c.pick(3, 4)):
        x, y = _inside(c)
        x, y = (math.floor(x * c.size) + 0.5) * p, (math.floor(y * c.size) + 0.5) * p
        c.dots([(x, y), (x - p, y), (x + p, y), (x, y - p), (x, y + p)], white, 5, inside=False)


def _halo(c: Canvas) -> None:
    """Two rings of light around the silhouette, the outer one broken."""
    light = c.paint("yellow")
    for tone, broken in ((5, False), (4, True)):
        grown = c.alpha.copy()
        grown[1:] |= c.alpha[:-1]
        grown[:-1] |= c.alpha[1:]
        grown[:, 1:] |= c.alpha[:, :-1]
        grown[:, :-1] |= c.alpha[:, 1:]
        ring = grown & ~c.alpha
        if broken:
            rows, cols = np.indices(ring.shape)
            ring &= (rows + cols) % 2 == 0
        c.rgb[ring] = light.tones[tone]
        c.edge[ring] = light.tones[2]
        c.alpha |= ring
