"""dgx-pixels: a text goes in, a sprite a game can load comes out.

The public API is what this module names; everything else is private. Importing it does not import torch.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
