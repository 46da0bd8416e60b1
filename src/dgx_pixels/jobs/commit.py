"""Group commit: one thread that owns the store and puts everything that waits into one transaction.

A change is answered when it is on the disk. Where the disk refuses, what was not committed is answered with an error
and nothing more is taken until a probe has been written. Knows no job and no queue.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final

from dgx_pixels.core.errors import DgxPixelsError, StoreUnavailableError
from dgx_pixels.core.limits import MAX_COMMIT, STORE_PROBE_SECONDS
from dgx_pixels.jobs.store import Store, is_trouble

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """Something to do with the store, and what to do on the event loop with the result or the exception."""

    work: Callable[[Store], Any]
    answer: Callable[[Any], None]
    reads: bool = False
    """It changes nothing, and sees everything ordered before it."""
    durable: bool = True
    """False: it was promised already. It is not waited for, and done later where it cannot be done now."""


class GroupCommit:
    """Does orders one batch at a time; ``housekeeping`` is part of every batch that changes something."""

    def __init__(
        self, store: Store, housekeeping: Callable[[Store], None], on_recovered: Callable[[], None] | None = None
    ) -> None:
        self.obstacle: str | None = None
        """Why nothing can be written; None while it can."""
        self._closed = False
        self._probed = 0.0
        self._store = store
        self._housekeeping = housekeeping
        self._on_recovered = on_recovered
        self._loop = asyncio.get_running_loop()
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._kept: deque[Order] = deque()
        self._thread = threading.Thread(target=self._serve, name="job-store", daemon=True)
        self._thread.start()

    def put(self, order: Order) -> None:
        """Do this after everything that was put before."""
        if self._closed or (self.obstacle is not None and order.durable and not order.reads):
            order.answer(self._refusal())
        else:
            self._orders.put(order)

    async def close(self) -> None:
        """Do what was put, then close the store."""
        self._closed = True
        self._orders.put(None)
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        going = True
        while going:
            orders, going = self._gather()
            if self.obstacle is not None and time.monotonic() - self._probed >= STORE_PROBE_SECONDS:
                self._probe()
            answers: list[tuple[Order, Any]] = []
            changes = [*self._kept, *(order for order in orders if not order.reads)]
            self._kept.clear()
            if changes:
                self._commit(changes, answers)
            answers += [(order, self._read(order)) for order in orders if order.reads]
            self._tell(answers)
        self._store.close()

    def _gather(self) -> tuple[list[Order], bool]:
        """Everything that waits, once anything does; while the disk refuses, nothing now and then. False: the end."""
        orders: list[Order] = []
        with suppress(Empty):
            first = self._orders.get(timeout=STORE_PROBE_SECONDS if self.obstacle is not None else None)
            while first is not None:
                orders.append(first)
                if len(orders) == MAX_COMMIT:
                    return orders, True
                first = self._orders.get_nowait()
            return orders, False
        return orders, True

    def _commit(self, changes: Sequence[Order], answers: list[tuple[Order, Any]]) -> None:
        if self.obstacle is not None:
            self._refuse(changes, answers)
            return
        try:
            answers += self._transaction(changes)
        except Exception as error:  # noqa: BLE001 - sorted out below; this thread must not die
            if is_trouble(error):
                self.obstacle = str(error)
                _log.error("the job store cannot write (%s): no job is accepted until it can", error)
                self._refuse(changes, answers)
            elif len(changes) == 1:
                _log.error("a change of a job failed", exc_info=error)
                answers.append((changes[0], error))
            else:  # one of them is bad: the others go without it
                for change in changes:
                    self._commit([change], answers)

    def _transaction(self, changes: Sequence[Order]) -> list[tuple[Order, Any]]:
        with self._store.transaction(durable=any(change.durable for change in changes)):
            results = [(change, self._change(change)) for change in changes]
            self._housekeeping(self._store)
        return results

    def _change(self, order: Order) -> Any:
        before = self._store.changes
        try:
            return order.work(self._store)
        except DgxPixelsError as error:
            if self._store.changes != before:
                raise  # half done: it is taken back, and what was in the same batch done again
            return error

    def _refuse(self, changes: Sequence[Order], answers: list[tuple[Order, Any]]) -> None:
        for change in changes:
            if change.durable:
                answers.append((change, self._refusal()))
            else:
                self._kept.append(change)

    def _refusal(self) -> StoreUnavailableError:
        if self._closed:
            return StoreUnavailableError("the server is stopping; send it again when it has started")
        return StoreUnavailableError(
            f"the job store cannot be written to ({self.obstacle}); free some space, then send it again"
        )

    def _probe(self) -> None:
        self._probed = time.monotonic()
        try:
            self._store.probe()
        except Exception as error:  # noqa: BLE001 - any failure means that it cannot be written to yet
            self.obstacle = str(error)
            return
        self.obstacle = None
        _log.warning("the job store can write again")
        if self._on_recovered is not None:
            self._call(self._on_recovered)

    def _read(self, order: Order) -> Any:
        try:
            return order.work(self._store)
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            return error

    def _tell(self, answers: list[tuple[Order, Any]]) -> None:
        if answers:
            self._call(_deliver, answers)

    def _call(self, function: Callable[..., None], *values: Any) -> None:
        with suppress(RuntimeError):  # the loop is gone, and those who waited with it
            self._loop.call_soon_threadsafe(function, *values)


def _deliver(answers: list[tuple[Order, Any]]) -> None:
    for order, result in answers:
        order.answer(result)
