"""The body of a person: big head, small limbs, seen from the front or from the side (facing right).

Shared by the characters and by the monsters that stand like people. Knows no profession: hats, tools and the
cut of clothes are drawn by whoever asks for a body.
"""

from dataclasses import dataclass

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kinds.faces import pixel, spot
from dgx_pixels.train.sprites.paint import Paint, paint
from dgx_pixels.train.sprites.shapes import Field, Point

HAIR = ("black", "brown", "brown", "maroon", "tan", "yellow", "orange", "grey")
FOOT = 0.96


@dataclass(frozen=True, slots=True)
class Body:
    """A person's measures on a canvas; every method draws one layer over what is there."""

    c: Canvas
    skin: Paint
    hair: Paint
    y: float
    """Height of the middle of the head."""
    r: float
    """Half the width of the head."""
    w: float
    """Half the width of the shoulders."""
    side: bool

    @property
    def top(self) -> float:
        """Height of the crown of the head."""
        return self.y - 0.94 * self.r

    @property
    def neck(self) -> float:
        """Height where the head sits on the shoulders."""
        return self.y + 0.8 * self.r

    @property
    def face(self) -> float:
        """Where the middle of the face is: ahead of the head's middle when seen from the side."""
        return 0.5 + (0.45 * self.r if self.side else 0.0)

    @property
    def left(self) -> Point:
        """The hand on the viewer's left."""
        return (0.44, 0.75) if self.side else (0.46 - self.w, 0.75)

    @property
    def right(self) -> Point:
        """The hand on the viewer's right."""
        return (0.72, 0.7) if self.side else (0.54 + self.w, 0.75)

    # -- layers, from below -----------------------------------------------------------------------------

    def legs(self, ink: Paint, boots: Paint | None = None, *, tone: float = -0.6) -> None:
        """Two legs with boots (a darker ``ink`` where none are given); a stride when seen from the side."""
        c, gap = self.c, 0.105 if self.side else 0.098
        for x, far in ((0.5 - gap, self.side), (0.5 + gap, False)):
            c.part(c.box(x - 0.075, 0.7, x + 0.075, 0.92, 0.02), ink, tone=tone - far)
            toe = 0.035 if self.side else 0.0
            c.part(
                c.box(x - 0.085, 0.86, x + 0.085 + toe, FOOT, 0.035),
                boots or ink,
                tone=-far - 1.2 * (boots is None),
            )

    def torso(self, ink: Paint, hem: float = 0.8, flare: float = 1.0) -> Field:
        """A jacket from the neck to ``hem``, there ``flare`` times as wide as at the shoulders."""
        c, w = self.c, self.w * (0.82 if self.side else 1.0)
        shape = c.mirror_polygon(
            (0.5, self.neck - 0.06),
            (0.5 + w * 0.8, self.neck),
            (0.5 + w, self.neck + 0.06),
            (0.5 + w * flare, hem),
        )
        c.part(shape, ink)
        return shape

    def robe(self, ink: Paint, flare: float = 0.27) -> Field:
        """A gown down to the ground, ``flare`` wide to each side there."""
        c, w = self.c, self.w * (0.82 if self.side else 1.0)
        shape = c.mirror_polygon(
            (0.5, self.neck - 0.06), (0.5 + w, self.neck + 0.03), (0.5 + w, 0.7), (0.5 + flare, FOOT)
        )
        c.part(shape, ink)
        return shape

    def cape(self, ink: Paint, flare: float = 0.34, hem: float = 0.93) -> None:
        """A cloak behind everything else."""
        c = self.c
        if self.side:
            c.part(
                c.polygon((0.42, self.neck - 0.06), (0.56, self.neck), (0.5, hem), (0.16, hem)),
                ink,
                tone=-0.6,
            )
        else:
            c.part(
                c.mirror_polygon((0.5, self.neck - 0.1), (0.62, self.neck - 0.04), (0.5 + flare, hem)),
                ink,
                tone=-1,
            )

    def belt(self, ink: Paint, y: float = 0.74) -> None:
        """A belt with a buckle."""
        c, w = self.c, self.w * (0.8 if self.side else 0.98)
        c.part(c.box(0.5 - w, y - 0.03, 0.5 + w, y + 0.03), ink, "flat", line=False, tone=-1)
        c.fill(spot(c, self.face if self.side else 0.5, y, 0.035), c.paint("gold"), 3)

    def arm(self, hand: Point, sleeve: Paint, glove: Paint | None = None, *, tone: float = 0.0) -> None:
        """An arm from the shoulder to ``hand``."""
        c = self.c
        shoulder = (0.5, self.neck + 0.07)
        if not self.side:
            shoulder = (0.5 + (self.w - 0.01) * (1 if hand[0] > 0.5 else -1), self.neck + 0.06)
        c.part(c.line(shoulder, hand, 0.07, 0.06), sleeve, tone=tone)
        c.part(c.ellipse(hand[0], hand[1] + 0.015, 0.058), glove or self.skin)

    def arms(self, sleeve: Paint, glove: Paint | None = None) -> None:
        """Both arms at the sides; only the near one shows from the side."""
        if not self.side:
            self.arm(self.left, sleeve, glove)
        self.arm(self.right, sleeve, glove)

    def head(self, ink: Paint | None = None) -> Field:
        """The bare head, with ears."""
        c, skin = self.c, ink or self.skin
        if not self.side:
            c.part(c.union(*(c.ellipse(0.5 + s * self.r, self.y + 0.05, 0.04, 0.05) for s in (-1, 1))), skin)
        shape = c.box(0.5 - self.r, self.top, 0.5 + self.r, self.y + 0.94 * self.r, 0.78 * self.r)
        c.part(shape, skin)
        return shape

    def features(self, *, mouth: bool = True, patch: bool = False) -> None:
        """Eyes and mouth."""
        c, dark, x, y = self.c, self.c.paint("eye"), self.face, self.y + 0.2 * self.r
        spread = (0.3 if self.side else 0.42) * self.r
        for s in (-1, 1):
            c.fill(spot(c, x + s * spread, y, 0.034, 1.7), dark, 0)
            if c.size >= 40:
                c.fill(spot(c, x + s * spread - 0.01, y - 0.03, 0.012), c.paint("white"), 5)
        if patch:
            c.fill(c.ellipse(x + spread, y, 0.07), dark, 0)
            c.stroke([(x - self.r, self.y - 0.6 * self.r), (x + spread, y)], dark, 0)
        if mouth and c.size >= 24:
            c.fill(spot(c, x, self.y + 0.62 * self.r, 0.03, 0.4), self.skin, 1)

    def fringe(self, ink: Paint | None = None, *, depth: float = 0.0) -> Field:
        """Hair over the brow and the sides of the head (over the back of it, seen from the side)."""
        c, r = self.c, self.r + 0.02
        crown = c.box(0.5 - r, self.top - 0.03, 0.5 + r, self.y + 0.9 * r, 0.8 * r)
        face = c.ellipse(self.face + (0.05 if self.side else 0), self.y + 0.55 * r, 0.84 * r, (0.72 - depth) * r)
        shape = c.cut(crown, face, c.box(0, self.y + 0.5 * r, 1, 1))
        c.part(shape, ink or self.hair)
        return shape

    def long_hair(self, length: float = 0.74) -> None:
        """Hair down the back, to be drawn before the head."""
        c, r = self.c, self.r
        x0, x1 = (0.5 - r - 0.03, 0.5 + 0.3 * r) if self.side else (0.5 - r - 0.04, 0.5 + r + 0.04)
        c.part(c.box(x0, self.top, x1, length, 0.1), self.hair, tone=-0.6)

    def beard(self, ink: Paint | None = None, length: float = 0.14) -> Field:
        """A beard from the cheeks to ``length`` below the chin, with a moustache."""
        c, r, x = self.c, self.r, self.face
        w = 0.62 * r if self.side else 0.96 * r
        chin = self.y + 0.9 * r
        shape = c.polygon(
            (x - w, self.y + 0.42 * r), (x + w, self.y + 0.42 * r), (x + w * 0.9, chin), (x, chin + length),
            (x - w * 0.9, chin),
        )  # fmt: skip
        c.part(shape, ink or self.hair)
        c.fill(spot(c, x, self.y + 0.66 * r, 0.045, 0.45), c.paint("maroon"), 1)
        return shape


def stand(c: Canvas, y: float = 0.37, r: float = 0.21, w: float = 0.18) -> Body:
    """A person of random build, skin and hair, the head's middle near height ``y``."""
    skin = paint(c.pick("skin", "skin", "skin dark"), shift=(c.u(-0.05, 0.06), 0.0, 0.0))
    grow = c.u(0.94, 1.05)
    side = c.brief.view == "side"
    return Body(c, skin, c.paint(c.pick(*HAIR)), y + c.u(-0.01, 0.01), r * grow, w * c.u(0.9, 1.12), side)


def sleek(c: Canvas) -> bool:
    """Whether pixels are fine enough for buttons and seams."""
    return pixel(c) < 0.04
