"""What a model family is: how to recognise one by its keys, and how to read its numbers. Knows no family."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dgx_pixels.checkpoint.tensorfile import TensorFile, TensorView
from dgx_pixels.core.architecture import ModelSpec

Parts = Mapping[str, TensorView]
"""The tensors of each network by its name: ``unet``, ``vae``, ``clip_l``, ``clip_g``."""

UNET = "model.diffusion_model."
VAE = "first_stage_model."


@dataclass(frozen=True, slots=True)
class Family:
    """A row of the table of families."""

    name: str
    detect: Callable[[TensorFile], bool]
    """Whether a file's keys are this family's; the first family of the table that says so has it."""
    build: Callable[[TensorFile, Parts], ModelSpec]
    """Read the architecture off the shapes; raises CheckpointError naming the key that does not fit."""
    clip_l: str | None = None
    """Prefix of the CLIP-L tower's keys; None: the family has none."""
    clip_g: str | None = None
    """Prefix of the OpenCLIP tower's keys; None: the family has none."""

    def prefixes(self) -> dict[str, str]:
        """Where each network's keys start, by its name."""
        prefixes = {"unet": UNET, "vae": VAE, "clip_l": self.clip_l, "clip_g": self.clip_g}
        return {part: prefix for part, prefix in prefixes.items() if prefix is not None}

    def parts(self, file: TensorFile) -> Parts:
        """The file's tensors by network, under the names of the modules that take them."""
        return {
            part: _clip_l(file, prefix) if part == "clip_l" else file.under(prefix)
            for part, prefix in self.prefixes().items()
        }


def _clip_l(file: TensorFile, prefix: str) -> TensorView:
    """CLIP-L's tensors; files of 2022 leave out ``text_model.``."""
    if f"{prefix}embeddings.token_embedding.weight" in file:
        return file.under(prefix, instead="text_model.")
    return file.under(prefix)
