"""What a run gives the nodes that ask for it: model files, the engine, folders to read from and write to.

A node's function says ``host: HostArg``; it is no input of the node and not seen in its description.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, TypeAlias

from dgx_pixels.nodes.sockets import Injected

if TYPE_CHECKING:
    from dgx_pixels.checkpoint.listing import ModelFiles
    from dgx_pixels.engine.engine import Engine
    from dgx_pixels.nodes.places import Places


@dataclass(frozen=True, slots=True)
class PreviewSettings:
    """How unfinished pictures are shown."""

    method: str = "none"
    """``none``, ``auto``, ``latent2rgb`` or ``taesd``."""
    size: int = 512
    """Side, in pixels, of the square that they fit into."""


class Host(Protocol):
    """The surroundings of a run."""

    @property
    def files(self) -> "ModelFiles":
        """Names and paths of model files and pictures."""
        ...

    @property
    def engine(self) -> "Engine":
        """The models on the device; made on first use."""
        ...

    @property
    def inputs(self) -> Path:
        """Folder of uploads."""
        ...

    @property
    def outputs(self) -> Path:
        """Folder of finished files."""
        ...

    @property
    def temp(self) -> Path:
        """Folder of previews."""
        ...

    @property
    def metadata(self) -> bool:
        """Whether files carry the workflow that made them."""
        ...

    @property
    def places(self) -> "Places":
        """Where new files go."""
        ...

    @property
    def preview(self) -> PreviewSettings:
        """How unfinished pictures are shown."""
        ...


if TYPE_CHECKING:
    HostArg: TypeAlias = Host
else:
    HostArg = Annotated[Host, Injected()]
