"""dgx-pixels: a text goes in, a sprite a game can load comes out.

The public API is what this module names; everything else is private. Importing it does not import torch:
names are resolved on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from dgx_pixels.draw.api import Engine, Sprite, generate_pixel_art

__all__ = ["Engine", "Sprite", "__version__", "generate_pixel_art"]


def __getattr__(name: str) -> Any:
    """Import the API on first use (PEP 562), so that ``dgx-pixels --help`` stays instant."""
    if name in {"Engine", "Sprite", "generate_pixel_art"}:
        return getattr(import_module("dgx_pixels.draw.api"), name)
    raise AttributeError(f"module 'dgx_pixels' has no attribute {name!r}")
