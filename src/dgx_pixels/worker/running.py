"""A job while a worker has it: what its events tell of it, who wants it stopped, how it ends."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dgx_pixels.jobs.job import Job, StagedFile, State
from dgx_pixels.worker.frames import Done, Emitted, Staged
from dgx_pixels.worker.process import Death
from dgx_pixels.worker.records import Whereabouts, failed, interrupted, is_final, record

_RECORDED = frozenset({"execution_start", "execution_cached"})


@dataclass(frozen=True, slots=True)
class End:
    """How a job ends: its state, its record, the event that says so, the files that it leaves."""

    state: State
    record: dict[str, Any]
    final: tuple[str, dict[str, Any]]
    files: tuple[StagedFile, ...]

    def without_files(self, job_id: str, why: str) -> "End":
        """The end that it becomes where its files cannot be published."""
        final = failed(Whereabouts(job_id), "StagedFileError", why)
        messages = self.record["status"]["messages"]
        outputs = without(self.record["outputs"], self.files)
        return End("failed", record(messages, final, outputs, self.record["meta"]), final, ())


@dataclass(slots=True)
class RunningJob:
    """One attempt at a job."""

    job: Job
    run: int
    """The worker's number for it."""
    ended: "asyncio.Future[Done | Death]"
    """Done as soon as the worker says so or dies."""
    cancelled: bool = False
    """Somebody was told that it is stopped: nothing of it may appear any more."""
    given_up: tuple[str, str] | None = None
    """Kind and message of the error that it ends with although no node made one."""
    display_node: str | None = None
    """The node that works, as the user sees it."""
    files: list[StagedFile] = field(default_factory=list[StagedFile])
    _node: str | None = None
    _nodes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    _messages: list[list[Any]] = field(default_factory=list[list[Any]])
    _outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    _final: tuple[str, dict[str, Any]] | None = None

    def staged(self, file: Staged) -> StagedFile:
        """A whole file lies in the staging folder."""
        kept = StagedFile(file.filename, file.subfolder, file.staged, file.size, file.sha256)
        self.files.append(kept)
        return kept

    def hear(self, event: Emitted) -> bool:
        """Take note of an event; False for the one that ends the run, which is told when the end is committed."""
        data = event.data
        if is_final(event.type, data):
            self._final = event.type, data
            return False
        if event.type == "executing":
            self._node, self.display_node = _text(data.get("node")), _text(data.get("display_node"))
        elif event.type == "progress_state" and isinstance(nodes := data.get("nodes"), dict):
            self._nodes = nodes
        elif event.type == "executed" and isinstance(data.get("output"), dict) and isinstance(data.get("node"), str):
            self._outputs[data["node"]] = data["output"]
        elif event.type in _RECORDED:
            self._messages.append([event.type, data])
        return True

    def end(self, done: Done) -> End:
        """How it ends, the worker being done with it."""
        if self.cancelled or self.given_up is not None:
            return self.cut_short(done)
        ended = {
            "outputs": done.outputs,
            "status": {"status_str": done.status_str, "completed": done.completed, "messages": done.messages},
            "meta": done.meta,
        }
        final = self._final or ("execution_success", {"prompt_id": self.job.id})
        if done.completed:
            return End("done", ended, final, tuple(self.files))
        # A node may stop its own run: that is no failure, and what it saved stays.
        state: State = "cancelled" if final[0] == "execution_interrupted" else "failed"
        return End(state, ended, final, tuple(self.files))

    def cut_short(self, done: Done | None = None) -> End:
        """How it ends where it was cancelled or given up; ``done`` if the worker still could say something."""
        where = self.where()
        if self.cancelled:
            final = interrupted(where)
            if self._final is not None and self._final[0] == "execution_interrupted":
                final = self._final
            state: State = "cancelled"
        else:
            kind, message = self.given_up or ("WorkerError", "The prompt was given up.")
            final, state = failed(where, kind, message), "failed"
        outputs, meta = (done.outputs, done.meta) if done is not None else (self._outputs, self._meta())
        outputs = without(outputs, self.files)
        kept_meta = {node: meta[node] for node in outputs if node in meta}
        return End(state, record(self._messages, final, outputs, kept_meta), final, ())

    def crashed(self, reason: str, times: int) -> End:
        """How it ends where its worker died once too often."""
        message = (
            f"The worker {reason} while running this prompt, {times} times in a row; it is not tried again. "
            "The server's log has what it said before."
        )
        final = failed(self.where(), "WorkerDied", message)
        outputs = without(self._outputs, self.files)
        return End("failed", record(self._messages, final, outputs, {}), final, ())

    def where(self) -> Whereabouts:
        """The node that works and those that have."""
        node = self._node
        if node is not None:
            node = _text(self._state(node).get("real_node_id")) or node
        kind = self.job.prompt.get(node, {}).get("class_type") if node is not None else None
        finished = [name for name in self._nodes if self._state(name).get("state") == "finished"]
        return Whereabouts(self.job.id, node, kind, finished)

    def _meta(self) -> dict[str, Any]:
        return {
            node: {
                "node_id": node,
                "display_node": self._state(node).get("display_node_id", node),
                "parent_node": self._state(node).get("parent_node_id"),
                "real_node_id": self._state(node).get("real_node_id", node),
            }
            for node in self._outputs
        }

    def _state(self, node: str) -> Mapping[str, Any]:
        """What the last progress said of a node."""
        state = self._nodes.get(node)
        return state if isinstance(state, dict) else {}


def without(outputs: Mapping[str, Any], files: Sequence[StagedFile]) -> dict[str, Any]:
    """Outputs of nodes less the files that will not be there."""
    gone = {(file.filename, file.subfolder) for file in files}
    kept: dict[str, Any] = {}
    for node, shown in outputs.items():
        kept[node] = {
            key: [entry for entry in value if not _names(entry, gone)] if isinstance(value, list) else value
            for key, value in shown.items()
        }
    return {node: shown for node, shown in kept.items() if any(shown.values())}


def _names(entry: Any, files: set[tuple[str, str]]) -> bool:
    if not isinstance(entry, dict) or entry.get("type") != "output":
        return False
    return (entry.get("filename"), entry.get("subfolder")) in files


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
