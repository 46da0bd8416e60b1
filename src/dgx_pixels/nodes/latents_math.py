"""Nodes that add, mix, join and cut latents as numbers, and operations that they can be put through."""

from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Choice, Latent, Model, Range, Socket

Operation: TypeAlias = Annotated[Any, Socket("LATENT_OPERATION")]

_MODULE: Final = "comfy_extras.nodes_latent"
_AXES: Final = {"x": -1, "y": -2, "t": -3}


@node("LatentBlend", title="Latent Blend", category="_for_testing", function="blend")
def blend(*, samples1: Latent, samples2: Latent, blend_factor: Annotated[float, Range(0, 1, 0.01)] = 0.5) -> Latent:
    """``samples1 * factor + samples2 * (1 - factor)``."""
    from dgx_pixels.engine.latent_math import sized

    first = samples1["samples"]
    second = sized(samples2["samples"], first, "bicubic")
    return {**samples1, "samples": first * blend_factor + second * (1 - blend_factor)}


@node("LatentAdd", category="latent/advanced", v3=True, function="execute", module=_MODULE)
def add(*, samples1: Latent, samples2: Latent) -> Latent:
    """The sum of both."""
    from dgx_pixels.engine.latent_math import matched

    first = samples1["samples"]
    return {**samples1, "samples": first + matched(samples2["samples"], first)}


@node("LatentSubtract", category="latent/advanced", v3=True, function="execute", module=_MODULE)
def subtract(*, samples1: Latent, samples2: Latent) -> Latent:
    """The first less the second."""
    from dgx_pixels.engine.latent_math import matched

    first = samples1["samples"]
    return {**samples1, "samples": first - matched(samples2["samples"], first)}


@node("LatentMultiply", category="latent/advanced", v3=True, function="execute", module=_MODULE)
def multiply(*, samples: Latent, multiplier: Annotated[float, Range(-10.0, 10.0, 0.01)] = 1.0) -> Latent:
    """Every number times the same."""
    return {**samples, "samples": samples["samples"] * multiplier}


@node("LatentInterpolate", category="latent/advanced", v3=True, function="execute", module=_MODULE)
def interpolate(*, samples1: Latent, samples2: Latent, ratio: Annotated[float, Range(0.0, 1.0, 0.01)] = 1.0) -> Latent:
    """Directions and lengths of both mixed apart; 1 is the first."""
    from dgx_pixels.engine.latent_math import interpolated, matched

    first = samples1["samples"]
    return {**samples1, "samples": interpolated(first, matched(samples2["samples"], first), ratio)}


@node("LatentConcat", category="latent/advanced", v3=True, function="execute", module=_MODULE)
def concat(
    *, samples1: Latent, samples2: Latent, dim: Annotated[str, Choice(("x", "-x", "y", "-y", "t", "-t"))]
) -> Latent:
    """Both side by side; with ``-`` the second comes first."""
    import torch

    from dgx_pixels.engine.imaging.scaling import to_batch

    first = samples1["samples"]
    both = [first, to_batch(samples2["samples"], len(first))]
    return {**samples1, "samples": torch.cat(both[::-1] if dim.startswith("-") else both, dim=_axis(dim))}


@node("LatentCut", category="latent/advanced", v3=True, function="execute", module=_MODULE)
def cut(
    *,
    samples: Latent,
    dim: Annotated[str, Choice(("x", "y", "t"))],
    index: Annotated[int, Range(-16384, 16384, 1)] = 0,
    amount: Annotated[int, Range(1, 16384, 1)] = 1,
) -> Latent:
    """A stretch along an axis; a negative index counts from the end."""
    whole, axis = samples["samples"], _axis(dim)
    length = whole.shape[axis]
    start = max(0, index + length) if index < 0 else min(index, length - 1)
    return {**samples, "samples": whole.narrow(axis, start, min(amount, length - start))}


def _axis(dim: str) -> int:
    axis = _AXES.get(dim.removeprefix("-"))
    if axis is None:
        raise UsageError(f"there is no dim {dim!r}; choose one of {', '.join(_AXES)}")
    return axis


@node("LatentApplyOperation", category="latent/advanced/operations", v3=True, experimental=True, function="execute",
      module=_MODULE)  # fmt: skip
def apply_operation(*, samples: Latent, operation: Operation) -> Latent:
    """The latent put through an operation."""
    return {**samples, "samples": operation(latent=samples["samples"])}


@node("LatentApplyOperationCFG", category="latent/advanced/operations", v3=True, experimental=True,
      function="execute", module=_MODULE)  # fmt: skip
def apply_operation_cfg(*, model: Model, operation: Operation) -> Model:
    """The model with what the prompt adds, the difference to the negative, put through an operation at every step."""

    def guided(seen: Any) -> Any:
        cond, uncond, *others = seen.estimates
        if seen.skipped:
            return (operation(latent=cond), uncond, *others)
        return (operation(latent=cond - uncond) + uncond, uncond, *others)

    return model.patched(before_cfg=(*model.patches.before_cfg, guided))


@node("LatentOperationTonemapReinhard", category="latent/advanced/operations", v3=True, experimental=True,
      function="execute", module=_MODULE)  # fmt: skip
def tonemap(*, multiplier: Annotated[float, Range(0.0, 100.0, 0.01)] = 1.0) -> Operation:
    """An operation that tones down what is too strong."""
    from dgx_pixels.engine.latent_math import reinhard

    return reinhard(multiplier)


@node("LatentOperationSharpen", category="latent/advanced/operations", v3=True, experimental=True,
      function="execute", module=_MODULE)  # fmt: skip
def sharpen(
    *,
    sharpen_radius: Annotated[int, Range(1, 31, 1)] = 9,
    sigma: Annotated[float, Range(0.1, 10.0, 0.1)] = 1.0,
    alpha: Annotated[float, Range(0.0, 5.0, 0.01)] = 0.1,
) -> Operation:
    """An operation that brings out detail."""
    from dgx_pixels.engine.latent_math import sharpen as sharpening

    return sharpening(sharpen_radius, sigma, alpha)


NODES: Final = (
    blend,
    add,
    subtract,
    multiply,
    interpolate,
    concat,
    cut,
    apply_operation,
    apply_operation_cfg,
    tonemap,
    sharpen,
)
