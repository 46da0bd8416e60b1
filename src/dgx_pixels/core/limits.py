"""Every limit on size and time, in one table."""

from typing import Final

MAX_HEADER_BYTES: Final = 100 * 2**20
"""Largest safetensors header read, as the format's own specification has it."""

MAX_TENSORS: Final = 100_000
"""Most tensors a checkpoint may name."""

MAX_IMAGE_PIXELS: Final = 64 * 2**20
"""Largest picture decoded (8192 x 8192); beyond it a file is taken for a decompression bomb."""

MAX_IMAGE_FILE_BYTES: Final = 256 * 2**20
"""Largest picture file opened."""

MAX_PROMPT_CHARS: Final = 20_000
"""Longest prompt accepted."""

MAX_PROMPT_NESTING: Final = 100
"""Deepest parentheses in a prompt; 1.1 to that power is already past any use."""

MAX_STEPS: Final = 10_000
"""Most sampling steps of one image (ComfyUI's own bound)."""

MAX_SIDE: Final = 8192
"""Largest width or height generated, in model pixels."""

MAX_COUNT: Final = 1024
"""Most images of one request."""

MAX_SEED: Final = 2**64 - 1
"""Largest seed."""

SPRITE_SIZES: Final = (16, 24, 32, 48, 64)
"""Native sprite sizes, in sprite pixels, that Pocket was trained on."""

SPRITE_CELL: Final = 8
"""Model pixels to a sprite pixel: a latent pixel of the VAE is a pixel of the sprite."""
