"""Depth-first walks without recursion: a graph of any depth takes no more of Python's stack than a small one.

A step is a generator. It yields the id of another node and gets that node's answer back, or yields an awaitable and
gets its result; what either raises is raised at the yield.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final, TypeAlias

Steps: TypeAlias = Generator["str | Awaitable[Any]", Any, bool]

_BREATH: Final = 64
"""Steps between two turns of the event loop: a few milliseconds."""


async def descend(root: str, begin: Callable[[str], Steps], done: Callable[[str, bool], None]) -> None:
    """Walk from ``root``. ``begin(id)`` starts a node's steps; ``done(id, answer)`` hears of its end.

    A node that is asked for while it is itself waiting (a cycle) counts as answered with False. Raises what the steps
    of ``root`` raise.
    """
    stack: dict[str, Steps] = {root: begin(root)}
    answer: Any = None
    error: Exception | None = None
    taken = 0
    while stack:
        node_id = next(reversed(stack))
        steps = stack[node_id]
        try:
            asked = steps.send(answer) if error is None else steps.throw(error)
        except StopIteration as end:
            del stack[node_id]
            answer, error = end.value, None
            done(node_id, answer)
        except Exception as failure:  # noqa: BLE001 - raised again in the node that asked, or below
            del stack[node_id]
            error = failure
        else:
            answer, error = await _answered(asked, stack, begin)
        taken += 1
        if taken % _BREATH == 0:
            await asyncio.sleep(0)
    if error is not None:
        raise error


async def _answered(
    asked: str | Awaitable[Any], stack: dict[str, Steps], begin: Callable[[str], Steps]
) -> tuple[Any, Exception | None]:
    """What to resume the top of the stack with."""
    if isinstance(asked, str):
        if asked in stack:
            return False, None
        stack[asked] = begin(asked)
        return None, None
    try:
        return await asked, None
    except Exception as failure:  # noqa: BLE001 - raised again where it was awaited
        return None, failure
