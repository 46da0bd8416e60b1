# ruff: noqa: N802
"""Node classes for a worker under test: they save, wait, and die in every way there is. Need no torch."""

import ctypes
import faulthandler
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from dgx_pixels.graph.context import current
from dgx_pixels.graph.registry import Registry


def registry(_files: object) -> Registry:
    return Registry({cls.__name__: cls for cls in (Save, Wait, Deaf, Misbehave, Secret, Chatter)}, {})


def dies_at_once(_files: object) -> Registry:
    os._exit(3)


class Node:
    RETURN_TYPES: tuple[str, ...] = ("TEXT",)
    FUNCTION = "run"
    CATEGORY = "test"
    OUTPUT_NODE = False


class Restless(Node):
    """Runs every time, however often it has."""

    @classmethod
    def IS_CHANGED(cls, **_: Any) -> float:
        return float("nan")


class Save(Node):
    """Writes what it is given into as many files as it is asked for."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        return {
            "required": {"text": ("STRING", {}), "prefix": ("STRING", {})},
            "optional": {"after": ("TEXT", {}), "count": ("INT", {})},
        }

    def run(self, text: str, prefix: str, after: str = "", count: int = 1) -> dict[str, Any]:
        places = current().host.places.reserve(prefix, "output", count, suffix=".txt")
        for place in places:
            place.write(f"{text}{after}\n".encode() * 20)
        return {"ui": {"images": [place.ui() for place in places]}}


class Wait(Restless):
    """Works in steps of ten milliseconds, as a sampler does."""

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        return {"required": {"seconds": ("FLOAT", {})}, "optional": {"after": ("TEXT", {})}}

    def run(self, seconds: float, after: str = "") -> tuple[str]:
        steps = max(1, round(seconds * 100))
        for step in range(steps):
            time.sleep(0.01)
            current().progress(step + 1, steps)
        return ("",)


class Deaf(Restless):
    """Works without ever looking up, some of it holding the interpreter's lock, as code of strangers does."""

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        return {"required": {"seconds": ("FLOAT", {}), "how": ("STRING", {})}}

    def run(self, seconds: float, how: str) -> tuple[str]:
        if how == "python":
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                pass
        elif how == "gil":
            ctypes.PyDLL(None).usleep(int(seconds * 1e6))
        else:
            ctypes.CDLL(None).usleep(int(seconds * 1e6))
        return ("",)


class Misbehave(Restless):
    """Takes its process down, or half down."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        return {"required": {"how": ("STRING", {})}, "optional": {"after": ("TEXT", {})}}

    def run(self, how: str, after: str = "") -> tuple[()]:
        # The dumps of a hundred intended crashes help nobody.
        faulthandler.disable()
        getattr(self, how)()
        return ()

    def segfault(self) -> None:
        ctypes.string_at(0)

    def killed(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def stopped(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def exit(self) -> None:
        os._exit(7)

    def gil(self) -> None:
        ctypes.PyDLL(None).sleep(1000)

    def overflow(self) -> None:
        sys.setrecursionlimit(10**8)

        def deeper(_: int) -> list[Any]:
            return list(map(deeper, [0]))

        deeper(0)

    def memory(self) -> None:
        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, resource.RLIM_INFINITY))
        try:
            self.hoard = bytearray(10 * 2**30)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def mute(self) -> None:
        libc = ctypes.PyDLL(None)
        libc.shutdown(int(sys.argv[1]), socket.SHUT_WR)
        libc.sleep(1000)

    def garbage(self) -> None:
        os.write(int(sys.argv[1]), b"\0\0\0\4\0\0\0\0nope")
        time.sleep(1000)

    def huge(self) -> None:
        os.write(int(sys.argv[1]), b"\xff" * 64)
        time.sleep(1000)

    def liar(self) -> None:
        """A message of the right form that says what cannot be."""
        body = b'["Answer",{"question":1,"field":[],"part":{},"last":true,"error":null}]'
        os.write(int(sys.argv[1]), len(body).to_bytes(4, "big") + b"\0\0\0\0" + body)
        time.sleep(1000)


class Secret(Node):
    """Shows the key that came along in memory."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        return {"required": {}, "hidden": {"key": "API_KEY_COMFY_ORG"}}

    def run(self, key: str | None = None) -> dict[str, Any]:
        return {"ui": {"text": [f"{key is not None} {len(key or '')}"]}}


class Chatter(Restless):
    """Prints."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        return {"required": {"lines": ("INT", {})}}

    def run(self, lines: int) -> tuple[()]:
        for line in range(lines):
            sys.stdout.write(f"line {line}\n")
        return ()
