"""Names of weights in other programs' files, under the name that packs know."""

from dgx_pixels.core.errors import NotYetError


def convert_unet_state_dict(unet_state_dict: dict[str, object]) -> dict[str, object]:
    """Raise NotYetError."""
    raise NotYetError("files of diffusers' layout arrive with a later version; convert the file to a single checkpoint")
