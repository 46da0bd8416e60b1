"""Files that tell by themselves whether they are whole, and somebody who keeps looking at them."""

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Self

SIZE = 3000


def contents(job_id: str, attempt: int, number: int) -> bytes:
    """What a job's attempt writes into its file of that number: a name, bytes made from it, and their hash."""
    name = f"{job_id} {attempt} {number}\n".encode()
    body = name + hashlib.shake_128(name).digest(SIZE)
    return body + hashlib.sha256(body).digest()


def is_whole(data: bytes) -> bool:
    return len(data) > 32 and hashlib.sha256(data[:-32]).digest() == data[-32:]


def published(outputs: Path) -> list[Path]:
    """Every file that a user would see."""
    found: list[Path] = []
    for folder, folders, names in os.walk(outputs):
        folders[:] = [name for name in folders if name != ".staging"]
        found += [Path(folder, name) for name in names]
    return found


class Reader:
    """Reads everything published below a folder again and again, as a client would that trusts what it sees."""

    def __init__(self, outputs: Path, pause: float = 0.002) -> None:
        self.outputs = outputs
        self.reads = 0
        self.broken: list[Path] = []
        self._pause = pause
        self._going = True
        self._thread = threading.Thread(target=self._read, daemon=True)

    def look(self) -> None:
        for path in published(self.outputs):
            try:
                data = path.read_bytes()
            except FileNotFoundError:  # a test cleared its folder
                continue
            self.reads += 1
            if not is_whole(data):
                self.broken.append(path)

    def _read(self) -> None:
        while self._going:
            self.look()
            time.sleep(self._pause)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self._thread.join()
