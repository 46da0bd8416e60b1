"""ComfyUI's command line where it differs from others'.

Flags whose value may be missing, flags with many values, and flags that tune what this engine decides by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAYBE: Final = {"--listen": "0.0.0.0,::", "--enable-cors-header": "*", "--verbose": "debug"}
"""Flags whose value may be left out, and what it is then."""
MANY: Final = ("--extra-model-paths-config", "--whitelist-custom-nodes", "--custom-nodes", "--allowed-host")
"""Flags that take all the words up to the next flag."""

_ALONE: Final = (
    "auto-launch disable-auto-launch cuda-malloc disable-cuda-malloc fp64-unet fp8_e4m3fn-unet fp8_e5m2-unet "
    "fp8_e8m0fnu-unet fp16-vae fp32-vae bf16-vae cpu-vae fp8_e4m3fn-text-enc fp8_e5m2-text-enc fp16-text-enc "
    "fp32-text-enc bf16-text-enc force-channels-last disable-ipex-optimize supports-fp8-compute "
    "use-split-cross-attention use-quad-cross-attention use-pytorch-cross-attention use-sage-attention "
    "use-flash-attention disable-xformers force-upcast-attention dont-upcast-attention gpu-only highvram normalvram "
    "lowvram novram force-non-blocking disable-smart-memory deterministic mmap-torch-files disable-mmap "
    "dont-print-server windows-standalone-build disable-api-nodes"
)
_WITH_ONE: Final = "oneapi-device-selector reserve-vram front-end-version comfy-api-base database-url"
_WITH_SOME: Final = "directml async-offload fast cache-ram"

NO_EFFECT: Final = {
    **{f"--{name}": 0 for name in _ALONE.split()},
    **{f"--{name}": 1 for name in _WITH_ONE.split()},
    **{f"--{name}": None for name in _WITH_SOME.split()},
}
"""Flags that are accepted and do nothing here, with the number of their values; None: as many as follow."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A command line in the usual form, and what was left out of it."""

    words: list[str] = field(default_factory=list[str])
    without_effect: list[str] = field(default_factory=list[str])


def spread(words: list[str]) -> Spread:
    """Write values that are missing, repeat flags before each of their values, leave out what has no effect."""
    result = Spread()
    for flag, values in _grouped(words):
        name = flag.partition("=")[0]
        if name in NO_EFFECT:
            result.without_effect.append(name)
            wanted = NO_EFFECT[name]
            taken = len(values) if wanted is None else 0 if "=" in flag else wanted
            result.words.extend(values[taken:])
        elif flag in MAYBE:
            result.words.extend([flag, *(values or [MAYBE[flag]])])
        elif flag in MANY:
            result.words.extend([word for value in values for word in (flag, value)] or [flag])
        else:
            result.words.extend([flag, *values])
    return result


def _grouped(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each flag with the words up to the next one; words before the first flag come as flags."""
    group: tuple[str, list[str]] | None = None
    for word in words:
        if group is not None and not word.startswith("-"):
            group[1].append(word)
            continue
        if group is not None:
            yield group
        group = (word, []) if word.startswith("-") else None
        if group is None:
            yield word, []
    if group is not None:
        yield group
