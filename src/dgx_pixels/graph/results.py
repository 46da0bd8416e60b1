"""What node calls return, in all its forms, put together over the calls of a node."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.cache import Outputs


@dataclass(frozen=True, slots=True)
class Returned:
    """What one call returned."""

    result: Sequence[Any] | None
    """One value for each output; None where there are none."""
    ui: Mapping[str, Any] | None = None
    expand: Mapping[str, Any] | None = None
    """Nodes to run in its place, by id."""


def read(returned: Any, outputs: int) -> Returned:
    """Understand what a call returned; ``outputs`` is how many the class declares."""
    if isinstance(returned, dict):
        result = returned.get("result")
        return Returned(_spread(result, outputs), returned.get("ui"), returned.get("expand"))
    return Returned(_spread(returned, outputs))


def _spread(result: Any, outputs: int) -> Sequence[Any] | None:
    return (result,) * outputs if isinstance(result, ExecutionBlocker) else result


def shown(calls: Iterable[Returned]) -> dict[str, list[Any]]:
    """What a node shows: the lists of its calls after one another, under the names that the first call used."""
    told = [call.ui for call in calls if call.ui is not None]
    return {name: [one for ui in told for one in ui.get(name, ())] for name in told[0]} if told else {}


def merged(
    results: Sequence[tuple[Sequence[Any], bool]], lists: Sequence[bool], values_of: Callable[[Any], list[Any] | None]
) -> Outputs:
    """Outputs of a node: for each the values of all its calls in one list, whole lists where ``lists`` says so.

    ``results`` says of each whether links in it stand for something: ``values_of(link)`` gives what, None for no link.
    """
    if not results:
        return []
    outputs: Outputs = [[] for _ in results[0][0]]
    for result, linked in results:
        for i, values in enumerate(outputs):
            value = result[i]
            behind = values_of(value) if linked else None
            if behind is not None:
                values.extend(behind)
            elif i < len(lists) and lists[i] and not isinstance(value, ExecutionBlocker):
                values.extend(value)
            else:
                values.append(value)
    return outputs
