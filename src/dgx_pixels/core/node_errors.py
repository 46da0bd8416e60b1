"""What is wrong with a workflow, as sentences: the one reader of ``error`` and ``node_errors`` for people."""

from collections.abc import Iterator, Mapping
from typing import Any


def sentences(error: Mapping[str, Any] | None, node_errors: Mapping[str, Any]) -> list[str]:
    """One line for each fault of each node, else the error of the whole in one line."""
    found = list(_of_nodes(node_errors))
    if not found and error:
        found = [": ".join(str(error[key]) for key in ("message", "details") if error.get(key))]
    return found


def _of_nodes(node_errors: Mapping[str, Any]) -> Iterator[str]:
    for node, entry in node_errors.items():
        for fault in entry.get("errors", ()):
            message, details = fault.get("message", ""), fault.get("details", "")
            if fault.get("type") == "value_not_in_list" and details.startswith("ckpt_name"):
                details += "; see `dgx-pixels models list` and `dgx-pixels models download --help`"
            yield f"node {node} ({entry.get('class_type')}): {message}: {' '.join(str(details).split())}"
