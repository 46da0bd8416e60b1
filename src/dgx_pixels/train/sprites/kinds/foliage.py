"""Leaves and gleams, drawn the same way on fruit, plants and vessels. Knows no kind."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.paint import Paint
from dgx_pixels.train.sprites.shapes import Point


def leaf(
    c: Canvas, root: Point, angle: float, length: float = 0.24, width: float = 0.13, ink: Paint | None = None
) -> None:
    """A pointed leaf growing from ``root`` at ``angle`` degrees, clockwise from the right."""
    ink = ink or c.paint("leaf", "plain")
    t = c.turned(angle, root)
    a, b = length / 2, width / 2
    r = (a * a + b * b) / (2 * b)
    middle = root[0] + a
    blade = t.overlap(t.ellipse(middle, root[1] + r - b, r), t.ellipse(middle, root[1] - r + b, r))
    t.part(blade, ink, "slope")
    if c.size >= 32:
        t.stroke([root, (root[0] + length * 0.75, root[1])], ink, 1)


def shine(c: Canvas, x: float, y: float, r: float = 0.05, ink: Paint | None = None) -> None:
    """A gleam on a rounded side that faces the light."""
    slant = c.line((x - r * 0.6, y + r * 0.7), (x + r * 0.6, y - r * 0.7), r * 0.55)
    c.fill(slant, ink or c.main, 5, inside=True)
