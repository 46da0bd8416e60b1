"""A function with a signature becomes a node class of the form that workflows and node packs know.

`@node` only describes; `node_class` builds the class, bound to the folders whose files it offers. Nothing is
registered by importing.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Protocol, Union, get_args, get_origin

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.context import current
from dgx_pixels.nodes.sockets import OPTIONAL, Choice, Files, Hidden, Injected, Itself, Options, Range, Socket, Unlisted

_LITERALS: Final = {int: "INT", float: "FLOAT", str: "STRING", bool: "BOOLEAN"}
# Parameters that no description of a node shows.
_UNSEEN: Final[Mapping[Any, str]] = {Injected: "injected", Itself: "itself", Unlisted: "unlisted"}


class Listing(Protocol):
    """Where the names of files come from."""

    def names(self, kind: str) -> list[str]:
        """Sorted relative names of the files of a kind; ``input`` and ``output`` are folders of pictures."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A function and what ``/object_info`` says of it beside its signature."""

    run: Callable[..., Any]
    name: str
    category: str
    title: str | None = None
    """None: the name (old form) or nothing (V3)."""
    description: str = ""
    module: str = "nodes"
    """What ``python_module`` says."""
    v3: bool = False
    """Whether choices are written in the new way."""
    function: str = "run"
    """Name of the method, which packs call directly."""
    outputs: tuple[str, ...] | None = None
    """Types of the outputs where the annotation cannot say them."""
    names: tuple[str, ...] | None = None
    """Names of the outputs; None: their types."""
    lists: tuple[bool, ...] | None = None
    """Which outputs are lists; None: none."""
    tooltips: tuple[str | None, ...] | None = None
    output: bool = False
    list_inputs: bool = False
    not_idempotent: bool = False
    deprecated: bool = False
    experimental: bool = False
    order: tuple[str, ...] | None = None
    """Inputs in the order that packs pass them to the method; None: that of the signature."""
    inputs: Mapping[str, tuple[Any, Mapping[str, Any]]] = field(default_factory=dict[str, Any])
    """Further required inputs, ``name: (type, options)``: those whose names Python cannot spell."""
    changed: Callable[..., Any] | None = None
    """IS_CHANGED. Called, like the other two, with the inputs that it names, None for those that are not there yet;
    a parameter ``files`` gets the `Listing`, ``host`` (not for ``validate``) what the run has for nodes."""
    validate: Callable[..., Any] | None = None
    """VALIDATE_INPUTS."""
    lazy: Callable[..., Any] | None = None
    """check_lazy_status: names of the lazy inputs that are needed."""


def node(name: str, **described: Any) -> Callable[[Callable[..., Any]], Node]:
    """Describe a function as the node ``name``; keywords are the fields of `Node`."""

    def describe(run: Callable[..., Any]) -> Node:
        return Node(run=run, name=name, **described)

    return describe


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a node's function."""

    name: str
    section: str
    """``required``, ``optional``, ``hidden``, ``unlisted``, ``injected`` or ``itself``."""
    type: str
    markers: tuple[Any, ...]
    default: Any
    """`inspect.Parameter.empty` where there is none."""

    def spec(self, files: Listing, *, v3: bool) -> tuple[Any, dict[str, Any]]:
        """``(type, options)`` as ``/object_info`` has them."""
        options: dict[str, Any] = {}
        if self.default is not inspect.Parameter.empty and self.default is not None:
            options["default"] = self.default
        choices: list[str] | None = None
        for marker in self.markers:
            if isinstance(marker, Range):
                bounds = {"min": marker.min, "max": marker.max, "step": marker.step}
                options |= {key: value for key, value in bounds.items() if value is not None}
            elif isinstance(marker, Choice):
                choices = list(marker.options)
            elif isinstance(marker, Files):
                choices = [*files.names(marker.kind), *marker.more]
            if isinstance(marker, Range | Choice | Files | Options):
                options |= marker.extra
        if choices is None:
            return self.type, options
        return ("COMBO", {**options, "multiselect": False, "options": choices}) if v3 else (choices, options)


def parameters(described: Node) -> tuple[Parameter, ...]:
    """Inputs of a node in the order of its signature. Raises TypeError for an annotation that says no type."""
    declared = inspect.signature(described.run).parameters.values()
    return tuple(_parameter(p) for p in declared if p.kind is not p.VAR_KEYWORD)


def _parameter(parameter: inspect.Parameter) -> Parameter:
    annotation, optional = _without_none(parameter.annotation)
    base, markers = _unwrapped(annotation)
    optional = optional or OPTIONAL in markers
    section = "optional" if optional else "required"
    kind = _LITERALS.get(base, "*")
    for marker in markers:
        if isinstance(marker, Socket):
            kind = marker.type
        elif isinstance(marker, Hidden):
            section, kind = "hidden", marker.name
        elif type(marker) in _UNSEEN:
            section = _UNSEEN[type(marker)]
    return Parameter(parameter.name, section, kind, markers, parameter.default)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """``X`` of ``X | None``, and whether there was a None."""
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation, False
    rest = [arg for arg in get_args(annotation) if arg is not NoneType]
    return rest[0], len(rest) < len(get_args(annotation))


