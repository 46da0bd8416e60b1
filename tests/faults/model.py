"""What a job store is, in the fewest words: the reference that the real one is compared with."""

from dataclasses import dataclass, field


@dataclass
class ModelJob:
    id: str
    number: float
    key: str | None
    order: int
    state: str = "queued"
    attempt: int = 0
    tries: int = 0
    recorded: bool = True
    """Whether the history shows it, once it has ended."""


@dataclass
class Model:
    max_queue: int
    max_history: int
    jobs: list[ModelJob] = field(default_factory=list)
    ended: list[ModelJob] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    accepted: int = 0

    def waiting(self) -> list[ModelJob]:
        return sorted((j for j in self.jobs if j.state == "queued"), key=lambda j: (j.number, j.id, j.order))

    def running(self) -> list[ModelJob]:
        return [job for job in self.jobs if job.state == "running"]

    def submit(self, job_id: str, number: float, key: str | None) -> ModelJob | None:
        known = next((job for job in self.jobs + self.ended if key is not None and job.key == key), None)
        if known is None and len(self.waiting()) < self.max_queue:
            self.accepted += 1
            known = ModelJob(job_id, number, key, self.accepted)
            self.jobs.append(known)
        return known

    def claim(self) -> ModelJob | None:
        job = next(iter(self.waiting()), None)
        if job is not None:
            job.state, job.tries = "running", job.tries + 1
        return job

    def end(self, job: ModelJob, state: str, files: tuple[str, ...] = ()) -> None:
        """The later run of an id takes the place of the earlier ones."""
        job.state = state
        self.jobs.remove(job)
        self._remember(job, [other for other in self.ended if other.id != job.id])
        self.published |= set(files)

    def cancel(self, ids: list[str] | None) -> list[str]:
        gone = [job for job in self.jobs if job.state == "queued" and (ids is None or job.id in ids)]
        for job in gone:
            job.state, job.recorded = "cancelled", False
            self.jobs.remove(job)
            self._remember(job, self.ended)
        return [job.id for job in gone]

    def _remember(self, job: ModelJob, others: list[ModelJob]) -> None:
        self.ended = [*others, job][-self.max_history :]

    def die(self, job: ModelJob) -> None:
        if job.tries >= 3:
            self.end(job, "failed")
        else:
            job.state = "queued"

    def restart(self) -> None:
        for job in sorted(self.running(), key=lambda job: job.order):
            self.die(job)

    def history(self) -> list[str]:
        return [job.id for job in self.ended if job.recorded]
