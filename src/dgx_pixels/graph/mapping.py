"""Inputs of a node as lists of values, and the calls that follow from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dgx_pixels.graph.links import is_link
from dgx_pixels.graph.schema import Schema

Data = dict[str, Sequence[Any]]
"""Every input by name, each a list: one value for a literal, as many as the producer made for a link."""


def gather(
    schema: Schema,
    inputs: Mapping[str, Any],
    hidden: Callable[[Any], Any],
    linked: Callable[[str, Any], Sequence[Any] | None],
) -> Data:
    """Values of a node's inputs. ``hidden(kind)`` gives those filled in, ``linked(name, link)`` those of a link: None
    where there is no such node, so that the value is a literal that only looks like one.

    A literal that the class does not declare is dropped; a link that it does not declare is kept.
    """
    data: Data = {}
    for name, value in inputs.items():
        if is_link(value) and not schema.option(name, "rawLink") and (values := linked(name, value)) is not None:
            data[name] = values
        elif schema.find(name) is not None:
            data[name] = [value]
    for name, kind in schema.hidden_kinds():
        if kind in HIDDEN:
            data[name] = [hidden(kind)]
    return data


HIDDEN = frozenset({"PROMPT", "DYNPROMPT", "EXTRA_PNGINFO", "UNIQUE_ID", "AUTH_TOKEN_COMFY_ORG", "API_KEY_COMFY_ORG"})
"""Kinds of hidden inputs that are filled in."""


def calls(data: Data, *, lists: bool) -> Iterator[dict[str, Any]]:
    """Keyword arguments of each call: as many as the longest list has values, shorter ones repeat their last.

    With ``lists`` it is one call with everything. Raises IndexError where an empty list meets a longer one.
    """
    if lists:
        yield dict(data)
        return
    count = max(map(len, data.values()), default=0)
    if count == 0:
        yield {}
    elif count == 1:
        yield {name: values[0] for name, values in data.items()}
    else:
        for i in range(count):
            yield {name: values[i if i < len(values) else -1] for name, values in data.items()}
