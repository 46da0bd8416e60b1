"""Upscale models, which need a network this engine does not have yet."""

from typing import Any

from dgx_pixels.core.errors import UsageError


def load_state_dict(state_dict: dict[str, Any]) -> Any:
    """Raise UsageError: upscale models arrive with a later version."""
    raise UsageError("this version has no upscale models; use ImageScale, or a node pack that brings its own")
