"""What a run tells while it goes on. Who hears of it is not decided here."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Event:
    """A message that goes out as ``{"type", "data"}``. ``data`` is the receiver's to keep, not to change."""

    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewEvent:
    """A picture of something half done, or a result that goes out without a file."""

    image: bytes
    format: Literal["JPEG", "PNG"]
    node_id: str
    display_node_id: str
    parent_node_id: str | None
    real_node_id: str
    prompt_id: str


@dataclass(frozen=True, slots=True)
class TextEvent:
    """A line of text to show on a node."""

    node_id: str
    text: str


AnyEvent = Event | PreviewEvent | TextEvent
