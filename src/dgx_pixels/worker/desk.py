"""Answers the server's questions about nodes, in a thread of its own, so also while a job runs."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from dgx_pixels.compat.routes import has_prompt_handlers, has_routes, known_routes, rewritten, serve_routes
from dgx_pixels.graph.info import node_info
from dgx_pixels.graph.validate import validate_prompt
from dgx_pixels.worker.channel import Channel
from dgx_pixels.worker.frames import Answer, Ask
from dgx_pixels.worker.surroundings import Stock

_PART_CHARS: Final = 2**18  # the server reads a part between two requests


class Desk:
    """Where questions are put and answered one after the other."""

    def __init__(self, channel: Channel, stock: Stock) -> None:
        self._channel = channel
        self._stock = stock
        self._questions: SimpleQueue[Ask] = SimpleQueue()
        self._served = False

    def start(self) -> None:
        """Begin to answer."""
        threading.Thread(target=self._answer_all, name="desk", daemon=True).start()

    def put(self, question: Ask) -> None:
        """Hand in a question."""
        self._questions.put(question)

    def _answer_all(self) -> None:
        loop = asyncio.new_event_loop()
        while True:
            question = self._questions.get()
            try:
                for field, part in loop.run_until_complete(self._answer(question)):
                    self._channel.send(Answer(question.question, field, part, last=False, error=None))
                error = None
            except (Exception, SystemExit) as problem:  # noqa: BLE001 - whatever the code of a pack does, the next question comes
                error = f"{type(problem).__name__}: {problem}"
            self._channel.send(Answer(question.question, "", {}, last=True, error=error))

    async def _answer(self, question: Ask) -> list[tuple[str, dict[str, Any]]]:
        """Fields of the answer, in parts of a size that neither side chokes on."""
        if question.about == "object_info":
            return [("nodes", part) for part in _parts(self._object_info())]
        if question.about == "packs":
            return [("packs", part) for part in _parts(self._packs())]
        if question.about == "routes":
            served = self._serve(Path(question.payload["socket"]))
            return [("routes", {"served": served, "known": known_routes() if served else []})]
        if question.about == "rewrite":
            return [("request", part) for part in _parts(rewritten(question.payload["request"]))]
        if question.about == "handlers":
            return [("handlers", {"any": has_prompt_handlers()})]
        prompt, targets = question.payload["prompt"], question.payload["targets"]
        validation = await validate_prompt(self._stock.registry, prompt, targets)
        return [("validation", asdict(validation)), *(("prompt", part) for part in _parts(prompt))]

    def _serve(self, socket: Path) -> bool:
        """Serve the packs' routes; whether there are any."""
        if not self._served and has_routes():
            socket.unlink(missing_ok=True)
            serve_routes(socket)
            self._served = True
        return self._served

    def _object_info(self) -> dict[str, Any]:
        """Entries of the packs' nodes; one whose class raises is left out."""
        entries: dict[str, Any] = {}
        for name in self._stock.foreign:
            try:
                entry = node_info(name, self._stock.registry.classes[name], self._stock.registry)
                entries[name] = json.loads(json.dumps(entry, default=str))
            except Exception:  # noqa: BLE001, S112 - the class is a pack's; ComfyUI leaves such a node out, too
                continue
        return entries

    def _packs(self) -> dict[str, Any]:
        return {
            pack.name: {
                "name": pack.name,
                "path": str(pack.path),
                "error": pack.error,
                "nodes": list(pack.nodes),
                "web": None if pack.web is None else str(pack.web),
                "web_name": pack.web_name,
                "templates": [str(path) for path in self._stock.templates.get(pack.name, ())],
            }
            for pack in self._stock.packs
        }


def _parts(whole: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A mapping in pieces of about `_PART_CHARS` characters of JSON."""
    part: dict[str, Any] = {}
    chars = 0
    for key, value in whole.items():
        part[key] = value
        chars += len(json.dumps(value, default=str))
        if chars > _PART_CHARS:
            yield part
            part, chars = {}, 0
    if part:
        yield part
