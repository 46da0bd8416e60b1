"""Which failing outputs rest on which faulty nodes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from dgx_pixels.core.limits import MAX_DEPENDENT_OUTPUTS


def dependent_outputs(
    prompt: Mapping[str, Any], checked: Sequence[str], faulty: Iterable[str], outputs: Sequence[str]
) -> dict[str, list[str]]:
    """Failing ``outputs`` that reach each of the ``faulty`` nodes, in their order.

    ``checked`` has every node after those that it is linked to. Beyond `MAX_DEPENDENT_OUTPUTS` in all, none are named.
    """
    reached = dict.fromkeys(checked, 0)
    for bit, output in enumerate(outputs):
        reached[output] = reached.get(output, 0) | 1 << bit
    while _spread(prompt, checked, reached):
        pass
    left = MAX_DEPENDENT_OUTPUTS
    found: dict[str, list[str]] = {}
    for node_id in faulty:
        found[node_id] = [outputs[bit] for bit in islice(_bits(reached.get(node_id, 0)), left)]
        left -= len(found[node_id])
    return found


def _bits(mask: int) -> Iterator[int]:
    """Places of the ones, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _spread(prompt: Mapping[str, Any], checked: Sequence[str], reached: dict[str, int]) -> bool:
    """Hand what reaches a node on to those it is linked to. Whether another pass is needed: only for cycles."""
    again = False
    passed: set[str] = set()
    for node_id in reversed(checked):
        passed.add(node_id)
        mask = reached[node_id]
        if not mask:
            continue
        for producer in _producers(prompt[node_id]):
            if producer in reached and reached[producer] | mask != reached[producer]:
                reached[producer] |= mask
                again = again or producer in passed
    return again


def _producers(node: Mapping[str, Any]) -> Iterable[str]:
    inputs = node.get("inputs")
    if not isinstance(inputs, dict):
        return ()
    links = [value for value in inputs.values() if isinstance(value, list) and len(value) == 2]
    return [link[0] for link in links if isinstance(link[0], str)]
