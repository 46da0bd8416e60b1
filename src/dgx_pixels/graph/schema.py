"""What a node class says of its inputs, read once for a validation or a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dgx_pixels.graph.registry import Registry

_NONE: Final[Mapping[str, Any]] = {}


class Declared(NamedTuple):
    """An input: its type (a list for a choice in the old form) and its options. Goes into answers as it is."""

    type: Any
    options: Mapping[str, Any]


@dataclass(slots=True)
class Schema:
    """A class and what its `INPUT_TYPES` returned.

    Sections are kept as they came: packs have dictionaries of their own that claim to contain every name.
    """

    name: str
    cls: type[Any]
    required: Mapping[str, Any]
    optional: Mapping[str, Any]
    hidden: Mapping[str, Any]
    _found: dict[str, Declared | None] = field(default_factory=dict[str, Declared | None])

    @classmethod
    def of(cls, name: str, node: type[Any]) -> "Schema":
        """Ask a class. Raises whatever its `INPUT_TYPES` raises."""
        sections = node.INPUT_TYPES()
        required, optional, hidden = (_section(sections, key) for key in ("required", "optional", "hidden"))
        return cls(name, node, required, optional, hidden)

    def find(self, name: str) -> Declared | None:
        """The input of that name in any section."""
        try:
            return self._found[name]
        except KeyError:
            pass
        found = None
        for section in (self.required, self.optional, self.hidden):
            if name in section:
                found = _declared(section[name])
                break
        self._found[name] = found
        return found

    def inputs(self) -> Iterator[tuple[str, bool]]:
        """Names of what may be plugged in, and whether it must be."""
        for name in self.required:
            yield name, True
        for name in self.optional:
            if name not in self.required:
                yield name, False

    def option(self, name: str, key: str) -> bool:
        """Whether an input has an option (``lazy``, ``rawLink``) switched on."""
        declared = self.find(name)
        return declared is not None and bool(declared.options.get(key))

    def hidden_kinds(self) -> Iterator[tuple[str, Any]]:
        """Names of hidden inputs and which value each wants, ``PROMPT`` for one."""
        for name, kind in self.hidden.items():
            yield name, kind[0] if isinstance(kind, tuple | list) and kind else kind

    @property
    def bound_to_id(self) -> bool:
        """Whether results belong to the one node: it knows its id, or says that no two runs are alike."""
        if getattr(self.cls, "NOT_IDEMPOTENT", False):
            return True
        return bool(self.hidden) and any(kind == "UNIQUE_ID" for _, kind in self.hidden_kinds())

    @property
    def reads_graph(self) -> bool:
        """Whether the node sees links, and so may expand into nodes that link to its ancestors."""
        if any(kind == "DYNPROMPT" for _, kind in self.hidden_kinds()):
            return True
        return any(self.option(name, "rawLink") for name, _ in self.inputs())

    @property
    def outputs(self) -> tuple[Any, ...]:
        """Types of the outputs."""
        return self.cls.RETURN_TYPES

    @property
    def takes_lists(self) -> bool:
        """Whether one call gets all values of every input."""
        return bool(getattr(self.cls, "INPUT_IS_LIST", False))

    @property
    def is_output(self) -> bool:
        """Whether running the node is an end in itself."""
        return is_output(self.cls)


class Schemas:
    """Schemas of a registry's classes, each asked for once."""

    def __init__(self, registry: Registry) -> None:
        self._classes = registry.classes
        self._schemas: dict[str, Schema] = {}

    def of(self, name: str) -> Schema:
        """Raises KeyError for a class that is not there, and whatever its `INPUT_TYPES` raises."""
        schema = self._schemas.get(name)
        if schema is None:
            schema = self._schemas[name] = Schema.of(name, self._classes[name])
        return schema

    def outputs(self, name: str) -> Sequence[Any]:
        """Types of a class's outputs; its inputs are not asked for."""
        return self._classes[name].RETURN_TYPES


def is_output(cls: type[Any]) -> bool:
    """Whether a class is an output node; only a plain True counts."""
    return getattr(cls, "OUTPUT_NODE", False) is True


def _section(sections: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = sections.get(key)
    return _NONE if section is None else section


def _declared(entry: Any) -> Declared:
    if not isinstance(entry, tuple | list):
        return Declared(entry, _NONE)
    kind, *rest = entry
    return Declared(kind, rest[0] if rest and isinstance(rest[0], Mapping) else _NONE)
