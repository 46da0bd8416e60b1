"""The jobs that wait and run, in memory: who is next. Knows no database; rebuilt from it at every start."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from heapq import heapify, heappop, heappush

from dgx_pixels.core.errors import StaleError
from dgx_pixels.jobs.job import Job


class Board:
    """Waiting jobs by (number, id), running ones by (id, attempt)."""

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self.pending: dict[int, Job] = {}
        """By ``seq``."""
        self.running: dict[tuple[str, int], Job] = {}
        self.weight = 0
        """Characters of JSON of the waiting jobs."""
        self._heap: list[tuple[int | float, str, int]] = []
        self._ids: Counter[str] = Counter()
        self._attempts: dict[str, int] = {}
        for job in jobs:
            self.add(job)

    def add(self, job: Job) -> None:
        """A job waits."""
        self._enter(job)
        self.pending[job.seq] = job
        self.weight += job.weight
        heappush(self._heap, (job.number, job.id, job.seq))

    def take(self, now: int) -> Job | None:
        """The first of the waiting jobs, running from now on; None where none waits."""
        while self._heap:
            _, _, seq = heappop(self._heap)
            waiting = self.pending.get(seq)
            if waiting is not None:
                attempt = self._attempts[waiting.id] + 1
                self.remove(waiting)
                job = replace(waiting, state="running", attempt=attempt, tries=waiting.tries + 1, start_ms=now)
                self._enter(job)
                self.running[job.id, attempt] = job
                return job
        return None

    def remove(self, job: Job) -> None:
        """A job waits no longer."""
        del self.pending[job.seq]
        self.weight -= job.weight
        self._leave(job)
        if len(self._heap) > 2 * len(self.pending) + 64:
            self._heap = [(job.number, job.id, job.seq) for job in self.pending.values()]
            heapify(self._heap)

    def held(self, job_id: str, attempt: int) -> Job:
        """The running job of an attempt. Raises StaleError."""
        try:
            return self.running[job_id, attempt]
        except KeyError:
            raise StaleError from None

    def end(self, job: Job) -> None:
        """A job runs no longer."""
        if self.running.pop((job.id, job.attempt), None) is not None:
            self._leave(job)

    def _enter(self, job: Job) -> None:
        self._ids[job.id] += 1
        self._attempts[job.id] = max(job.attempt, self._attempts.get(job.id, 0))

    def _leave(self, job: Job) -> None:
        """The highest attempt of an id is remembered as long as one of its jobs is here."""
        self._ids[job.id] -= 1
        if not self._ids[job.id]:
            del self._ids[job.id], self._attempts[job.id]
