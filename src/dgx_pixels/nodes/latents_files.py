"""Nodes that keep latents in files, and take them from there: safetensors called ``.latent``."""

from typing import Annotated, Any, Final

from dgx_pixels.core.errors import CheckpointError, DgxPixelsError
from dgx_pixels.nodes.declare import Listing, node
from dgx_pixels.nodes.host import HostArg
from dgx_pixels.nodes.metadata import notes
from dgx_pixels.nodes.picture_names import split_name
from dgx_pixels.nodes.sockets import Files, Latent, PngInfo, PromptGraph

TENSOR: Final = "latent_tensor"
VERSION: Final = "latent_format_version_0"
_OLD_SCALE: Final = 0.18215  # of files without a version, which hold a sampler's numbers


@node("SaveLatent", category="_for_testing", function="save", output=True)
def save_latent(
    *,
    samples: Latent,
    filename_prefix: str = "latents/ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> dict[str, Any]:
    """Write the numbers into the output folder, the workflow beside them."""
    import torch
    from safetensors.torch import save

    tensors = {TENSOR: samples["samples"].float().cpu().contiguous(), VERSION: torch.zeros(0)}
    data = save(tensors, notes(prompt, extra_pnginfo, wanted=host.metadata) or None)
    (place,) = host.places.reserve(filename_prefix, suffix=".latent")
    place.write(data)
    return {"ui": {"latents": [place.ui()]}}


def _path(files: Any, name: str) -> Any:
    folder, plain = split_name(name)
    return files.path("latents" if folder == "input" else folder, plain)


def _changed(*, latent: Any = None, files: Any) -> str | float:
    """The file's sha256; not a number, which equals nothing, where it is not known yet."""
    import hashlib

    if not isinstance(latent, str):
        return float("nan")
    with _path(files, latent).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _validated(*, latent: Any, files: Listing) -> bool | str:
    try:
        _path(files, str(latent))
    except DgxPixelsError:
        return latent is None or f"Invalid latent file: {latent}"
    return True


@node("LoadLatent", category="_for_testing", function="load", changed=_changed, validate=_validated)
def load_latent(*, latent: Annotated[str, Files("latents")], host: HostArg) -> Latent:
    """The numbers of a file in the input folder."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(_path(host.files, latent).read_bytes())
        samples = tensors[TENSOR].float()
    except (SafetensorError, KeyError, OSError) as error:
        raise CheckpointError(f"{latent} is no saved latent; choose a file of the node SaveLatent") from error
    return {"samples": samples if VERSION in tensors else samples / _OLD_SCALE}


NODES: Final = (save_latent, load_latent)
