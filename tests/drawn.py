"""What a PNG shows and how it is packed, without what is said about it."""

import io
import struct

from PIL import Image


def drawn(png: bytes) -> tuple[tuple[int, int], bytes, bytes]:
    """Size, pixels and compressed pixels of a file."""
    picture = Image.open(io.BytesIO(png))
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    return picture.size, picture.convert("RGBA").tobytes(), data
