"""The words a node's signature is written in: what may be plugged in, ranges, lists of choices. Knows no torch.

``def f(*, image: Image, strength: Annotated[float, Range(0.0, 1.0, step=0.01)] = 1.0) -> Image`` declares two
inputs and an output; `declare` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Socket:
    """A type on the wire, as workflows spell it."""

    type: str


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number; ``extra`` holds further options of ``/object_info`` as they are (``round``, ``display``)."""

    min: float | None = None
    max: float | None = None
    step: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Choice:
    """One of fixed words."""

    options: tuple[str, ...]
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Files:
    """One of the model files of a kind (`ModelFiles.names`), or of the files in the input folder (kind ``input``)."""

    kind: str
    more: tuple[str, ...] = ()
    """Names offered beside the files."""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Options:
    """Options of ``/object_info`` for an input that has no range and no choices, or for a socket."""

    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value the server fills in: PROMPT, EXTRA_PNGINFO, UNIQUE_ID or DYNPROMPT."""

    name: str


@dataclass(frozen=True, slots=True)
class Injected:
    """Not an input at all: the `Host` of the run."""


@dataclass(frozen=True, slots=True)
class Itself:
    """Not an input at all: the node's own instance, whose attributes node packs inherit and set."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An argument that no workflow has, only Python that calls the method."""


class Wildcard(str):
    """A type that every other fits."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __ne__(self, _other: object) -> bool:
        return False


OPTIONAL: Final = "optional"
"""In an ``Annotated``: the input may be left out (else only ``| None`` says so)."""

if TYPE_CHECKING:
    Image: TypeAlias = Tensor
    Mask: TypeAlias = Tensor
    Sigmas: TypeAlias = Tensor
else:
    Image = Annotated[Any, Socket("IMAGE")]
    Mask = Annotated[Any, Socket("MASK")]
    Sigmas = Annotated[Any, Socket("SIGMAS")]

Latent: TypeAlias = Annotated[dict[str, Any], Socket("LATENT")]
"""``samples`` (B, C, h, w) fp32 on the CPU, not scaled; ``noise_mask``, ``batch_index`` where given."""
Conditioning: TypeAlias = Annotated[list[Any], Socket("CONDITIONING")]
"""``[tensor (1, T, D), options]`` pairs."""
Model: TypeAlias = Annotated[Any, Socket("MODEL")]
Clip: TypeAlias = Annotated[Any, Socket("CLIP")]
Vae: TypeAlias = Annotated[Any, Socket("VAE")]
Anything: TypeAlias = Annotated[Any, Socket(Wildcard("*"))]
Sampler: TypeAlias = Annotated[Any, Socket("SAMPLER")]
Guider: TypeAlias = Annotated[Any, Socket("GUIDER")]
Noise: TypeAlias = Annotated[Any, Socket("NOISE")]

MultilineText: TypeAlias = Annotated[str, Options({"multiline": True})]
PromptText: TypeAlias = Annotated[str, Options({"multiline": True, "dynamicPrompts": True})]

PromptGraph: TypeAlias = Annotated[Any, Hidden("PROMPT")]
PngInfo: TypeAlias = Annotated[Any, Hidden("EXTRA_PNGINFO")]
UniqueId: TypeAlias = Annotated[str, Hidden("UNIQUE_ID")]
DynPrompt: TypeAlias = Annotated[Any, Hidden("DYNPROMPT")]
Instance: TypeAlias = Annotated[Any, Itself()]
