"""Questions to a worker that wait for their answers, across its deaths. Knows no process."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from dgx_pixels.core.errors import WorkerError
from dgx_pixels.worker.frames import Answer, Ask

_TRIES: Final = 2


@dataclass(slots=True)
class _Open:
    ask: Ask
    answer: "asyncio.Future[dict[str, Any]]"
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    sent: int = 0


class Questions:
    """The open questions."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._numbers = count(1)

    def __bool__(self) -> bool:
        return bool(self._open)

    def put(self, about: str, payload: dict[str, Any]) -> "tuple[Ask, asyncio.Future[dict[str, Any]]]":
        """A new question and where its answer will be: fields by name, each a dict."""
        ask = Ask(next(self._numbers), about, payload)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._open[ask.question] = _Open(ask, answer)
        answer.add_done_callback(lambda _: self._open.pop(ask.question, None))
        return ask, answer

    def to_send(self) -> Iterator[Ask]:
        """Those that a worker which just came up has to hear; one that took several down with it is given up."""
        for question in list(self._open.values()):
            if question.answer.done():
                continue
            if question.sent >= _TRIES:
                question.answer.set_exception(WorkerError("the worker died over this question; it is not asked again"))
                continue
            yield self.sent(question.ask)

    def give_up(self, why: str) -> None:
        """Nobody is going to answer."""
        for question in list(self._open.values()):
            if not question.answer.done():
                question.answer.set_exception(WorkerError(why))

    def sent(self, ask: Ask) -> Ask:
        """A question goes out."""
        question = self._open[ask.question]
        question.sent += 1
        question.fields.clear()
        return ask

    def hear(self, answer: Answer) -> None:
        """A part of an answer came; one that nobody waits for any more is dropped."""
        question = self._open.get(answer.question)
        if question is None or question.answer.done():
            return
        if not answer.last:
            question.fields.setdefault(answer.field, {}).update(answer.part)
        elif answer.error is not None:
            question.answer.set_exception(WorkerError(f"the worker could not answer: {answer.error}"))
        else:
            question.answer.set_result(question.fields)
