"""How far each node of a run is, and the events that say so."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final, Literal

from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.events import AnyEvent, Event, PreviewEvent

_BILINEAR: Final = 2
"""PIL's number for it: PIL itself is not imported here."""


_MANY: Final = 200
"""Nodes from which on a change of state is not told every time: each message has all of them."""
_PAUSE: Final = 0.1
"""Seconds between two such messages then."""


class Progress:
    """States of the nodes that have begun. Each event has all of them: entries are replaced, never changed."""

    def __init__(
        self,
        prompt_id: str,
        dynprompt: DynamicPrompt,
        emit: Callable[[AnyEvent], None],
        interrupted: Callable[[], bool],
    ) -> None:
        self.prompt_id = prompt_id
        self.emit = emit
        self.interrupted = interrupted
        self._prompt = dynprompt
        self._states: dict[str, dict[str, Any]] = {}
        self._told = 0.0
        """When the states were told last."""
        self._untold = False

    def started(self, node_id: str) -> None:
        """The node is about to be called."""
        before = self._states.get(node_id)
        value, maximum = (before["value"], before["max"]) if before else (0.0, 1.0)
        self._tell(node_id, value, maximum, "running")

    def advanced(
        self,
        node_id: str,
        value: float,
        maximum: float,
        preview: Any = None,
        preview_format: Literal["JPEG", "PNG"] = "JPEG",
        preview_size: int | None = None,
    ) -> None:
        """The node has done ``value`` of ``maximum``; ``preview`` is a PIL image or None."""
        self._tell(node_id, value, maximum, "running")
        if preview is not None:
            self._show(node_id, _encoded(preview, preview_format, preview_size), preview_format)
        data = {"value": value, "max": maximum, "prompt_id": self.prompt_id, "node": node_id}
        self.emit(Event("progress", data))

    def finished(self, node_id: str) -> None:
        """The node is done, or need not run because its results are there."""
        before = self._states.get(node_id)
        maximum = before["max"] if before else 1
        self._tell(node_id, maximum, maximum, "finished")

    def _tell(self, node_id: str, value: float, maximum: float, state: str) -> None:
        prompt = self._prompt
        self._states[node_id] = {
            "value": value,
            "max": maximum,
            "state": state,
            "node_id": node_id,
            "prompt_id": self.prompt_id,
            "display_node_id": prompt.get_display_node_id(node_id),
            "parent_node_id": prompt.get_parent_node_id(node_id),
            "real_node_id": prompt.get_real_node_id(node_id),
        }
        self._untold = True
        if len(self._states) < _MANY or time.monotonic() - self._told > _PAUSE:
            self.flush()

    def flush(self) -> None:
        """Tell the states if any has changed since they were told."""
        if self._untold:
            self._untold = False
            self._told = time.monotonic()
            self.emit(Event("progress_state", {"prompt_id": self.prompt_id, "nodes": self._states.copy()}))

    def _show(self, node_id: str, image: bytes, picture_format: Literal["JPEG", "PNG"]) -> None:
        prompt = self._prompt
        self.emit(
            PreviewEvent(
                image=image,
                format=picture_format,
                node_id=node_id,
                display_node_id=prompt.get_display_node_id(node_id),
                parent_node_id=prompt.get_parent_node_id(node_id),
                real_node_id=prompt.get_real_node_id(node_id),
                prompt_id=self.prompt_id,
            )
        )


def _encoded(image: Any, picture_format: Literal["JPEG", "PNG"], size: int | None) -> bytes:
    """A PIL image as a file, fitted into a square of ``size`` pixels."""
    if size is not None:
        scale = size / max(image.size)
        image = image.resize(tuple(max(1, round(side * scale)) for side in image.size), _BILINEAR)
    if picture_format == "JPEG" and image.mode != "RGB":
        image = image.convert("RGB")
    buffer = BytesIO()
    image.save(buffer, picture_format, **({"quality": 95} if picture_format == "JPEG" else {"compress_level": 1}))
    return buffer.getvalue()
