"""A workflow's file as the command line takes it, and the changes that ``--set`` makes to it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.editor_format import is_editor_format, to_prompt

Workflow: TypeAlias = dict[str, dict[str, Any]]
"""Node id to ``{"class_type", "inputs"}``."""


def read_workflow(path: Path, infos: Callable[[], Mapping[str, Any]]) -> Workflow:
    """The workflow in a file, in API format or as the editor saves it.

    ``infos`` is asked for what ``/object_info`` says of the nodes, where the editor's form needs it. Raises
    UsageError for any other file.
    """
    try:
        tree = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a workflow's JSON file") from error
    except ValueError as error:
        raise UsageError(f"{path} is no JSON file ({error}); export the workflow again") from error
    except RecursionError as error:
        raise UsageError(f"{path} is nested too deeply for a workflow; export it again") from error
    if is_editor_format(tree):
        return to_prompt(tree, infos())
    if isinstance(tree, dict) and isinstance(tree.get("prompt"), dict):
        tree = tree["prompt"]  # the body of a request
    if not isinstance(tree, dict) or not tree or not all(map(_is_node, tree.values())):
        raise UsageError(f'{path} is no workflow in API format: {{"1": {{"class_type": ..., "inputs": ...}}, ...}}')
    return tree


def _is_node(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key, {}), dict) for key in ("inputs", "_meta"))


def changed(workflow: Workflow, assignments: list[str]) -> Workflow:
    """The workflow with each ``node.input=value`` carried out.

    A node is named by its id, its title or, where only one has it, its class; a value is JSON, or text as it
    stands. Raises UsageError for what names no input.
    """
    result = {node: {**entry, "inputs": dict(entry.get("inputs", {}))} for node, entry in workflow.items()}
    for assignment in assignments:
        place, found, value = assignment.partition("=")
        node, dot, name = place.rpartition(".")
        if not found or not dot:
            raise UsageError(f"--set {assignment!r}: write it as node.input=value, such as 3.seed=42")
        inputs = result[_node_named(workflow, node)]["inputs"]
        if name not in inputs:
            raise UsageError(f"--set {place}: node {node} has no input {name!r}; it has {', '.join(inputs)}")
        inputs[name] = _value(value, inputs[name])
    return result


def _node_named(workflow: Workflow, name: str) -> str:
    if name in workflow:
        return name
    by_title = [n for n, entry in workflow.items() if entry.get("_meta", {}).get("title") == name]
    by_class = [n for n, entry in workflow.items() if entry.get("class_type") == name]
    for found in (by_title, by_class):
        if len(found) == 1:
            return found[0]
    if by_title or by_class:
        raise UsageError(f"--set {name}: several nodes are called so ({', '.join(by_title or by_class)}); use an id")
    known = ", ".join(f"{n} ({entry.get('class_type')})" for n, entry in workflow.items())
    raise UsageError(f"--set {name}: there is no such node; there are {known}")


def _value(text: str, before: Any) -> Any:
    """A value as its input takes it: text stays text where there was text, even if it looks like a number."""
    if isinstance(before, str):
        return text
    if isinstance(before, bool):
        text = text.lower()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
