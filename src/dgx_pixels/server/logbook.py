"""The last lines of the log, for the editor's console. Knows the log, not who reads it."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final, TextIO, TypeAlias

Entry: TypeAlias = dict[str, str]
"""``t``: time in ISO form, ``m``: text with its newline."""

_LINES: Final = 300


class LogBook(logging.Handler):
    """A log handler that remembers, and tells listeners."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: deque[Entry] = deque(maxlen=_LINES)
        self._listener: Callable[[Entry], None] | None = None

    def listen(self, listener: Callable[[Entry], None] | None) -> None:
        """Call this with each new entry, from whichever thread logs it; None: nobody any more."""
        self._listener = listener

    def emit(self, record: logging.LogRecord) -> None:
        """Remember a record."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # a message that does not fit its arguments
            return
        self.write(text, record.created)

    def write(self, text: str, seconds: float | None = None) -> None:
        """Remember a line."""
        when = datetime.fromtimestamp(seconds) if seconds is not None else datetime.now()  # noqa: DTZ005, DTZ006 - local, as the editor shows it
        entry = {"t": when.isoformat(), "m": text + "\n"}
        self.entries.append(entry)
        if self._listener is not None:
            self._listener(entry)


def keep_log(level: str, stream: TextIO) -> LogBook:
    """Send our log and uvicorn's to ``stream`` from ``level`` on, and from INFO on to a book, which is returned."""
    shown = logging.StreamHandler(stream)
    shown.setLevel(level.upper())
    shown.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    book = LogBook()
    book.setLevel(logging.INFO)
    ours = logging.getLogger("dgx_pixels")
    ours.setLevel(min(logging.INFO, shown.level))
    ours.propagate = False
    # What clients send wrong is theirs to hear of; in the log it would only let them fill the disk.
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.setLevel(logging.ERROR)
    uvicorn.propagate = False
    for logger in (ours, uvicorn):
        logger.handlers = [shown, book]
    return book
