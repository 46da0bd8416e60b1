"""SDXL's text encoders, for `isinstance`, under the names that packs know."""

from .sd1_clip import SDClipModel, SDTokenizer


class SDXLTokenizer(SDTokenizer):
    """SDXL's tokenizer."""


class SDXLClipModel(SDClipModel):
    """SDXL's text encoders."""


class SDXLClipG(SDClipModel):
    """SDXL's larger text encoder."""
