"""Effects: what flashes, burns, splashes and bursts."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.shapes import Point


def _ray(angle: float, r: float) -> Point:
    """The point at a distance from the middle, in degrees clockwise from the right."""
    return 0.5 + r * math.cos(math.radians(angle)), 0.5 + r * math.sin(math.radians(angle))


def _explosion(c: Canvas) -> None:
    n = c.pick(8, 9, 11)
    for r, tone in ((0.49, -2.0), (0.38, 0.0), (0.25, 2.0)):
        c.part(c.star(0.5, 0.5, r, r * c.u(0.58, 0.66), n, c.u(0, 30)), c.main, "flat", tone=tone, line=False)
    c.fill(c.ellipse(0.5, 0.5, 0.1), c.paint("white"), 4)


def _firework(c: Canvas) -> None:
    n, turn = c.pick(8, 8, 10), c.u(0, 40)
    for i in range(n):
        a, trim = turn + 360 * i / n, c.pick(c.main, c.main, c.second)
        c.part(c.line(_ray(a, 0.17), _ray(a, 0.3), 0.02, 0.05), c.main, "flat", tone=1, line=False)
        c.part(c.ellipse(*_ray(a, 0.44), 0.055), trim, "flat", line=False)
    c.part(c.star(0.5, 0.5, 0.12, 0.07, 4), c.main, "flat", tone=2, line=False)


def _flame(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    lean, lick = c.u(-0.08, 0.08), c.u(0.12, 0.3)
    c.part(c.polygon((0.5 + lean, 0.01), (0.66, 0.28), (0.8, lick), (0.9, 0.6), (0.86, 0.8), (0.74, 0.92), (0.5, 0.98),
                     (0.26, 0.92), (0.14, 0.8), (0.1, 0.6), (0.2, 0.34), (0.36, 0.42)), c.main, "flat",
           tone=-1)  # fmt: skip
    inner = c.polygon(
        (0.5 + lean / 2, c.u(0.26, 0.38)), (0.66, 0.54), (0.73, 0.76), (0.5, 0.95), (0.27, 0.76), (0.36, 0.58)
    )
    c.part(inner, c.main, "flat", tone=1, line=False)
    c.fill(
        c.union(c.ellipse(0.5, 0.83, 0.12, 0.1), c.polygon((0.5, 0.6), (0.6, 0.8), (0.4, 0.8))), c.paint("yellow"), 5
    )


def _fireball(c: Canvas) -> None:
    c = c.turned(c.pick(0, 15, -20)).scaled(0.93, 0.93)
    tail = c.polygon((0.98, 0.16), (0.74, 0.16), (0.84, 0.03), (0.3, 0.28), (0.42, 0.9), (0.94, 0.62), (0.72, 0.6),
                     (0.97, 0.38))  # fmt: skip
    c.part(tail, c.main, "flat", tone=-1)
    c.part(c.polygon((0.84, 0.22), (0.3, 0.36), (0.42, 0.82), (0.74, 0.5)), c.main, "flat", tone=0.6, line=False)
    c.part(c.ellipse(0.34, 0.62, c.u(0.29, 0.32)), c.main)
    c.fill(c.ellipse(0.3, 0.65, 0.13), c.paint("yellow"), 5)


def _smoke(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    spots = (
        (0.5, 0.9, 0.09),
        (0.42, 0.74, 0.15),
        (0.6, 0.62, 0.17),
        (0.32, 0.46, 0.2),
        (0.7, 0.38, 0.2),
        (0.48, 0.24, 0.22),
    )
    puffs = [(x + c.u(-0.04, 0.04), y, r * c.u(0.95, 1.1)) for x, y, r in spots]
    plume = c.union(*(c.ellipse(*puff) for puff in puffs))
    c.part(plume, c.main, "flat", tone=-1)
    for shift, tone in ((0.05, 0.2), (0.1, 1.4)):
        inner = c.union(*(c.ellipse(x - shift * 0.6, y - shift * 0.7, r - shift) for x, y, r in puffs if r > 0.12))
        c.part(c.overlap(inner, plume), c.main, "flat", tone=tone, line=False)
    for x, y, r in puffs[2:5]:
        c.fill(c.arc(x, y, r * 0.6, 0.6 * c.px, 20, 130), c.main, 1)


def _cloud(c: Canvas) -> None:
    floor = c.box(-1, -1, 2, 0.82)
    puffs = (
        (0.22, 0.62, 0.19),
        (0.78, 0.6, 0.2),
        (0.36, 0.44, 0.2),
        (0.6, 0.4, 0.24),
        (0.4, 0.66, 0.18),
        (0.6, 0.66, 0.18),
    )
    for x, y, r in puffs:
        puff = c.ellipse(x + c.u(-0.03, 0.03), y, r * c.u(0.94, 1.08))
        c.part(c.overlap(puff, floor), c.main, tone=0.3, line=False)


def _splash(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.84, 0.47, 0.13), c.main, tone=-0.6)
    c.part(c.ellipse(0.5, 0.83, 0.34, 0.08), c.main, "flat", tone=1, line=False)
    high = c.u(0.24, 0.34)
    for side in (c, c.mirrored()):
        side.part(side.path([(0.4, 0.82), (0.3, 0.58), (0.18, 0.48), (0.06, 0.56)], 0.09, 0.035), side.main, line=False)
        side.part(side.path([(0.46, 0.82), (0.4, 0.5), (0.28, high)], 0.09, 0.035), side.main, line=False)
    c.part(c.line((0.5, 0.84), (0.5, 0.38), 0.12, 0.06), c.main, line=False)
    for x, y in ((0.5, 0.16), (c.u(0.1, 0.2), 0.26), (c.u(0.8, 0.9), 0.3)):
        c.part(c.ellipse(x, y, 0.06, 0.08), c.main)


def _wave(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    top = c.u(0.14, 0.2)
    crest = [(0.18, 0.82), (0.17, 0.6), (0.27, 0.36), (0.46, top + 0.04), (0.68, top + 0.02), (0.84, 0.3), (0.82, 0.46)]
    swell = c.polygon((0.03, 0.94), (0.02, 0.78), (0.12, 0.6), (0.36, 0.5), (0.46, 0.7), (0.62, 0.8), (0.82, 0.78),
                      (0.98, 0.7), (0.95, 0.94), (0.8, 0.98), (0.2, 0.98))  # fmt: skip
    c.part(c.union(c.path(crest, 0.15, 0.06), swell), c.main, "slope")
    for shade in ([(0.26, 0.8), (0.32, 0.56), (0.46, 0.36), (0.66, 0.3)], [(0.42, 0.9), (0.44, 0.76), (0.52, 0.66)]):
        c.stroke(shade, c.main, 1)
    foam = [(0.4, top), (0.54, top - 0.06), (0.7, top - 0.04), (0.84, top + 0.08), (0.91, 0.34), (0.85, 0.48)]
    c.part(c.union(c.path(foam, 0.045), *(c.ellipse(x, y, c.u(0.05, 0.08)) for x, y in foam)), c.paint("white"))


def _drop(c: Canvas) -> None:
    r = c.u(0.29, 0.34)
    c.part(
        c.union(c.ellipse(0.5, 0.97 - r, r), c.mirror_polygon((0.5, 0.02), (0.5 + r * 0.94, 0.86 - r), (0.5, 0.9))),
        c.main,
        "slope",
    )
    c.fill(c.arc(0.5, 0.97 - r, r * 0.66, 0.07, 130, 200), c.main, 5)


def _bubble(c: Canvas) -> None:
    r = c.u(0.38, 0.44)
    c.part(c.ellipse(0.5, 0.5, r + 0.05), c.main, "flat", tone=-1)
    c.part(c.ellipse(0.5, 0.5, r - 0.04), c.main, "flat", tone=0.6, line=False)
    c.fill(c.arc(0.5, 0.5, r * 0.66, 0.09, 190, 250), c.paint("white"), 5)
    c.fill(c.arc(0.5, 0.5, r * 0.72, 0.05, 20, 70), c.main, 5)


def _snowflake(c: Canvas) -> None:
    twig, side = c.u(0.14, 0.2), c.chance(0.5)
    for i in range(6):
        t = c.turned(60 * i)
        arm = t.union(t.line((0.5, 0.5), (0.5, 0.05), 0.045), t.line((0.5, 0.22), (0.5 - twig, 0.12), 0.036),
                      t.line((0.5, 0.22), (0.5 + twig, 0.12), 0.036))  # fmt: skip
        t.part(arm, t.main, "flat", line=False)
    core = c.star(0.5, 0.5, 0.15, 0.13, 6) if side else c.ellipse(0.5, 0.5, 0.1)
    c.part(core, c.main, "flat", tone=1, line=False)


def _magic_circle(c: Canvas) -> None:
    n, hop = c.pick((3, 1), (4, 1), (5, 2), (6, 2))
    line = max(0.024, 0.6 * c.px)
    c.part(c.ring(0.5, 0.5, 0.45, max(0.07, 1.2 * c.px)), c.main, "flat", tone=-0.5)
    tips = [_ray(360 * i / n - 90, 0.4) for i in range(n)]
    c.part(
        c.union(*(c.line(tips[i], tips[(i + hop) % n], line) for i in range(n))), c.main, "flat", tone=0.8, line=False
    )
    if c.size >= 24:
        c.part(c.ring(0.5, 0.5, 0.35, 2 * line), c.main, "flat", tone=0.8, line=False)
        c.part(c.union(*(c.ellipse(x, y, 0.05) for x, y in tips)), c.main, "flat", tone=1.6, line=False)
    c.fill(c.ellipse(0.5, 0.5, 0.08), c.main, 5)


def _vortex(c: Canvas) -> None:
    c = (c.mirrored() if c.chance(0.5) else c).scaled(c.u(0.74, 0.86), 1)
    c.part(c.star(0.5, 0.5, 0.49, 0.44, 14, c.u(0, 20)), c.main, "flat")
    c.part(c.ellipse(0.5, 0.5, 0.38), c.main, "flat", tone=-2, line=False)
    start, turns = c.u(0, 360), c.u(1.5, 1.9)
    spiral = [_ray(start + 360 * turns * i / 24, 0.33 * (1 - i / 24)) for i in range(25)]
    c.part(c.path(spiral, 0.055, 0.03), c.main, "flat", tone=1.6, line=False)
    c.fill(c.ellipse(0.5, 0.5, 0.06), c.paint("white"), 5)


def _slash(c: Canvas) -> None:
    c = c.turned(c.u(-10, 12)).scaled(0.93, 0.96)
    n, bow = c.pick(3, 3, 4), c.u(0.0, 0.05)
    for i in range(n):
        x = 0.5 + (i - (n - 1) / 2) * 0.8 / n
        mark = c.polygon((x + 0.18, 0.05), (x + 0.1 + bow, 0.5), (x - 0.16, 0.95), (x - 0.05 + bow, 0.46))
        c.part(mark, c.main, "flat", tone=-0.6, line=False)
        c.part(mark + 0.028, c.main, "flat", tone=2, line=False)


def _tornado(c: Canvas) -> None:
    sway = c.u(-0.05, 0.05)
    for i, w in enumerate((0.42, 0.35, 0.28, 0.21, 0.13)):
        x, y = 0.5 + sway * (1, 0, -1, 0, 1)[i] + c.u(-0.03, 0.03), 0.13 + 0.18 * i
        c.part(c.ellipse(x, y, w, 0.12), c.main, tone=0.5 * (i % 2))
        c.stroke([(x - w * 0.7, y + 0.03), (x, y + 0.06), (x + w * 0.5, y + 0.04)], c.main, 1)


def _sparkle(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    thin = c.u(0.24, 0.34)
    for x, y, r in ((0.42, 0.56, 0.4), (0.82, 0.2, 0.18), (0.84, 0.84, c.u(0.11, 0.15))):
        c.part(c.star(x, y, r, r * thin, 4), c.main, "flat", line=False)
        c.part(c.star(x, y, r * 0.55, r * thin * 0.6, 4), c.main, "flat", tone=2, line=False)


FX = ("small", "sparkling", "glowing", "tall")


KINDS = (
    Kind("explosion", "effects", _explosion, ("blast", "boom"), ("orange", "red"), attributes=FX),
    Kind("firework", "effects", _firework, ("fireworks",), ("red", "magenta", "yellow"), attributes=FX),
    Kind("flame", "effects", _flame, ("fire", "campfire flame"), ("orange", "flame"), attributes=FX),
    Kind("fireball", "effects", _fireball, ("meteor", "comet"), ("orange", "red"), attributes=FX),
    Kind("smoke", "effects", _smoke, ("smoke puff", "dust cloud"), ("grey",), attributes=FX),
    Kind("cloud", "effects", _cloud, ("rain cloud",), ("white", "grey"), attributes=FX),
    Kind("splash", "effects", _splash, ("water splash",), ("water", "blue"), attributes=FX),
    Kind("wave", "effects", _wave, ("ocean wave", "tidal wave"), ("water", "blue", "teal"), attributes=FX),
    Kind("water drop", "effects", _drop, ("droplet", "teardrop"), ("blue", "water"), attributes=FX),
    Kind("bubble", "effects", _bubble, ("soap bubble",), ("sky blue", "cyan"), attributes=FX),
    Kind("snowflake", "effects", _snowflake, ("snow flake",), ("cyan", "white"), attributes=FX),
    Kind(
        "magic circle", "effects", _magic_circle, ("summoning circle", "rune circle"), ("purple", "cyan"), attributes=FX
    ),
    Kind("vortex", "effects", _vortex, ("whirlpool", "swirl"), ("purple", "blue", "green"), attributes=FX),
    Kind("slash", "effects", _slash, ("claw marks", "scratch"), ("white", "cyan"), attributes=FX),
    Kind("tornado", "effects", _tornado, ("whirlwind", "cyclone"), ("grey", "sky blue"), attributes=FX),
    Kind("sparkle", "effects", _sparkle, ("twinkle", "magic sparkles"), ("yellow", "white"), attributes=FX),
)
