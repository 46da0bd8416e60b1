"""Animals of the water and its banks: fish, frogs, shells, and those with scales."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import ALIVE, eye, eyeball, eyes, fangs, is_dark, legs, smile, spot


def _fish(c: Canvas) -> None:
    deep = c.u(0.22, 0.3)
    fork = c.pick(0.88, 0.96)
    c.part(c.polygon((0.66, 0.5), (0.97, 0.22), (fork, 0.5), (0.97, 0.8)), c.main, tone=-0.6)
    c.part(c.polygon((0.32, 0.34), (0.5, c.u(0.06, 0.14)), (0.68, 0.2), (0.64, 0.42)), c.main, tone=-1)
    c.part(c.polygon((0.4, 0.7), (0.5, 0.92), (0.6, 0.68)), c.main, tone=-1)
    body = c.union(c.ellipse(0.4, 0.52, 0.37, deep), c.polygon((0.5, 0.34), (0.8, 0.52), (0.5, 0.7)))
    c.part(body, c.main)
    stripes = c.pick((), (0.38, 0.58), (0.48,))
    for x in stripes:
        c.fill(c.overlap(body, c.box(x, 0, x + 0.08, 1)), c.second, 3)
    c.part(c.polygon((0.44, 0.54), (0.62, 0.5), (0.56, 0.68)), c.main, tone=-1)
    eyeball(c, 0.2, 0.46, 0.075)
    c.stroke([(0.05, 0.57), (0.13, 0.59)], c.main, 0)


def _shark(c: Canvas) -> None:
    c.part(c.polygon((0.74, 0.5), (0.98, 0.16), (0.93, 0.5), (0.98, 0.74)), c.main, tone=-0.6)
    c.part(c.polygon((0.4, 0.36), (0.58, c.u(0.04, 0.1)), (0.66, 0.4)), c.main, tone=-0.5)
    body = c.polygon(
        (0.02, 0.5),
        (0.2, 0.34),
        (0.46, 0.29),
        (0.72, 0.4),
        (0.88, 0.5),
        (0.62, 0.64),
        (0.34, 0.7),
        (0.14, 0.64),
    )
    c.part(body, c.main)
    c.fill(
        c.overlap(body, c.polygon((0.04, 0.58), (0.4, 0.57), (0.8, 0.53), (0.5, 0.8), (0.1, 0.8))),
        c.paint("white"),
        4,
    )
    c.part(c.polygon((0.4, 0.58), (0.6, 0.56), (0.66, 0.88)), c.main, tone=-0.8)
    c.fill(c.polygon((0.08, 0.57), (0.3, 0.55), (0.22, 0.64), (0.13, 0.63)), c.paint("blood"), 0)
    fangs(c, (0.14, 0.2, 0.26), 0.565, 0.025, 0.05)
    for x in (0.4, 0.45, 0.5):
        c.stroke([(x, 0.44), (x - 0.015, 0.53)], c.main, 0)
    eye(c, 0.22, 0.44, 0.038, on=c.main)


def _whale(c: Canvas) -> None:
    water = c.paint("cyan")
    jet = c.u(0.06, 0.12)
    c.part(c.path([(0.36, 0.32), (0.36, 0.16), (0.24, jet), (0.2, jet + 0.1)], 0.035), water, tone=0.5)
    c.part(c.path([(0.36, 0.16), (0.48, jet), (0.53, jet + 0.1)], 0.035), water, line=False, tone=0.5)
    c.part(c.polygon((0.78, 0.56), (0.76, 0.22), (0.87, 0.32), (0.99, 0.2), (0.96, 0.62)), c.main)
    body = c.union(c.ellipse(0.42, 0.62, 0.4, c.u(0.27, 0.31)), c.polygon((0.5, 0.38), (0.95, 0.5), (0.6, 0.88)))
    c.part(body, c.main)
    belly = c.overlap(body, c.polygon((0, 0.7), (0.3, 0.74), (0.72, 0.72), (0.6, 1), (0, 1)))
    c.fill(belly, c.paint("white"), 4)
    for x in (0.22, 0.34, 0.46):
        c.stroke([(x, 0.76), (x + 0.02, 0.88)], c.paint("white"), 2)
    c.part(c.polygon((0.44, 0.68), (0.62, 0.7), (0.6, 0.86)), c.main, tone=-1)
    eye(c, 0.2, 0.6, 0.045, on=c.main)


def _octopus(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        for x, curl in ((0.92, 0.14), (0.78, 0.08), (0.6, 0.03)):
            arm = [
                (0.5 + (x - 0.5) * 0.6, 0.58),
                (x - 0.04, 0.76),
                (x - 0.02, 0.92),
                (x + curl * 0.4, 0.94 - curl),
            ]
            s.part(s.path(arm, 0.08, 0.04), c.main, tone=-0.3)
    c.part(c.ellipse(0.5, 0.37, c.u(0.32, 0.37), c.u(0.31, 0.35)), c.main)
    for x, y in ((0.32, 0.2), (0.42, 0.13), (0.66, 0.24)):
        c.fill(c.ellipse(x, y, 0.04, 0.03), c.main, 5)
    for x, look in ((0.37, 0.2), (0.63, -0.2)):
        eyeball(c, x, 0.43, 0.095, None, (look, 0.2))
    smile(c, 0.5, 0.56, 0.06, c.main)


def _jellyfish(c: Canvas) -> None:
    for i, x in enumerate((0.24, 0.37, 0.5, 0.63, 0.76)):
        sway = c.u(0.02, 0.06) * (1 if i % 2 else -1)
        end = c.u(0.86, 0.96) if i % 2 else c.u(0.76, 0.88)
        c.part(
            c.path([(x, 0.5), (x + sway, 0.62), (x - sway, 0.74), (x + sway, end)], 0.045, 0.026),
            c.main,
            tone=-0.6,
        )
    dome = c.cut(c.ellipse(0.5, 0.5, c.u(0.38, 0.43), 0.45), c.box(0, 0.52, 1, 1))
    frill = c.union(*(c.ellipse(x, 0.52, 0.09, 0.06) for x in (0.18, 0.34, 0.5, 0.66, 0.82)))
    c.part(c.union(dome, frill), c.main)
    c.fill(c.line((0.26, 0.34), (0.36, 0.2), 0.035), c.main, 5)
    eyes(c, 0.4, 0.13, 0.04, 1.4, on=c.main)
    smile(c, 0.5, 0.46, 0.05, c.main, 0.02)


def _crab(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        for y in (0.62, 0.74, 0.84):
            s.part(s.path([(0.72, y - 0.06), (0.9, y - 0.08), (0.96, y + 0.08)], 0.035, 0.025), c.main, tone=-0.6)
        s.part(s.path([(0.74, 0.5), (0.87, 0.46), (0.86, 0.3)], 0.055), c.main)
        big = c.u(0.14, 0.17)
        claw = s.cut(s.ellipse(0.84, 0.19, big), s.polygon((0.84, 0.2), (0.7, 0.02), (0.86, -0.02)))
        s.part(claw, c.main)
        s.part(s.line((0.6, 0.46), (0.6, 0.34), 0.03), c.main)
    c.part(c.union(c.ellipse(0.5, 0.6, c.u(0.31, 0.35), 0.2), c.box(0.3, 0.6, 0.7, 0.82, 0.1)), c.main)
    for x in (0.4, 0.6):
        eyeball(c, x, 0.31, 0.075, None, (0, 0))
    smile(c, 0.5, 0.66, 0.1, c.main, 0.05)


def _seahorse(c: Canvas) -> None:
    tail = [(0.54, 0.6), (0.62, 0.76), (0.54, 0.91), (0.36, 0.91), (0.26, 0.8), (0.34, 0.7), (0.42, 0.76)]
    c.part(c.path(tail, 0.12, 0.03), c.main)
    c.part(c.polygon((0.64, 0.4), (0.88, 0.36), (0.84, 0.5), (0.9, 0.6), (0.66, 0.6)), c.second)
    c.part(c.union(c.ellipse(0.54, 0.5, c.u(0.16, 0.19), 0.2), c.line((0.54, 0.2), (0.56, 0.42), 0.12)), c.main)
    for x, y in ((0.5, 0.02), (0.62, 0.03), (0.7, 0.12), (0.72, 0.24)):
        c.part(c.polygon((0.5, 0.14), (x, y), (0.64, 0.24)), c.main, tone=-0.8)
    c.part(c.union(c.ellipse(0.5, 0.18, 0.15, 0.13), c.box(0.14, 0.18, 0.46, 0.28, 0.05)), c.main)
    c.part(c.ellipse(0.14, 0.23, 0.05, 0.07), c.main)
    for y in (0.44, 0.52, 0.6, 0.68):
        c.stroke([(0.4, y), (0.52, y + 0.03)], c.main, 5)
    eye(c, 0.46, 0.15, 0.04, on=c.main)


def _frog(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        s.part(s.ellipse(0.82, 0.72, 0.16, 0.2), c.main, tone=-0.7)
        s.part(s.line((0.74, 0.92), (0.93, 0.93), 0.05), c.main)
    bulge = c.u(0.14, 0.17)
    c.part(
        c.union(
            c.ellipse(0.5, 0.6, 0.39, c.u(0.28, 0.33)),
            c.ellipse(0.28, 0.27, bulge),
            c.ellipse(0.72, 0.27, bulge),
        ),
        c.main,
    )
    c.part(c.ellipse(0.5, 0.78, 0.24, 0.13), c.main, "flat", tone=1.5, line=False)
    for s in (c, c.mirrored()):
        s.part(s.line((0.62, 0.76), (0.6, 0.92), 0.06, 0.05), c.main)
        s.part(s.ellipse(0.6, 0.94, 0.085, 0.04), c.main)
    for x in (0.28, 0.72):
        eyeball(c, x, 0.26, 0.1)
    c.stroke([(0.22, 0.52), (0.36, 0.62), (0.5, 0.65), (0.64, 0.62), (0.78, 0.52)], c.main, 0)
    if c.chance(0.35):
        c.part(c.box(0.44, 0.64, 0.56, 0.8, 0.05), c.paint("pink"), tone=-0.6)
    else:
        c.fill(c.union(spot(c, 0.46, 0.46, 0.018), spot(c, 0.54, 0.46, 0.018)), c.main, 0)


def _turtle(c: Canvas) -> None:
    c, skin = c.mirrored(), c.paint(c.pick("lime", "leaf", "tan"), "plain")
    legs(c, skin, (0.24, 0.7), 0.7, 0.92, 0.09)
    c.part(c.polygon((0.1, 0.66), (0.0, 0.8), (0.16, 0.78)), skin)
    reach = c.u(0.42, 0.52)
    c.part(c.union(c.line((0.8, 0.68), (0.86, reach), 0.08), c.ellipse(0.87, reach, 0.12, 0.11)), skin)
    c.part(c.cut(c.ellipse(0.46, 0.72, 0.42, c.u(0.46, 0.54)), c.box(-1, 0.74, 2, 2)), c.main)
    c.part(c.box(0.02, 0.68, 0.9, 0.78, 0.05), c.main, tone=-1)
    for x, y, r in ((0.24, 0.54, 0.085), (0.46, 0.42, 0.1), (0.68, 0.54, 0.085)):
        c.part(c.star(x, y, r, r, 3), c.main, "bevel", tone=-1.4, line=False)
    eye(c, 0.9, reach - 0.03, 0.03)


def _snake(c: Canvas) -> None:
    coils = ((0.86, 0.4), (0.7, 0.32), (0.56, 0.24))
    c.part(c.path([(0.76, 0.86), (0.92, 0.8), (0.97, 0.66)], 0.06, 0.02), c.main)
    for y, w in coils:
        c.part(c.box(0.5 - w, y - 0.09, 0.5 + w, y + 0.09, 0.09), c.main)
        for x in (0.5 - 0.6 * w, 0.5, 0.5 + 0.6 * w):
            c.fill(c.box(x - 0.035, y - 0.07, x + 0.035, y), c.second, 3)
    tongue = c.paint("red")
    c.part(c.path([(0.62, 0.54), (0.66, 0.4), (0.54, 0.28)], 0.085), c.main)
    c.stroke([(0.2, 0.26), (0.08, 0.28), (0.03, 0.24)], tongue, 3, inside=False)
    c.stroke([(0.08, 0.28), (0.03, 0.33)], tongue, 3, inside=False)
    c.part(c.union(c.ellipse(0.46, 0.2, c.u(0.19, 0.22), 0.14), c.ellipse(0.3, 0.24, 0.13, 0.09)), c.main)
    eye(c, 0.38, 0.16, 0.042, on=c.main)
    c.stroke([(0.2, 0.27), (0.4, 0.28)], c.main, 0)


def _lizard(c: Canvas) -> None:
    """Seen from above, its tail curled."""
    c.part(c.path([(0.5, 0.62), (0.52, 0.78), (0.66, 0.9), (0.82, 0.86), (0.86, 0.74)], 0.1, 0.025), c.main)
    for s in (c, c.mirrored()):
        for y, out in ((0.34, -0.1), (0.62, 0.1)):
            s.part(s.path([(0.58, y), (0.74, y + out * 0.2), (0.8, y + out)], 0.05, 0.04), c.main, tone=-0.5)
            s.part(s.star(0.81, y + out * 1.2, 0.085, 0.04, 5), c.main, tone=-0.5)
    c.part(c.ellipse(0.5, 0.48, c.u(0.15, 0.18), 0.24), c.main)
    c.part(c.ellipse(0.5, 0.17, c.u(0.16, 0.19), 0.15), c.main)
    for y in (0.36, 0.46, 0.56, 0.66):
        c.fill(c.ellipse(0.5, y, 0.045, 0.035), c.second, 3)
    for x in (0.36, 0.64):
        eyeball(c, x, 0.15, 0.06)


def _crocodile(c: Canvas) -> None:
    c = c.scaled(1.0, 1.25, about=(0.5, 0.66))
    c.part(c.path([(0.7, 0.66), (0.88, 0.66), (0.97, 0.48)], 0.11, 0.02), c.main)
    legs(c, c.main, (0.48, 0.78), 0.7, 0.86, 0.06, -1.2)
    c.part(c.union(c.box(0.36, 0.5, 0.84, 0.78, 0.12), c.box(0.02, 0.6, 0.5, 0.74, 0.05)), c.main)
    gape = c.u(0.4, 0.48)
    c.fill(c.polygon((0.06, 0.62), (0.4, 0.62), (0.06, gape + 0.08)), c.paint("blood"), 0)
    c.part(c.polygon((0.46, 0.4), (0.4, 0.62), (0.03, gape + 0.1), (0.03, gape)), c.main)
    fangs(c, (0.1, 0.19, 0.28), gape + 0.11, 0.03, 0.07)
    fangs(c, (0.08, 0.17, 0.26), 0.63, 0.03, -0.07)
    legs(c, c.main, (0.4, 0.7), 0.7, 0.9, 0.07)
    for x in (0.5, 0.6, 0.7, 0.8):
        c.part(c.polygon((x - 0.05, 0.54), (x, 0.42), (x + 0.05, 0.54)), c.main, tone=-1)
    c.part(c.ellipse(0.42, 0.42, 0.1, 0.1), c.main)
    eyeball(c, 0.41, 0.39, 0.06, None, (-0.4, 0))
    c.fill(spot(c, 0.07, gape + 0.04, 0.018), c.main, 0)


def _snail(c: Canvas) -> None:
    skin = c.paint(c.pick("tan", "parchment", "lime"))
    c.part(c.path([(0.14, 0.6), (0.18, 0.84), (0.5, 0.88), (0.95, 0.91)], 0.1, 0.04), skin)
    for x, top in ((0.08, 0.36), (0.22, 0.34)):
        c.part(c.line((0.15, 0.6), (x, top), 0.026), skin)
        c.fill(spot(c, x, top, 0.045), c.paint("eye"), 0)
    size = c.u(0.31, 0.35)
    c.part(c.ellipse(0.6, 0.54, size), c.main)
    tone = 5 if is_dark(c.main) else 1
    for r, shift, start in ((0.66, 0.0, -40), (0.46, -0.05, 140), (0.26, 0.0, -40)):
        c.fill(c.arc(0.6 + shift * size, 0.54 + shift * size, r * size, 0.06, start, start + 190), c.main, tone)
    c.stroke([(0.1, 0.68), (0.16, 0.7)], skin, 0)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("fish", _fish, ("goldfish",), ("orange", "blue")),
    ("shark", _shark, ("great white",), ("grey", "blue", "navy")),
    ("whale", _whale, (), ("blue", "navy")),
    ("octopus", _octopus, ("squid", "kraken"), ("purple", "red")),
    ("jellyfish", _jellyfish, ("sea jelly",), ("pink", "lavender", "sky blue")),
    ("crab", _crab, ("lobster",), ("red", "orange")),
    ("seahorse", _seahorse, ("sea horse",), ("orange", "yellow", "pink")),
    ("frog", _frog, ("toad",), ("green",)),
    ("turtle", _turtle, ("tortoise",), ("brown", "olive", "green")),
    ("snake", _snake, ("serpent", "cobra"), ("green", "olive")),
    ("lizard", _lizard, ("gecko", "salamander"), ("green", "lime", "orange")),
    ("crocodile", _crocodile, ("alligator",), ("green", "dark green", "olive")),
    ("snail", _snail, ("slug",), ("brown", "orange")),
)
KINDS = tuple(Kind(name, "animals", draw, also, natural, attributes=ALIVE) for name, draw, also, natural in NAMES)
