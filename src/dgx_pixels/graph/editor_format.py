"""A workflow as the editor saves it (nodes, links, widget values by position) becomes a prompt in API format.

What the editor itself does when it queues: nodes that only exist on its canvas are looked through, muted ones left
out, bypassed ones shorted. Needs every node's ``/object_info``, since values are saved without their names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dgx_pixels.core.errors import UsageError

_WIDGETS: Final = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"})
_NOTES: Final = frozenset({"Note", "MarkdownNote"})
_SEEDS: Final = frozenset({"seed", "noise_seed"})
_CONTROLS: Final = frozenset({"fixed", "increment", "decrement", "randomize", "increment-wrap"})
_MUTED: Final = 2
_BYPASSED: Final = 4


def is_editor_format(tree: Any) -> bool:
    """Whether a JSON tree is a workflow as the editor saves it."""
    return isinstance(tree, dict) and isinstance(tree.get("nodes"), list) and isinstance(tree.get("links"), list)


def to_prompt(saved: Mapping[str, Any], infos: Mapping[str, Any]) -> dict[str, Any]:
    """The prompt of a saved workflow; ``infos`` is what ``/object_info`` says of every node.

    Raises UsageError for a node that is not known and for sub-graphs, which only the editor can unfold.
    """
    return _Canvas.of(saved).prompt(infos)


@dataclass(frozen=True, slots=True)
class _Canvas:
    nodes: Mapping[int, Mapping[str, Any]]
    origins: Mapping[int, tuple[int, int]]
    """Link to (node, output) that it comes from."""

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> "_Canvas":
        try:
            nodes = {node["id"]: node for node in saved["nodes"] if isinstance(node["type"], str)}
            origins = {link[0]: (link[1], int(link[2])) for link in map(_link_row, saved["links"]) if link}
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise UsageError(f"this is no workflow of the editor ({error!r}); export it there in API format") from error
        return cls(nodes, origins)

    def prompt(self, infos: Mapping[str, Any]) -> dict[str, Any]:
        """Every node that runs."""
        return {
            str(number): self._entry(node, infos)
            for number, node in sorted(self.nodes.items(), key=lambda item: item[1].get("order", 0))
            if not _on_canvas_only(node) and node.get("mode") not in {_MUTED, _BYPASSED}
        }

    def _entry(self, node: Mapping[str, Any], infos: Mapping[str, Any]) -> dict[str, Any]:
        kind = node["type"]
        if kind not in infos:
            what = "a sub-graph; export it in the editor, in API format" if len(kind) == 36 else "no node known here"
            raise UsageError(f"node {node['id']} ({kind}) is {what}")
        inputs = dict(_named_values(node, infos[kind]))
        for given in node.get("inputs") or ():
            if given.get("link") is not None and (value := self._source(given["link"])) is not None:
                inputs[given["name"]] = value.value
        title = node.get("title") or infos[kind].get("display_name") or kind
        return {"inputs": inputs, "class_type": kind, "_meta": {"title": title}}

    def _source(self, link: int) -> "_Given | None":
        """Where a link really comes from; None where nothing does."""
        seen: set[int] = set()
        while link in self.origins and link not in seen:
            seen.add(link)
            number, slot = self.origins[link]
            node = self.nodes.get(number)
            if node is None or node.get("mode") == _MUTED:
                return None
            if node["type"] == "PrimitiveNode":
                return _Given((node.get("widgets_values") or [None])[0])
            if node["type"] != "Reroute" and node.get("mode") != _BYPASSED:
                return _Given([str(number), slot])
            passed = _passed_link(node, slot)
            if passed is None:
                return None
            link = passed
        return None


@dataclass(frozen=True, slots=True)
class _Given:
    """A value or a link, which may itself be None."""

    value: Any


def _link_row(link: Any) -> list[Any]:
    """A link as a list: newer files have a dict."""
    if isinstance(link, dict):
        return [link["id"], link["origin_id"], link["origin_slot"], link["target_id"], link["target_slot"]]
    return link or []


def _on_canvas_only(node: Mapping[str, Any]) -> bool:
    return node["type"] in _NOTES | {"Reroute", "PrimitiveNode"}


def _passed_link(node: Mapping[str, Any], slot: int) -> int | None:
    """The link that goes in where a reroute's or a bypassed node's output comes out: of the same type."""
    inputs = [given for given in node.get("inputs") or () if given.get("link") is not None]
    if node["type"] == "Reroute":
        return inputs[0]["link"] if inputs else None
    outputs = node.get("outputs") or ()
    kind = outputs[slot].get("type") if slot < len(outputs) else None
    # The editor takes the input at the output's own place first, then any other.
    places = list(node.get("inputs") or ())
    ordered = [*places[slot : slot + 1], *places]
    return next((g["link"] for g in ordered if g.get("link") is not None and g.get("type") == kind), None)


def _named_values(node: Mapping[str, Any], info: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(input, value) of a node's fields, whose values are saved in the order of its inputs."""
    values = node.get("widgets_values") or []
    if isinstance(values, Mapping):
        yield from ((name, values[name]) for name in _fields(info) if name in values)
        return
    rest = list(values)
    for name in _fields(info):
        if not rest:
            return
        yield name, rest.pop(0)
        if name in _SEEDS | _controlled(info) and rest and rest[0] in _CONTROLS:
            rest.pop(0)


def _fields(info: Mapping[str, Any]) -> Iterator[str]:
    """Inputs that the editor shows a field for, in order."""
    for section in ("required", "optional"):
        for name, spec in info["input"].get(section, {}).items():
            options = spec[1] if len(spec) > 1 else {}
            if (isinstance(spec[0], list) or spec[0] in _WIDGETS) and not options.get("forceInput"):
                yield name


def _controlled(info: Mapping[str, Any]) -> set[str]:
    """Inputs behind whose value another one says how it changes from run to run."""
    specs = [item for section in ("required", "optional") for item in info["input"].get(section, {}).items()]
    return {name for name, spec in specs if len(spec) > 1 and spec[1].get("control_after_generate")}
