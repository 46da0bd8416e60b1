"""Thousands of ways to spell a path that leads out of a folder."""

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

DOTS = (
    "..", ".%2e", "%2e.", "%2e%2e", "%2E%2E", "%252e%252e", "%25252e%25252e", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae",
    "．．", "‥", "%u002e%u002e", "..;", "..%00", "..%0d%0a", ". .", "..%20", "...", "....//..", "%00..",
)  # fmt: skip
SEPARATORS = ("/", "\\", "%2f", "%2F", "%5c", "%252f", "//", "/./", "%c0%af", "∕", "／", "%2f%2f", ";/", "/%2e/")
DEPTHS = (1, 2, 3, 6)
STARTS = ("", "/", "deep/", "out/", "%2f", "./")
ENDS = ("secret.png", "etc/passwd")
UNSAFE = "!$'()*,-./:;=@_~%\\"


def spellings(secret: Path, inside: Path) -> list[str]:
    """Spellings of ``secret`` (and of a system file) as seen from ``inside``, percent-encoded as they are sent."""
    found = dict.fromkeys(_relative())
    found.update(dict.fromkeys(_others(secret, inside)))
    return [quote(each, safe=UNSAFE, errors="surrogateescape") for each in found]


def _relative() -> Iterator[str]:
    for start, dots, separator, depth, end in product(STARTS, DOTS, SEPARATORS, DEPTHS, ENDS):
        if end == "secret.png" or (start in {"", "/"} and depth == 6):
            yield start + (dots + separator) * depth + end


def _others(secret: Path, inside: Path) -> Iterator[str]:
    absolute = [str(secret), "/etc/passwd", "/proc/self/environ", "/proc/self/fd/0", "/dev/zero", "/dev/stdin"]
    for path in absolute:
        coded = quote(path, safe="")
        yield from (path, "/" + path, "//" + path, coded, quote(coded, safe=""), "file://" + path, "./" + path)
        yield from (
            f"{inside}/../{secret.name}",
            path + "%00.png",
            path + "/.",
            "deep/" + path,
            path.replace("/", "\\"),
        )
    yield from (
        "C:\\secret.png",
        "C:secret.png",
        "\\\\host\\share\\secret.png",
        "//host/share/x",
        "~/secret.png",
        "~root/x",
    )
    yield from (
        "out",
        "out/secret.png",
        "out/",
        "link.png",
        "absolute.png",
        "loop/x",
        "loop",
        "pipe",
        "zero",
        "deep/up/secret.png",
    )
    yield from (
        "NUL",
        "CON",
        "a:b",
        "a:$DATA",
        ".",
        "..",
        "...",
        "/",
        "//",
        "\\",
        "%",
        "%2",
        "%zz",
        "%00",
        "\x7f",
        "\udcff",
    )
    yield from ("x" * n for n in (255, 256, 1000, 4096, 5000))
    yield from ("x/" * n for n in (100, 2000))
    yield from ("../" * n + "etc/passwd" for n in (20, 500))
    draw = random.Random(16)
    parts = [
        *DOTS,
        *SEPARATORS,
        "deep",
        "out",
        "link.png",
        "secret.png",
        "etc",
        "passwd",
        "%00",
        "\u202e",
        "e\u0301",
        "ＡＢ",
    ]
    for _ in range(300):
        yield "".join(draw.choices(parts, k=draw.randint(2, 9)))
