"""A WebSocket client that does just what it is told, so that it can misbehave as well."""

import json
import socket
import struct
import time
from contextlib import suppress
from typing import Any, Self

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class RefusedError(Exception):
    """The server answered with something else than a WebSocket."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClosedError(Exception):
    """The server closed the connection."""


def frame(opcode: int, payload: bytes, *, masked: bool = True, final: bool = True) -> bytes:
    head = bytes([(0x80 if final else 0) | opcode])
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([bit | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", len(payload))
    return head + (b"\0\0\0\0" if masked else b"") + payload


class WebSocket:
    """Open from the start. ``lazy``: with a small buffer, so that what it does not read soon stays with the server."""

    def __init__(
        self, port: int, path: str = "/ws?clientId=c", headers: dict[str, str] | None = None, *, lazy: bool = False
    ) -> None:
        self.socket = socket.socket()
        if lazy:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        asked = {"Host": f"127.0.0.1:{port}"} | (headers or {})
        self.socket.sendall(
            (
                f"GET {path} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "".join(f"{name}: {value}\r\n" for name, value in asked.items())
                + "\r\n"
            ).encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.socket.recv(1)
            if not byte:
                break
            head += byte
        status = int(head.split()[1]) if head else 0
        if status != 101:
            self.socket.close()
            raise RefusedError(status)
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def recv(self, timeout: float = 5) -> str | bytes:
        """The next message. Raises TimeoutError, ClosedError."""
        until = time.monotonic() + timeout
        while True:
            opcode, payload = self._frame(until)
            if opcode == TEXT:
                return payload.decode()
            if opcode == BINARY:
                return payload
            if opcode == PING:
                self.socket.sendall(frame(PONG, payload))
            if opcode == CLOSE:
                raise ClosedError

    def told(self, timeout: float = 5) -> Any:
        return json.loads(self.recv(timeout))

    def silent(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes."""
        try:
            self.recv(seconds)
        except TimeoutError:
            return True
        return False

    def send(self, message: str | bytes) -> None:
        text = isinstance(message, str)
        self.socket.sendall(frame(TEXT if text else BINARY, message.encode() if text else message))

    def ends(self, seconds: float = 8) -> bool:
        """Whether the server closes."""
        self.socket.settimeout(seconds)
        with suppress(ConnectionResetError, BrokenPipeError):
            while self.socket.recv(65536):
                pass
        return True

    def close(self) -> None:
        with suppress(OSError):
            self.socket.sendall(frame(CLOSE, struct.pack(">H", 1000)))
        self.socket.close()

    def _frame(self, until: float) -> tuple[int, bytes]:
        first, second = self._bytes(2, until)
        length = second & 0x7F
        if length > 125:
            wide = self._bytes(2 if length == 126 else 8, until)
            length = int.from_bytes(wide, "big")
        return first & 0x0F, self._bytes(length, until)

    def _bytes(self, count: int, until: float) -> bytes:
        while len(self._buffer) < count:
            self.socket.settimeout(max(0.001, until - time.monotonic()))
            more = self.socket.recv(max(65536, count))
            if not more:
                raise ClosedError
            self._buffer += more
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken
