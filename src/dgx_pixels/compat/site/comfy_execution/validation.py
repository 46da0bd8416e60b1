"""Comparison of link types, under the name that packs know."""

from typing import Any


def validate_node_input(received_type: Any, input_type: Any, strict: bool = False) -> bool:
    """Whether an output of one type may go into an input of another.

    Comma-separated types share a word; ``strict``: every word that may come must be taken.
    """
    if not received_type != input_type:  # noqa: SIM202 - packs have types whose != alone says yes
        return True
    if not isinstance(received_type, str) or not isinstance(input_type, str):
        return False
    received = {word.strip() for word in received_type.split(",")}
    taken = {word.strip() for word in input_type.split(",")}
    if "*" in received | taken:
        return True
    return received <= taken if strict else bool(received & taken)
