"""Shapes as signed distance fields on a unit square: negative inside, positive outside, in widths of the canvas.

A shape is an array (size, size). Shapes combine with ``union``, ``cut`` and ``overlap``.
Formulas: Inigo Quilez, "2D distance functions" (articles/distfunctions2d).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[Any]
"""Distances (size, size), floating point."""
Point = tuple[float, float]


def ellipse(x: Field, y: Field, cx: float, cy: float, rx: float, ry: float) -> Field:
    """Ellipse of half-axes ``rx`` and ``ry`` about (cx, cy); distance is exact for circles."""
    u, v = (x - cx) / rx, (y - cy) / ry
    return (np.sqrt(u * u + v * v) - 1) * min(rx, ry)


def box(x: Field, y: Field, x0: float, y0: float, x1: float, y1: float, r: float = 0.0) -> Field:
    """Upright rectangle between two corners, its corners rounded by ``r``."""
    qx = np.abs(x - (x0 + x1) / 2) - (x1 - x0) / 2 + r
    qy = np.abs(y - (y0 + y1) / 2) - (y1 - y0) / 2 + r
    outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0))
    return outside + np.minimum(np.maximum(qx, qy), 0) - r


def capsule(x: Field, y: Field, a: Point, b: Point, ra: float, rb: float | None = None) -> Field:
    """Line from ``a`` to ``b`` with round ends, of radius ``ra`` at a and ``rb`` at b."""
    rb = ra if rb is None else rb
    dx, dy = b[0] - a[0], b[1] - a[1]
    px, py = x - a[0], y - a[1]
    t = np.clip((px * dx + py * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    return np.hypot(px - t * dx, py - t * dy) - (ra + t * (rb - ra))


def polygon(x: Field, y: Field, points: Sequence[Point]) -> Field:
    """Simple polygon through ``points``, convex or not."""
    best = np.full_like(x, np.inf)
    inside = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        ex, ey = bx - ax, by - ay
        px, py = x - ax, y - ay
        t = np.clip((px * ex + py * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
        best = np.minimum(best, (px - t * ex) ** 2 + (py - t * ey) ** 2)
        if ay != by:
            inside ^= ((ay > y) != (by > y)) & (px < ex * (py / ey))
    return np.where(inside, -1, 1) * np.sqrt(best)


def union(*fields: Field) -> Field:
    """Inside of any."""
    return np.minimum.reduce(fields)


def overlap(*fields: Field) -> Field:
    """Inside of all."""
    return np.maximum.reduce(fields)


def cut(field: Field, *holes: Field) -> Field:
    """Inside of ``field`` and of none of the ``holes``."""
    return np.maximum.reduce((field, *(-h for h in holes)))


def grown(field: Field, by: float) -> Field:
    """The shape with its border moved outwards by ``by``."""
    return field - by
