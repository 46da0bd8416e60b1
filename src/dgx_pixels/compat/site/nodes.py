"""The built-in nodes as classes, under the names that packs know."""

from collections.abc import Mapping
from typing import Any

from dgx_pixels.compat.runtime import runtime
from dgx_pixels.engine.sampling import Settings, noise_of, run_settings
from dgx_pixels.graph.context import current
from dgx_pixels.nodes.sampling_inputs import watching

NODE_CLASS_MAPPINGS: dict[str, type[Any]] = runtime().classes
NODE_DISPLAY_NAME_MAPPINGS: dict[str, str] = runtime().titles
EXTENSION_WEB_DIRS: Mapping[str, Any] = runtime().web
LOADED_MODULE_DIRS: dict[str, str] = {}
MAX_RESOLUTION = 16384


def before_node_execution() -> None:
    """Raise the interruption where one was asked for."""
    current().check_interrupt()


def interrupt_processing(value: bool = True) -> None:
    """Stop the running job at its next step."""
    if value:
        runtime().interrupt()


def common_ksampler(
    model: Any,
    seed: int,
    steps: int,
    cfg: float,
    sampler_name: str,
    scheduler: str,
    positive: Any,
    negative: Any,
    latent: Any,
    denoise: float = 1.0,
    disable_noise: bool = False,
    start_step: int | None = None,
    last_step: int | None = None,
    force_full_denoise: bool = False,
) -> tuple[dict[str, Any]]:
    """Sample as KSampler and KSamplerAdvanced do: the LATENT in a tuple."""
    settings = Settings(
        steps=steps,
        cfg=cfg,
        sampler=sampler_name,
        scheduler=scheduler,
        denoise=denoise,
        start=start_step,
        end=last_step,
        full=force_full_denoise or last_step is None,
    )
    noise = noise_of(seed, add=not disable_noise)
    return (run_settings(model, settings, noise, positive, negative, latent, watching(model)),)


def __getattr__(name: str) -> Any:
    """A built-in node's class by its name."""
    try:
        return NODE_CLASS_MAPPINGS[name]
    except KeyError:
        raise AttributeError(f"module 'nodes' has no attribute {name!r}") from None
