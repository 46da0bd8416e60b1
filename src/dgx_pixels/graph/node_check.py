"""What may be wrong with one node of a prompt: its links, its literals, what its class says of them."""

import inspect
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.complaints import Complaint, bad_link, mismatch, missing, raised_inside, refused
from dgx_pixels.graph.literals import converted, out_of_bounds, unwrapped
from dgx_pixels.graph.mapping import calls, gather
from dgx_pixels.graph.schema import Declared, Schemas
from dgx_pixels.graph.trampoline import Steps

_NO_NAMES: Final = frozenset[str]()


@dataclass(slots=True)
class _Own:
    """What a class's VALIDATE_INPUTS wants to see."""

    names: frozenset[str] = _NO_NAMES
    everything: bool = False

    def sees(self, name: str) -> bool:
        return self.everything or name in self.names

    @classmethod
    def of(cls, node: type[Any]) -> "_Own | None":
        function = getattr(node, "VALIDATE_INPUTS", None)
        if function is None:
            return None
        parameters = inspect.signature(function).parameters.values()
        names = frozenset(p.name for p in parameters if p.kind not in {p.VAR_KEYWORD, p.VAR_POSITIONAL})
        return cls(names, any(p.kind is p.VAR_KEYWORD for p in parameters))


@dataclass(slots=True)
class Ledger:
    """What is known of the nodes of a prompt."""

    prompt: Mapping[str, Any]
    schemas: Schemas
    verdicts: dict[str, bool] = field(default_factory=dict[str, bool])
    """In the order in which checks ended: what a node is linked to comes before it."""
    complaints: dict[str, list[Complaint]] = field(default_factory=dict[str, list[Complaint]])
    _owns: dict[type[Any], _Own | None] = field(default_factory=dict[type[Any], _Own | None])

    def own(self, cls: type[Any]) -> _Own | None:
        """What a class's VALIDATE_INPUTS wants; None if it has none."""
        if cls not in self._owns:
            self._owns[cls] = _Own.of(cls)
        return self._owns[cls]


class NodeCheck:
    """The check of one node. Constructing it raises for a node without inputs and a class that cannot be asked."""

    def __init__(self, node_id: str, ledger: Ledger) -> None:
        node = ledger.prompt[node_id]
        self._id = node_id
        self._ledger = ledger
        self._inputs: dict[str, Any] = node["inputs"]
        if not isinstance(self._inputs, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - JSON from outside
            raise TypeError("inputs must be an object of inputs by name")
        self._schema = ledger.schemas.of(node["class_type"])
        self._own = ledger.own(self._schema.cls)
        self._complaints: list[Complaint] = []
        self._received: dict[str, Any] = {}
        """Types of the outputs linked to, by input."""

    @staticmethod
    def steps_of(node_id: str, ledger: Ledger) -> Steps:
        """The check as steps that raise what constructing it raises."""
        return (yield from NodeCheck(node_id, ledger).steps())

    def steps(self) -> Steps:
        """Ask for the nodes linked to, and say whether this one and all of them are right."""
        passed = True
        for name, required in self._schema.inputs():
            if name not in self._inputs:
                if required:
                    self._complaints.append(missing(name))
                continue
            declared = self._schema.find(name)
            if declared is None:
                continue
            value = self._inputs[name]
            if not isinstance(value, list):
                self._check_literal(name, declared, value)
            elif self._link_fits(name, declared, value):
                passed = (yield from self._follow(name, declared, value)) and passed
        yield from self._ask_class()
        if self._complaints:
            self._ledger.complaints[self._id] = self._complaints
        return passed and not self._complaints

    def _check_literal(self, name: str, declared: Declared, given: Any) -> None:
        value, wrong = converted(name, declared, unwrapped(given))
        self._inputs[name] = value
        if wrong is None and not (self._own and self._own.sees(name)):
            wrong = out_of_bounds(name, declared, value)
        if wrong is not None:
            self._complaints.append(wrong)

    def _link_fits(self, name: str, declared: Declared, link: list[Any]) -> bool:
        if len(link) != 2:
            self._complaints.append(bad_link(name, declared, link))
            return False
        producer = self._ledger.prompt[link[0]]
        received = self._ledger.schemas.outputs(producer["class_type"])[link[1]]
        self._received[name] = received
        if (self._own and "input_types" in self._own.names) or types_match(received, declared.type):
            return True
        self._complaints.append(mismatch(name, declared, received, link))
        return False

    def _follow(self, name: str, declared: Declared, link: list[Any]) -> Steps:
        """Whether the node linked to is right."""
        verdicts = self._ledger.verdicts
        producer: str = link[0]
        if producer in verdicts:
            return verdicts[producer]
        try:
            return (yield producer)
        except Exception as error:  # noqa: BLE001 - a class may raise anything; it is the client's to read
            verdicts[producer] = False
            self._ledger.complaints[producer] = [raised_inside(name, declared, link, error)]
            return False

    def _ask_class(self) -> Generator[Any, Any, None]:
        """What VALIDATE_INPUTS says; it sees literals, and None for links."""
        own, schema = self._own, self._schema
        lacking = any(one["type"] == "required_input_missing" for one in self._complaints)
        if own is None or lacking:
            return
        hidden: Mapping[str, Any] = {"PROMPT": {}, "UNIQUE_ID": self._id}
        data = gather(schema, self._inputs, hidden.get, lambda _name, _link: [None])
        shown: dict[str, Sequence[Any]] = {name: values for name, values in data.items() if own.sees(name)}
        named = list(shown) or ["input_types"]
        if "input_types" in own.names:
            shown["input_types"] = [self._received]
        answers: list[Any] = []
        for arguments in calls(shown, lists=schema.takes_lists):
            answer = schema.cls.VALIDATE_INPUTS(**arguments)
            answers.append((yield answer) if inspect.isawaitable(answer) else answer)
        bad = [answer for answer in answers if answer is not True and not isinstance(answer, ExecutionBlocker)]
        self._complaints.extend(refused(name, answer) for name in named for answer in bad)


def types_match(received: Any, declared: Any) -> bool:
    """Whether an output type may go into an input of a type. Types with a ``!=`` of their own decide for themselves."""
    if not received != declared:  # noqa: SIM202 - wildcards of packs define only !=
        return True
    if not isinstance(received, str) or not isinstance(declared, str):
        return False
    return not {one.strip() for one in received.split(",")}.isdisjoint(one.strip() for one in declared.split(","))
