"""Settings, read once from the environment and the command line, then frozen."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things lie and what they run on. Environment names have the prefix ``DGX_PIXELS_``."""

    model_config = SettingsConfigDict(env_prefix="DGX_PIXELS_", frozen=True, extra="forbid")

    home: Path = Field(default_factory=lambda: user_data_path("dgx-pixels"))
    """Folder of models, inputs, outputs and caches."""

    device: str = "auto"
    """``auto``, ``cpu``, ``cuda`` or ``cuda:N``."""

    dtype: Literal["auto", "fp32", "fp16", "bf16"] = "auto"
    """Precision of the U-Net; ``auto`` is fp32 on a CPU and fp16 on a GPU."""

    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """Least severe message logged to stderr."""

    @cached_property
    def models(self) -> Path:
        """Folder of model files, one subfolder a kind (``checkpoints``, ``loras``, ``embeddings``, ...)."""
        return self.home / "models"
