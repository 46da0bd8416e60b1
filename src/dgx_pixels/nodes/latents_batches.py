"""Nodes that take latents out of batches and put them into others, masks and places in the batch with them."""

from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Choice, Latent, Range

BatchSize: TypeAlias = Annotated[int, Range(1, 4096)]


@node("LatentFromBatch", title="Latent From Batch", category="latent/batch", function="frombatch")
def from_batch(
    *,
    samples: Latent,
    batch_index: Annotated[int, Range(0, 63)] = 0,
    length: Annotated[int, Range(1, 64)] = 1,
) -> Latent:
    """Some items of a batch; each keeps the noise it has there."""
    from dgx_pixels.engine.imaging.scaling import to_batch

    count = len(samples["samples"])
    first = min(batch_index, count - 1)
    last = min(first + length, count)
    result: dict[str, Any] = {**samples, "samples": samples["samples"][first:last].clone()}
    mask = samples.get("noise_mask")
    if mask is not None and len(mask) > 1:
        result["noise_mask"] = to_batch(mask, count)[first:last].clone()
    result["batch_index"] = _places(samples)[first:last]
    return result


def _places(samples: dict[str, Any]) -> list[int]:
    """Which draw of the noise each item takes."""
    return list(samples.get("batch_index", range(len(samples["samples"]))))


@node("RepeatLatentBatch", title="Repeat Latent Batch", category="latent/batch", function="repeat")
def repeat(*, samples: Latent, amount: Annotated[int, Range(1, 64)] = 1) -> Latent:
    """A batch several times over, each time with noise of its own."""
    from dgx_pixels.engine.imaging.scaling import to_batch

    count = len(samples["samples"])
    result: dict[str, Any] = {**samples, "samples": samples["samples"].repeat(amount, 1, 1, 1)}
    mask = samples.get("noise_mask")
    if mask is not None and len(mask) > 1:
        result["noise_mask"] = to_batch(mask, count).repeat(amount, 1, 1, 1)
    if "batch_index" in samples:
        places = _places(samples)
        step = max(places) - min(places) + 1
        result["batch_index"] = [place + step * copy for copy in range(amount) for place in places]
    return result


@node("LatentBatch", category="latent/batch", v3=True, function="execute", module="comfy_extras.nodes_latent")
def batch(*, samples1: Latent, samples2: Latent) -> Latent:
    """Both in one batch, the second at the size of the first; each keeps its noise."""
    import torch

    from dgx_pixels.engine.latent_math import sized

    first, second = samples1["samples"], samples2["samples"]
    joined = torch.cat((first, sized(second, first, "bilinear")))
    return {**samples1, "samples": joined, "batch_index": _places(samples1) + _places(samples2)}


@node("LatentBatchSeedBehavior", category="latent/advanced", v3=True, function="execute",
      module="comfy_extras.nodes_latent")  # fmt: skip
def seed_behavior(*, samples: Latent, seed_behavior: Annotated[str, Choice(("random", "fixed"))] = "fixed") -> Latent:
    """The same noise for every item, or another for each."""
    result = dict(samples)
    if seed_behavior == "fixed":
        result["batch_index"] = [_places(samples)[0]] * len(samples["samples"])
    else:
        result.pop("batch_index", None)
    return result


@node("RebatchLatents", title="Rebatch Latents", category="latent/batch", v3=True, function="execute",
      list_inputs=True, lists=(True,), module="comfy_extras.nodes_rebatch")  # fmt: skip
def rebatch(*, latents: Latent, batch_size: BatchSize = 1) -> Latent:
    """All items in batches of another size, in order; items of different size share none."""
    from dgx_pixels.engine.latent_math import regrouped

    given: Any = latents, batch_size  # a list each, as every input of this node comes
    return regrouped(given[0], given[1][0])  # type: ignore[return-value] - a list of them


NODES: Final = (from_batch, repeat, batch, seed_behavior, rebatch)