def _unwrapped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Plain type and markers of an ``Annotated`` (nested ones come flat)."""
    if get_origin(annotation) is not Annotated:
        return annotation, ()
    base, *markers = get_args(annotation)
    return base, tuple(markers)


def output_types(described: Node) -> tuple[str, ...]:
    """Types of the outputs, from the return annotation."""
    if described.outputs is not None:
        return described.outputs
    returns = inspect.signature(described.run).return_annotation
    if returns is None or returns is inspect.Signature.empty or described.output:
        return ()
    many = get_args(returns) if get_origin(returns) is tuple else (returns,)
    return tuple(_output_type(annotation) for annotation in many)


def _output_type(annotation: Any) -> str:
    base, markers = _unwrapped(annotation)
    return next((marker.type for marker in markers if isinstance(marker, Socket)), _LITERALS.get(base, "*"))


def node_class(described: Node, files: Listing) -> type[Any]:
    """The class of a node: INPUT_TYPES, RETURN_TYPES, FUNCTION and so on, with a method that calls the function.

    The method takes inputs by name or in the order of the signature, and fills in the `Host` of the run.
    """
    inputs = parameters(described)
    declared = [p.name for p in inputs if p.section not in {"injected", "itself"}] + list(described.inputs)
    order = described.order or declared
    hosted = [p.name for p in inputs if p.section == "injected"]
    itself = [p.name for p in inputs if p.section == "itself"]

    types = output_types(described)

    def called(self: object, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        values = {**dict(zip(order, args, strict=False)), **kwargs}
        for name in hosted:
            if name not in values:
                values[name] = current().host
        for name in itself:
            values[name] = self
        return described.run(**values)

    def method(self: object, *args: Any, **kwargs: Any) -> Any:
        return _result(called(self, args, kwargs), len(types))

    async def coroutine(self: object, *args: Any, **kwargs: Any) -> Any:
        return _result(await called(self, args, kwargs), len(types))

    run = coroutine if inspect.iscoroutinefunction(described.run) else method
    attributes: dict[str, Any] = {
        "__doc__": described.run.__doc__,
        "INPUT_TYPES": classmethod(lambda _cls: _input_types(described, inputs, files)),
        "RETURN_TYPES": types,
        "RETURN_NAMES": described.names or types,
        "OUTPUT_IS_LIST": described.lists or tuple(False for _ in types),
        "FUNCTION": described.function,
        "CATEGORY": described.category,
        "DESCRIPTION": described.description,
        "OUTPUT_NODE": described.output,
        "INPUT_IS_LIST": described.list_inputs,
        "NOT_IDEMPOTENT": described.not_idempotent,
        "DEPRECATED": described.deprecated,
        "EXPERIMENTAL": described.experimental,
        "DISPLAY_NAME": described.title,
        "PYTHON_MODULE": described.module,
        "V3": described.v3,
        # Packs call nodes of the new form on the class, those of the old form on an instance.
        described.function: classmethod(run) if described.v3 and not itself else run,
    }
    if described.tooltips is not None:
        attributes["OUTPUT_TOOLTIPS"] = described.tooltips
    attributes |= _hooks(described, files)
    return type(described.name.replace(" ", "_"), (), attributes)


def _input_types(described: Node, inputs: Sequence[Parameter], files: Listing) -> dict[str, Any]:
    sections: dict[str, Any] = {"required": {}}
    for parameter in inputs:
        if parameter.section == "hidden":
            value: Any = (parameter.type,) if described.v3 else parameter.type
            sections.setdefault("hidden", {})[parameter.name] = value
        elif parameter.section not in _UNSEEN.values():
            kind, options = parameter.spec(files, v3=described.v3)
            value = (kind, options) if options or described.v3 else (kind,)
            sections.setdefault(parameter.section, {})[parameter.name] = value
    for name, (kind, options) in described.inputs.items():
        sections["required"][name] = (kind, dict(options))
    return sections


def _result(value: Any, outputs: int) -> Any:
    """What a function returned as the graph takes it: a dict of its words and a blocker as they are, else a tuple."""
    if isinstance(value, ExecutionBlocker):
        return value
    if isinstance(value, dict) and not value.keys().isdisjoint(("ui", "result", "expand")):
        return value
    if isinstance(value, tuple) and outputs != 1:
        return value
    return () if value is None and not outputs else (value,)


def _hooks(described: Node, files: Listing) -> dict[str, Any]:
    """IS_CHANGED, VALIDATE_INPUTS and check_lazy_status, where the node has them."""
    hooks: dict[str, Any] = {}
    if described.changed is not None:
        hooks["IS_CHANGED"] = classmethod(_hook(described.changed, files))
    if described.validate is not None:
        hooks["VALIDATE_INPUTS"] = classmethod(_hook(described.validate, files))
    if described.lazy is not None:
        hooks["check_lazy_status"] = _hook(described.lazy, files)
    return hooks


def _hook(function: Callable[..., Any], files: Listing) -> Callable[..., Any]:
    """The function as a method that takes the inputs by name and passes on those that the function asks for.

    Its signature lacks ``files`` and ``host``, which are filled in.
    """
    signature = inspect.signature(function)
    asked = signature.parameters
    everything = any(p.kind is p.VAR_KEYWORD for p in asked.values())

    def hook(_self: object, **inputs: Any) -> Any:
        values = {name: value for name, value in inputs.items() if everything or name in asked}
        if "files" in asked:
            values["files"] = files
        if "host" in asked:
            values["host"] = current().host
        return function(**values)

    kept = [_by_name(p) for name, p in asked.items() if name not in {"files", "host"}]
    first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    # Graphs read from it which inputs VALIDATE_INPUTS wants.
    vars(hook)["__signature__"] = signature.replace(parameters=[first, *kept])
    return hook


def _by_name(parameter: inspect.Parameter) -> inspect.Parameter:
    """The parameter as keyword-only, ``**kwargs`` as it is."""
    if parameter.kind is parameter.VAR_KEYWORD:
        return parameter
    return parameter.replace(kind=parameter.KEYWORD_ONLY)


def described_as(described: Node, **changes: Any) -> Node:
    """A copy of a node with other fields: a family of nodes that share a function."""
    return replace(described, **changes)
