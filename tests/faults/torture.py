"""How long the long forms of the fault tests run: ``DGX_PIXELS_TORTURE_HOURS``; without it, their short forms."""

import os
import time
from collections.abc import Iterator

HOURS = float(os.environ.get("DGX_PIXELS_TORTURE_HOURS", "0"))
LONG = HOURS > 0


def rounds(short: int, share: float) -> Iterator[int]:
    """0, 1, 2, ...: ``short`` numbers, or as many as fit into that share of the hours (and never fewer)."""
    end = time.monotonic() + HOURS * 3600 * share
    number = 0
    while number < short or (LONG and time.monotonic() < end):
        yield number
        number += 1


def examples(short: int, share: float, per_second: float) -> int:
    """How many examples to draw that take ``1 / per_second`` seconds each."""
    return max(short, int(HOURS * 3600 * share * per_second))
