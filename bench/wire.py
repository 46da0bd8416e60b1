"""A load generator on bare asyncio streams: keep-alive HTTP and WebSockets with as little work a request as can be."""

import asyncio
import base64
import json
import os
import struct
import sys
from collections.abc import Iterator
from typing import Any


class Http:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """(status, body) of a request."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        assert self._reader is not None
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in head:
            return status, await self._chunks()
        length = int(next((row[15:] for row in head.split(b"\r\n") if row.startswith(b"content-length:")), b"0"))
        return status, await self._reader.readexactly(length)

    async def _chunks(self) -> bytes:
        assert self._reader is not None
        body = b""
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            body += await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readline()
        return body

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class Socket:
    """A WebSocket client that sends nothing and reads frames, or never reads."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, host: str, port: int, client: str) -> "Socket":
        """A socket of a client's name."""
        return await cls.upgraded(*await asyncio.open_connection(host, port), host, port, client)

    @classmethod
    async def upgraded(
        cls, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int, client: str
    ) -> "Socket":
        """The socket that a fresh connection becomes."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (f"GET /ws?clientId={client} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket",
                 "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "")  # fmt: skip
        writer.write("\r\n".join(lines).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(answer.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    async def frame(self) -> bytes:
        """Payload of the next data frame; pings are answered."""
        while True:
            first, second = await self.reader.readexactly(2)
            length = second & 127
            if length > 125:
                length = struct.unpack(
                    ">H" if length == 126 else ">Q", await self.reader.readexactly(2 if length == 126 else 8)
                )[0]
            payload = await self.reader.readexactly(length)
            if first & 15 == 9:
                self.writer.write(bytes((0x8A, 0x80 | len(payload))) + b"\0\0\0\0" + payload)
            elif first & 15 == 8:
                raise ConnectionError("the server closed the socket")
            else:
                return payload

    async def forget(self) -> None:
        """Read until the end and keep nothing."""
        while await self.reader.read(2**16):
            pass

    def close(self) -> None:
        self.writer.close()


def percentile(values: list[float], share: float) -> float:
    """The value that a share (0..1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def small_prompts(count: int, size: int) -> Iterator[bytes]:
    """Bodies of requests, each with another colour: EmptyImage -> SaveImage, nothing to be had from a cache."""
    for k in range(count):
        prompt: dict[str, Any] = {
            "1": {"class_type": "EmptyImage",
                  "inputs": {"width": size, "height": size, "batch_size": 1, "color": (k * 2654435761) % 2**24}},
            "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "bench"}},
        }  # fmt: skip
        yield json.dumps({"prompt": prompt, "client_id": "bench"}).encode()


async def crowd(host: str, port: int, deaf: int, idle: int) -> None:
    """Hold sockets open until stdin ends: some that never read, others that read and forget."""
    unread = []
    for k in range(deaf):
        reader, writer = await asyncio.open_connection(host, port, limit=2**10)
        unread.append(await Socket.upgraded(reader, writer, host, port, f"deaf{k}"))
        writer.transport.pause_reading()  # type: ignore[attr-defined]
    idlers = [await Socket.open(host, port, f"idle{k}") for k in range(idle)]
    tasks = [asyncio.create_task(each.forget()) for each in idlers]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(crowd(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
