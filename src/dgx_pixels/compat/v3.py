"""A node of the new form (a schema and class methods) as a class of the form that the graph runs."""

import inspect
from types import SimpleNamespace
from typing import Any, Final

from dgx_pixels.graph.blocker import ExecutionBlocker

# Values that output nodes are given without asking: they write them into files.
_FOR_OUTPUTS: Final = ("prompt", "extra_pnginfo")


def v1_class(node: type[Any], module: str) -> type[Any]:
    """The class for the graph of a V3 node. Raises whatever ``define_schema`` raises."""
    schema = node.GET_SCHEMA()
    members: dict[str, Any] = {
        "__doc__": node.__doc__,
        "V3_NODE": node,
        "INPUT_TYPES": classmethod(lambda _cls: _input_types(node)),
        "RETURN_TYPES": tuple(output.io_type for output in schema.outputs),
        "RETURN_NAMES": tuple(output.display_name or output.io_type for output in schema.outputs),
        "OUTPUT_IS_LIST": tuple(output.is_output_list for output in schema.outputs),
        "OUTPUT_TOOLTIPS": tuple(output.tooltip for output in schema.outputs),
        "FUNCTION": "run",
        "CATEGORY": schema.category,
        "DESCRIPTION": schema.description,
        "OUTPUT_NODE": schema.is_output_node,
        "INPUT_IS_LIST": schema.is_input_list,
        "NOT_IDEMPOTENT": schema.not_idempotent,
        "DEPRECATED": schema.is_deprecated,
        "EXPERIMENTAL": schema.is_experimental,
        "API_NODE": schema.is_api_node,
        "DISPLAY_NAME": schema.display_name,
        "PYTHON_MODULE": module,
        "V3": True,
        "run": _runner(node),
        **_hooks(node),
    }
    return type(node.__name__, (), members)


def _input_types(node: type[Any]) -> dict[str, Any]:
    """The sections of INPUT_TYPES; the schema is asked anew, since lists of files change."""
    schema = node.GET_SCHEMA()
    sections: dict[str, Any] = {"required": {}}
    for given in schema.inputs:
        sections.setdefault("optional" if given.optional else "required", {})[given.id] = given.spec
    hidden = {word.name: (word.value,) for word in schema.hidden}
    if schema.is_output_node:
        hidden |= {name: (name.upper(),) for name in _FOR_OUTPUTS}
    if hidden:
        sections["hidden"] = hidden
    return sections


class _Locked(type):
    """A class that takes no attributes: what one call writes no other may read."""

    def __setattr__(cls, name: str, value: Any) -> None:
        raise AttributeError(f"{cls.__name__}.{name} cannot be set while the node runs; a node keeps no state")


def _call_class(node: type[Any], hidden: dict[str, Any]) -> type[Any]:
    """The locked copy of a node that one call sees."""
    return _Locked(node.__name__, (node,), {"hidden": SimpleNamespace(**hidden), "__module__": node.__module__})


def _runner(node: type[Any]) -> Any:
    """The method that the graph calls: hidden values go to ``cls.hidden``, the rest to ``execute``."""

    def run(_self: object, **inputs: Any) -> Any:
        call, rest = _bound(node, inputs)
        result = call.execute(**rest)
        return _awaited(result) if inspect.isawaitable(result) else plain_result(result)

    return run


async def _awaited(result: Any) -> Any:
    return plain_result(await result)


def _bound(node: type[Any], inputs: dict[str, Any]) -> tuple[type[Any], dict[str, Any]]:
    schema = node.GET_SCHEMA()
    names = {word.name for word in schema.hidden} | (set(_FOR_OUTPUTS) if schema.is_output_node else set())
    hidden = {name: inputs.get(name) for name in _HIDDEN}
    return _call_class(node, hidden), {key: value for key, value in inputs.items() if key not in names}


_HIDDEN: Final = ("unique_id", "prompt", "extra_pnginfo", "dynprompt", "auth_token_comfy_org", "api_key_comfy_org")


def plain_result(result: Any) -> Any:
    """What the graph takes, of whatever a V3 node may return."""
    if not hasattr(result, "block_execution"):
        if isinstance(result, dict | tuple | ExecutionBlocker):
            return result
        return () if result is None else (result,)
    if result.block_execution is not None:
        return ExecutionBlocker(result.block_execution)
    plain: dict[str, Any] = {}
    if result.expand is not None:
        plain["expand"] = result.expand
    if result.ui is not None:
        plain["ui"] = result.ui.as_dict() if hasattr(result.ui, "as_dict") else result.ui
    if not plain:
        return result.args
    return {**plain, "result": result.args} if result.args or "expand" in plain else plain


def _hooks(node: type[Any]) -> dict[str, Any]:
    """IS_CHANGED, VALIDATE_INPUTS and check_lazy_status of the node, where it has its own."""
    hooks: dict[str, Any] = {}
    if hasattr(node, "fingerprint_inputs"):
        hooks["IS_CHANGED"] = _class_hook(node, "fingerprint_inputs")
    if hasattr(node, "validate_inputs"):
        hooks["VALIDATE_INPUTS"] = _class_hook(node, "validate_inputs")
    if hasattr(node, "check_lazy_status"):
        hooks["check_lazy_status"] = _lazy(node)
    return hooks


def _class_hook(node: type[Any], name: str) -> Any:
    """A class method that calls the node's own, with its signature."""

    def hook(_cls: type[Any], **inputs: Any) -> Any:
        call, rest = _bound(node, inputs)
        return getattr(call, name)(**rest)

    own = inspect.signature(getattr(node, name))
    first = inspect.Parameter("cls", inspect.Parameter.POSITIONAL_ONLY)
    kept = [p if p.kind is p.VAR_KEYWORD else p.replace(kind=p.KEYWORD_ONLY) for p in own.parameters.values()]
    hook.__signature__ = own.replace(parameters=[first, *kept])  # type: ignore[attr-defined]
    return classmethod(hook)


def _lazy(node: type[Any]) -> Any:
    def check_lazy_status(_self: object, **inputs: Any) -> Any:
        call, rest = _bound(node, inputs)
        return call.check_lazy_status(**rest)

    return check_lazy_status
