"""Settings of ``dgx-pixels serve``: addresses, folders, limits. Read once, then frozen."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from dgx_pixels.core.settings import Settings


class ServerSettings(Settings):
    """What a server is started with. Environment names have the prefix ``DGX_PIXELS_``."""

    model_config = SettingsConfigDict(env_prefix="DGX_PIXELS_", frozen=True, extra="forbid")

    listen: tuple[str, ...] = ("127.0.0.1",)
    """Addresses to bind."""
    port: int = Field(default=8188, ge=0, le=65535)
    """0: any free port, told by the start-up line."""
    token: str | None = None
    """What clients must present; None on loopback: nothing, elsewhere one is made and kept in ``home``."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names accepted beside the bound addresses and ``localhost``."""
    cors_origin: str | None = None
    """Origin allowed to call from a browser (``--enable-cors-header``); None: the server's own."""
    tls_certfile: Path | None = None
    tls_keyfile: Path | None = None
    max_upload_mb: float = Field(default=100.0, gt=0)
    """Largest request body."""
    compress: bool = False
    """Whether JSON and text replies are gzipped for clients that accept it."""

    output_directory: Path | None = None
    input_directory: Path | None = None
    temp_directory: Path | None = None
    """A folder ``temp`` inside it is used, and emptied at start and end."""
    user_directory: Path | None = None
    extra_model_paths: tuple[Path, ...] = ()
    """Further files in the form of ``extra_model_paths.yaml``."""
    frontend_root: Path | None = None
    """Folder served at ``/`` instead of the editor's package."""

    custom_nodes: tuple[Path, ...] = ()
    """Folders of node packs beside ``home/custom_nodes``."""
    disable_all_custom_nodes: bool = False
    whitelist_custom_nodes: tuple[str, ...] = ()
    """Packs loaded although all others are disabled."""

    cache: Literal["classic", "lru", "none"] = "classic"
    cache_lru: int = Field(default=0, ge=0)
    """Entries kept by ``cache=lru``."""
    preview_method: Literal["none", "auto", "latent2rgb", "taesd"] = "none"
    preview_size: int = Field(default=512, ge=16, le=4096)
    """Side, in pixels, of the square that previews fit into."""
    disable_metadata: bool = False
    """Whether files are saved without the workflow in them."""
    hashing_function: Literal["md5", "sha1", "sha256", "sha512"] = "sha256"
    """How uploads are compared."""
    multi_user: bool = False

    warm: bool = False
    """Whether the worker starts with the server, not with the first job; where there are node packs it does anyway."""
    max_queue: int = Field(default=1000, ge=1)
    """Jobs that may wait; beyond it submissions are answered 429."""
    max_history: int = Field(default=10_000, ge=1)
    """Finished jobs remembered."""
    job_timeout: float = Field(default=3600.0, gt=0)
    """Seconds without a sign of progress after which a job is given up."""
    grace: float = Field(default=30.0, ge=0)
    """Seconds that a running job gets to finish after SIGTERM."""
    debug: bool = False
    """Whether error answers carry tracebacks (on loopback only)."""

    @cached_property
    def outputs(self) -> Path:
        """Folder of finished files."""
        return self.output_directory or self.home / "output"

    @cached_property
    def inputs(self) -> Path:
        """Folder of uploads."""
        return self.input_directory or self.home / "input"

    @cached_property
    def temp(self) -> Path:
        """Folder of previews, emptied at start and end."""
        return self.temp_directory / "temp" if self.temp_directory else self.home / "temp"

    @cached_property
    def users(self) -> Path:
        """Folder of users' settings and workflows."""
        return self.user_directory or self.home / "user"

    @cached_property
    def pack_folders(self) -> tuple[Path, ...]:
        """Folders that node packs are looked for in."""
        return (self.home / "custom_nodes", *self.custom_nodes)
