"""A job store that misbehaves on purpose: refuses, dawdles, or does what it is asked and says that it could not."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dgx_pixels.core.errors import StoreUnavailableError
from dgx_pixels.jobs.writer import JobStore


@dataclass
class Fault:
    """What happens to the next calls of a method."""

    kind: str
    """``refuse``, ``delay``, or ``lose``: it is done, and the answer is lost."""
    times: int = 1
    seconds: float = 0.05


class FaultyStore:
    """Stands in for a `JobStore`; ``plan`` says which of its methods fail how. ``calls`` counts them."""

    def __init__(self, store: JobStore, plan: Mapping[str, Fault]) -> None:
        self._store = store
        self._plan = plan
        self.calls: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        fault = self._plan.get(name)
        if fault is None:
            return real

        async def call(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] = self.calls.get(name, 0) + 1
            if fault.times <= 0:
                return await real(*args, **kwargs)
            fault.times -= 1
            if fault.kind == "refuse":
                raise StoreUnavailableError
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
                return await real(*args, **kwargs)
            await real(*args, **kwargs)
            raise StoreUnavailableError

        return call
