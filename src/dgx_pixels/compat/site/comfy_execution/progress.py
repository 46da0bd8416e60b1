"""Progress of the running node, under the names that packs know."""

from typing import Any

from dgx_pixels.graph.context import current


class ProgressState:
    """Takes progress of the running node."""

    def update_progress(self, node_id: str, value: float, max_value: float, image: Any = None) -> None:
        """Say how far the node is; ``image`` is ``(format, Pillow image, size)``."""
        kind, picture, size = image or ("JPEG", None, None)
        current().progress(value, max_value, picture, preview_format=kind, preview_size=size, node_id=node_id)

    def start_progress(self, node_id: str) -> None:
        """The executor says by itself that a node starts."""

    def finish_progress(self, node_id: str) -> None:
        """The executor says by itself that a node is done."""


def get_progress_state() -> ProgressState:
    """What takes progress."""
    return ProgressState()
