"""Icons that are pictures of things: what a menu shows for save, delete, health and the rest."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind


def _skull(c: Canvas) -> None:
    dark, eye = c.paint("black"), c.u(0.1, 0.13)
    c.part(c.box(0.28, 0.6, 0.72, 0.96, 0.06), c.main)
    c.part(c.ellipse(0.5, 0.42, c.u(0.4, 0.44), 0.39), c.main)
    for x in (0.32, 0.68):
        c.fill(c.ellipse(x, 0.48, eye, 0.12), dark, 0)
    c.fill(c.polygon((0.5, 0.58), (0.57, 0.71), (0.43, 0.71)), dark, 0)
    for x in (0.4, 0.5, 0.6):
        c.stroke([(x, 0.82), (x, 0.96)], dark, 0)


def _flag(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    c.part(c.line((0.16, 0.08), (0.16, 0.94), 0.045), c.paint("wood"))
    c.part(c.ellipse(0.16, 0.08, 0.06), c.second)
    cloth = c.pick(
        c.polygon((0.18, 0.1), (0.96, 0.34), (0.18, 0.62)),
        c.polygon((0.18, 0.1), (0.96, 0.1), (0.78, 0.36), (0.96, 0.62), (0.18, 0.62)),
        c.polygon((0.18, 0.12), (0.34, 0.1), (0.58, 0.18), (0.96, 0.1), (0.96, 0.58), (0.58, 0.68), (0.18, 0.6)),
    )
    c.part(cloth, c.main, "slope")
    if c.chance(0.5):
        c.part(c.ellipse(0.42, 0.36, 0.1), c.second, "flat", line=False)


def _padlock(c: Canvas) -> None:
    opened = c.chance(0.25)
    lift = -0.04 if opened else 0.0
    c.part(c.arc(0.5, 0.34 + lift, 0.24, 0.12, 180, 360), c.second)
    c.part(c.box(0.2, 0.34 + lift, 0.32, 0.5), c.second)
    c.part(c.box(0.68, 0.34 + lift, 0.8, 0.38 if opened else 0.5), c.second)
    c.part(c.box(0.12, 0.44, 0.88, 0.96, c.u(0.05, 0.14)), c.main, "bevel", depth=0.08)
    c.fill(c.union(c.ellipse(0.5, 0.63, 0.085), c.box(0.455, 0.63, 0.545, 0.83)), c.paint("black"), 0)


def _bell(c: Canvas) -> None:
    c = c.turned(c.pick(0, 0, 18, -18))
    c.part(c.ellipse(0.5, 0.86, 0.11), c.second)
    flare = c.u(0.84, 0.92)
    c.part(c.mirror_polygon((0.5, 0.1), (0.6, 0.12), (0.73, 0.3), (0.78, 0.62), (flare, 0.84), (0.5, 0.86)), c.main)
    c.part(c.box(0.24, 0.62, 0.76, 0.68), c.second, "slope", line=False)
    c.part(c.ellipse(0.5, 0.11, 0.085), c.second)


def _target(c: Canvas) -> None:
    rings, white = c.pick(3, 5), c.paint("white")
    for i in range(rings):
        c.part(c.ellipse(0.5, 0.5, 0.48 * (1 - i / rings)), c.main if i % 2 == 0 else white, "flat", line=False)
    if c.chance(0.4):
        c.part(c.line((0.52, 0.48), (0.84, 0.16), 0.035), c.second)
        c.part(c.polygon((0.76, 0.24), (0.8, 0.06), (0.97, 0.03), (0.94, 0.2)), c.second)


def _eye(c: Canvas) -> None:
    lid = c.overlap(c.ellipse(0.5, 0.5 + 0.26, 0.49, 0.52), c.ellipse(0.5, 0.5 - 0.26, 0.49, 0.52))
    c.part(lid - 0.06, c.main, "slope", tone=-0.6)
    c.part(lid, c.paint("white"), "flat")
    r = c.u(0.2, 0.235)
    c.part(c.overlap(lid, c.ellipse(0.5, 0.5, r)), c.main)
    pupil = c.ellipse(0.5, 0.5, c.pick(0.1, 0.045), 0.12)
    c.fill(pupil, c.paint("black"), 0)
    c.fill(c.ellipse(0.43, 0.42, 0.05), c.paint("white"), 5)
    if c.chance(0.5):
        for dx in (-0.26, 0, 0.26):
            c.part(c.line((0.5 + dx, 0.2 + abs(dx) * 0.3), (0.5 + 1.3 * dx, 0.1 + abs(dx) * 0.3), 0.04), c.main)


def _floppy(c: Canvas) -> None:
    c.part(c.polygon((0.05, 0.05), (0.8, 0.05), (0.95, 0.2), (0.95, 0.95), (0.05, 0.95)), c.main, "bevel", depth=0.06)
    c.part(c.box(0.26, 0.05, 0.7, 0.34), c.paint("silver"))
    c.fill(c.box(0.54, 0.1, 0.63, 0.29), c.main, 1)
    label = c.u(0.52, 0.58)
    c.part(c.box(0.19, label, 0.81, 0.95), c.paint("white"), "flat")
    for y in (label + 0.1, label + 0.22):
        c.fill(c.box(0.27, y, 0.73, y + 0.05), c.second, 3)


def _battery(c: Canvas) -> None:
    c = c.turned(c.pick(0, 90))
    cells = c.pick(2, 3, 3)
    c.part(c.box(0.38, 0.02, 0.62, 0.16, 0.03), c.paint("silver"))
    c.part(c.box(0.22, 0.11, 0.78, 0.97, 0.07), c.main, tone=-1)
    c.part(c.box(0.28, 0.17, 0.72, 0.92, 0.03), c.paint("black"), "flat", tone=-1, line=False)
    for i in range(cells):
        c.part(c.box(0.31, 0.69 - 0.24 * i, 0.69, 0.89 - 0.24 * i, 0.02), c.main, "slope", tone=0.6, line=False)


def _paw(c: Canvas) -> None:
    c = c.turned(c.u(-20, 20))
    pad = c.union(c.ellipse(0.5, 0.68, 0.24, 0.2), c.ellipse(0.36, 0.78, 0.14), c.ellipse(0.64, 0.78, 0.14))
    c.part(pad, c.main)
    claws, y = c.chance(0.3), c.u(0.24, 0.28)
    for x, dy in ((0.15, 0.2), (0.37, 0.0), (0.63, 0.0), (0.85, 0.2)):
        if claws:
            c.part(c.polygon((x - 0.05, y + dy - 0.1), (x, y + dy - 0.22), (x + 0.05, y + dy - 0.1)), c.paint("bone"))
        c.part(c.ellipse(x, y + dy, 0.105, 0.14), c.main)


def _gamepad(c: Canvas) -> None:
    grip = c.u(0.8, 0.86)
    shell = c.union(c.box(0.1, 0.28, 0.9, 0.66, 0.18), c.line((0.2, 0.5), (0.15, grip - 0.08), 0.17, 0.12),
                    c.line((0.8, 0.5), (0.85, grip - 0.08), 0.17, 0.12))  # fmt: skip
    c.part(shell, c.main, "bevel", depth=0.1)
    c.fill(c.union(c.box(0.22, 0.4, 0.3, 0.62), c.box(0.15, 0.47, 0.37, 0.55)), c.paint("black"), 0)
    for x, y in ((0.64, 0.51), (0.76, 0.41), (0.76, 0.6), (0.87, 0.51)):
        c.fill(c.ellipse(x, y, 0.055), c.second, 4)
    c.fill(c.box(0.44, 0.42, 0.56, 0.48), c.paint("black"), 1)


def _bin(c: Canvas) -> None:
    c.part(c.cut(c.box(0.36, 0.02, 0.64, 0.3, 0.06), c.box(0.44, 0.1, 0.56, 0.5)), c.main)
    foot = c.u(0.7, 0.76)
    c.part(c.mirror_polygon((0.5, 0.26), (0.8, 0.26), (foot, 0.97), (0.5, 0.97)), c.main)
    for x in (0.36, 0.5, 0.64):
        c.part(c.line((x, 0.4), (0.5 + (x - 0.5) * 0.85, 0.86), 0.03), c.main, "flat", tone=-2, line=False)
    c.part(c.box(0.1, 0.15, 0.9, 0.3, 0.05), c.main, tone=0.5)


def _anchor(c: Canvas) -> None:
    w = c.u(0.07, 0.085)
    c.part(c.arc(0.5, 0.5, 0.37, 2 * w, 10, 170), c.main)
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.98, 0.66), (0.84, 0.42), (0.68, 0.62)), c.main)
    c.part(c.line((0.5, 0.22), (0.5, 0.86), w), c.main)
    c.part(c.line((0.28, 0.34), (0.72, 0.34), w), c.second)
    c.part(c.ring(0.5, 0.14, 0.1, 0.08), c.main)


def _puzzle(c: Canvas) -> None:
    c = c.turned(c.pick(0, 90, 180, 270))
    body = c.union(c.box(0.06, 0.28, 0.72, 0.94, 0.03), c.ellipse(0.39, 0.2, 0.13), c.ellipse(0.8, 0.61, 0.13))
    piece = c.cut(
        body, c.ellipse(0.14, 0.61, 0.12), c.ellipse(0.39, 0.86, 0.12) if c.chance(0.6) else c.ellipse(2, 2, 0.1)
    )
    c.part(piece, c.main, "bevel", depth=0.07)


def _cursor(c: Canvas) -> None:
    c = c.moved(c.u(0.0, 0.08), 0)
    tail = c.u(0.9, 0.96)
    arrow = c.polygon((0.14, 0.03), (0.14, 0.82), (0.34, 0.66), (0.5, tail), (0.66, 0.88), (0.52, 0.58), (0.78, 0.56))
    c.part(arrow, c.main, "bevel", depth=0.07)


TRAITS = ("glowing", "sparkling", "cracked", "small", "with wings", "frozen")
_STUFF = ("gold", "silver", "iron", "stone", "crystal", "wood", "ice")
_PICTURES = (
    ("skull", _skull, ("skeleton head",), ("bone", "white")),
    ("flag", _flag, ("banner", "pennant"), ("red", "blue")),
    ("padlock", _padlock, ("lock",), ("gold", "iron")),
    ("bell", _bell, ("alarm bell",), ("gold",)),
    ("target", _target, ("bullseye", "archery target"), ("red", "blue")),
    ("eye", _eye, ("watching eye", "vision icon"), ("blue", "green", "purple")),
    ("floppy disk", _floppy, ("save icon", "diskette"), ("blue", "black", "purple")),
    ("battery", _battery, ("battery icon", "power cell"), ("green", "lime", "cyan")),
    ("paw print", _paw, ("paw", "animal track"), ("brown", "black", "tan")),
    ("game controller", _gamepad, ("gamepad", "joypad"), ("grey", "black", "purple")),
    ("trash can", _bin, ("rubbish bin", "delete icon"), ("grey", "green")),
    ("anchor", _anchor, ("ship anchor",), ("iron", "navy")),
    ("puzzle piece", _puzzle, ("jigsaw piece",), ("green", "blue", "orange")),
    ("cursor", _cursor, ("mouse pointer", "mouse cursor"), ("white", "black")),
)
KINDS = tuple(
    Kind(name, "icons", draw, also, natural, _STUFF, attributes=TRAITS) for name, draw, also, natural in _PICTURES
)
