"""Whether a prompt can run, and what is wrong with it. Knows no node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dgx_pixels.graph.complaints import Complaint, complaint, raised
from dgx_pixels.graph.dependents import dependent_outputs
from dgx_pixels.graph.node_check import Ledger, NodeCheck
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.schema import Schemas, is_output
from dgx_pixels.graph.trampoline import Steps, descend


@dataclass(frozen=True, slots=True)
class Validation:
    """What came of it. With ``ok`` there may still be ``node_errors``: of outputs that will not run."""

    ok: bool
    error: dict[str, Any] | None
    """``type``, ``message``, ``details``, ``extra_info`` of the answer 400; None when ok."""
    outputs: list[str] = field(default_factory=list[str])
    """Output nodes that can run."""
    node_errors: dict[str, Any] = field(default_factory=dict[str, Any])


async def validate_prompt(
    registry: Registry, prompt: dict[str, Any], targets: Sequence[str] | None = None
) -> Validation:
    """Check a prompt in API format, with ``targets`` only for those of its outputs. Coerces its literals in place.

    Lets other tasks of the event loop in now and then. Never raises for what a prompt or a class does wrong.
    """
    outputs: list[str] = []
    for node_id, node in prompt.items():
        error = _unknown(registry, node_id, node)
        if error is not None:
            return Validation(ok=False, error=error)
        if is_output(registry.classes[node["class_type"]]) and (targets is None or node_id in targets):
            outputs.append(node_id)
    if not outputs:
        return Validation(ok=False, error=complaint("prompt_no_outputs", "Prompt has no outputs", ""))
    ledger = Ledger(prompt, Schemas(registry))
    bad = [node_id for node_id in outputs if not await _passes(ledger, node_id)]
    node_errors = _node_errors(ledger, bad)
    if len(bad) < len(outputs):
        failed = set(bad)
        good = [node_id for node_id in outputs if node_id not in failed]
        return Validation(ok=True, error=None, outputs=good, node_errors=node_errors)
    lines = [f"{one['message']}: {one['details']}" for node_id in bad for one in ledger.complaints.get(node_id, ())]
    error = complaint("prompt_outputs_failed_validation", "Prompt outputs failed validation", "\n".join(lines))
    return Validation(ok=False, error=error, node_errors=node_errors)


def _unknown(registry: Registry, node_id: str, node: Any) -> Complaint | None:
    """What is wrong with a node's class."""
    if not isinstance(node, dict) or "class_type" not in node:
        message = "Cannot execute because a node is missing the class_type property."
    elif not isinstance(node["class_type"], str) or node["class_type"] not in registry.classes:
        message = f"Cannot execute because node {node['class_type']} does not exist."
    else:
        return None
    return complaint("invalid_prompt", message, f"Node ID '#{node_id}'")


async def _passes(ledger: Ledger, output: str) -> bool:
    """Whether an output and all that it rests on are right."""

    def begin(node_id: str) -> Steps:
        return NodeCheck.steps_of(node_id, ledger)

    if output not in ledger.verdicts:
        try:
            await descend(output, begin, ledger.verdicts.__setitem__)
        except Exception as error:  # noqa: BLE001 - a class may raise anything; it is the client's to read
            ledger.verdicts[output] = False
            ledger.complaints[output] = [raised(error)]
    return ledger.verdicts[output]


def _node_errors(ledger: Ledger, bad: Iterable[str]) -> dict[str, Any]:
    """What is wrong with which node. Nodes that are only linked to a faulty one are not named."""
    dependents = dependent_outputs(ledger.prompt, list(ledger.verdicts), list(ledger.complaints), list(bad))
    return {
        node_id: {
            "errors": ledger.complaints[node_id],
            "dependent_outputs": dependents[node_id],
            "class_type": ledger.prompt[node_id]["class_type"],
        }
        for node_id in ledger.complaints
    }
