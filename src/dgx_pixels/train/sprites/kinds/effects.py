"""Effects: what flashes, burns, splashes and bursts."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind


def _explosion(c: Canvas) -> None:
    n = c.pick(8, 9, 11)
    c.part(c.star(0.5, 0.5, 0.5, 0.32, n, c.u(0, 30)), c.main, "flat", tone=-2)
    c.part(c.star(0.5, 0.5, 0.39, 0.24, n, c.u(0, 30)), c.main, "flat", line=False)
    c.part(c.star(0.5, 0.5, 0.25, 0.15, n, c.u(0, 30)), c.main, "flat", tone=2, line=False)
    c.fill(c.ellipse(0.5, 0.5, 0.1), c.paint("white"), 4)


def _flame(c: Canvas) -> None:
    lean = c.u(-0.08, 0.08)
    c.part(c.polygon((0.5 + lean, 0.01), (0.66, 0.28), (0.8, 0.2), (0.9, 0.6), (0.74, 0.92), (0.5, 0.98), (0.26, 0.92),
                     (0.1, 0.6), (0.22, 0.34), (0.36, 0.42)), c.main, "flat", tone=-1)  # fmt: skip
    c.part(c.polygon((0.5, 0.36), (0.66, 0.54), (0.72, 0.76), (0.5, 0.94), (0.28, 0.76), (0.36, 0.58)), c.main, "flat",
           tone=1, line=False)  # fmt: skip
    c.fill(c.ellipse(0.5, 0.82, 0.12, 0.12), c.paint("yellow"), 5)


def _smoke(c: Canvas) -> None:
    for x, y, r in (
        (0.3, 0.72, 0.24),
        (0.68, 0.7, 0.26),
        (0.5, 0.46, 0.26),
        (0.32, 0.32, 0.16),
        (0.6, 0.2, 0.16),
    ):
        c.part(c.ellipse(x + c.u(-0.04, 0.04), y, r), c.main, line=False)


def _splash(c: Canvas) -> None:
    crown = [(0.08, 0.84), (0.02, 0.4), (0.22, 0.62), (0.3, 0.2), (0.46, 0.58), (0.56, 0.12), (0.64, 0.58), (0.82, 0.26),
             (0.8, 0.62), (0.98, 0.44), (0.92, 0.84)]  # fmt: skip
    c.part(c.polygon(*crown), c.main, "slope")
    c.part(c.ellipse(0.5, 0.84, 0.47, 0.13), c.main)
    for _ in range(c.pick(2, 3)):
        c.part(c.ellipse(c.u(0.15, 0.85), c.u(0.06, 0.16), 0.06), c.main)


def _magic_circle(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.5, 0.43, 0.09), c.main, "flat")
    c.part(c.ring(0.5, 0.5, 0.3, 0.05), c.main, "flat", tone=1)
    n = c.pick(3, 4, 5)
    points = c.star(0.5, 0.5, 0.4, 0.4, n, c.pick(0, 30))
    c.part(c.cut(points, points + 0.055), c.main, "flat", tone=1, line=False)
    c.fill(c.ellipse(0.5, 0.5, 0.09), c.main, 5)


def _slash(c: Canvas) -> None:
    c = c.turned(c.u(-15, 15))
    for i in range(3):
        x = 0.22 + 0.26 * i
        mark = c.polygon((x + 0.2, 0.03), (x + 0.1, 0.5), (x - 0.18, 0.97), (x - 0.04, 0.46))
        c.part(mark, c.main, "flat")
        c.part(mark + 0.03, c.main, "flat", tone=2, line=False)


def _tornado(c: Canvas) -> None:
    for i, (y, w) in enumerate(((0.12, 0.46), (0.3, 0.37), (0.48, 0.28), (0.66, 0.19), (0.84, 0.11))):
        c.part(c.ellipse(0.5 + c.u(-0.06, 0.06), y, w, 0.11), c.main, tone=0.4 * (i % 2))


def _bubble(c: Canvas) -> None:
    r = c.u(0.4, 0.47)
    c.part(c.ring(0.5, 0.5, r, 0.11), c.main)
    c.part(c.ellipse(0.5, 0.5, r - 0.05), c.main, "flat", tone=1, line=False)
    c.fill(c.arc(0.5, 0.5, r * 0.62, 0.08, 190, 250), c.paint("white"), 5)


def _fireball(c: Canvas) -> None:
    c = c.turned(c.pick(0, 20, -20))
    c.part(c.polygon((0.98, 0.18), (0.7, 0.16), (0.86, 0.02), (0.3, 0.3), (0.4, 0.9), (0.96, 0.62), (0.7, 0.62), (0.98, 0.4)),
           c.main, "flat", tone=-1)  # fmt: skip
    c.part(c.ellipse(0.34, 0.6, 0.32), c.main)
    c.fill(c.ellipse(0.3, 0.64, 0.13), c.paint("yellow"), 5)


def _snowflake(c: Canvas) -> None:
    arms = []
    for i in range(6):
        t = c.turned(60 * i)
        arms += [
            t.line((0.5, 0.5), (0.5, 0.05), 0.045),
            t.line((0.5, 0.2), (0.36, 0.1), 0.035),
            t.line((0.5, 0.2), (0.64, 0.1), 0.035),
        ]
    c.part(c.union(*arms, c.ellipse(0.5, 0.5, 0.1)), c.main, "flat")


def _cloud(c: Canvas) -> None:
    puffs = [
        c.ellipse(x + c.u(-0.03, 0.03), y, r)
        for x, y, r in ((0.24, 0.6, 0.2), (0.5, 0.44, 0.28), (0.76, 0.58, 0.22))
    ]
    c.part(c.union(*puffs, c.box(0.12, 0.58, 0.88, 0.8, 0.1)), c.main)


def _drop(c: Canvas) -> None:
    c.part(
        c.union(c.ellipse(0.5, 0.65, 0.32), c.mirror_polygon((0.5, 0.02), (0.8, 0.56), (0.5, 0.7))), c.main
    )
    c.fill(c.ellipse(0.4, 0.62, 0.05, 0.1), c.paint("white"), 5)


FX = ("small", "sparkling", "glowing", "tall")


KINDS = (
    Kind("explosion", "effects", _explosion, ("blast", "boom"), ("orange", "red"), attributes=FX),
    Kind("flame", "effects", _flame, ("fire", "campfire flame"), ("orange", "flame"), attributes=FX),
    Kind("smoke", "effects", _smoke, ("smoke puff", "dust cloud"), ("grey",), attributes=FX),
    Kind("splash", "effects", _splash, ("water splash",), ("water", "blue"), attributes=FX),
    Kind(
        "magic circle",
        "effects",
        _magic_circle,
        ("summoning circle", "rune circle"),
        ("purple", "cyan"),
        attributes=FX,
    ),
    Kind("slash", "effects", _slash, ("claw marks", "scratch"), ("white", "cyan"), attributes=FX),
    Kind("tornado", "effects", _tornado, ("whirlwind", "cyclone"), ("grey", "sky blue"), attributes=FX),
    Kind("bubble", "effects", _bubble, ("soap bubble",), ("sky blue", "cyan"), attributes=FX),
    Kind("fireball", "effects", _fireball, ("meteor", "comet"), ("orange", "red"), attributes=FX),
    Kind("snowflake", "effects", _snowflake, ("ice crystal",), ("cyan", "white"), attributes=FX),
    Kind("cloud", "effects", _cloud, ("rain cloud",), ("white", "grey"), attributes=FX),
    Kind("water drop", "effects", _drop, ("droplet", "teardrop"), ("blue", "water"), attributes=FX),
)
