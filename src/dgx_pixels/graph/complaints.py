"""The errors of a validation, word for word as clients know them."""

import traceback
from collections.abc import Sequence
from typing import Any

from dgx_pixels.graph.schema import Declared

Complaint = dict[str, Any]
"""``type``, ``message``, ``details``, ``extra_info``."""

_LONG_LIST = 20
"""Choices beyond this number are counted, not listed."""


def complaint(kind: str, message: str, details: str, **extra: Any) -> Complaint:
    """An error in the form of the answer."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def missing(name: str) -> Complaint:
    """A required input is not there."""
    return complaint("required_input_missing", "Required input is missing", name, input_name=name)


def bad_link(name: str, declared: Declared, value: Any) -> Complaint:
    """A list that is no link."""
    return complaint(
        "bad_linked_input",
        "Bad linked input, must be a length-2 list of [node_id, slot_index]",
        name,
        input_name=name,
        input_config=list(declared),
        received_value=value,
    )


def mismatch(name: str, declared: Declared, received: Any, link: Any) -> Complaint:
    """The output linked to is of another type."""
    return complaint(
        "return_type_mismatch",
        "Return type mismatch between linked nodes",
        f"{name}, received_type({received}) mismatch input_type({declared.type})",
        input_name=name,
        input_config=list(declared),
        received_type=received,
        linked_node=link,
    )


def not_convertible(name: str, declared: Declared, value: Any, error: Exception) -> Complaint:
    """The literal is no number, text or truth value."""
    return complaint(
        "invalid_input_type",
        f"Failed to convert an input value to a {declared.type} value",
        f"{name}, {value}, {error}",
        input_name=name,
        input_config=list(declared),
        received_value=value,
        exception_message=str(error),
    )


def too_small(name: str, declared: Declared, value: Any) -> Complaint:
    """Below ``min``."""
    message = f"Value {value} smaller than min of {declared.options['min']}"
    return complaint(
        "value_smaller_than_min", message, name, input_name=name, input_config=list(declared), received_value=value
    )


def too_big(name: str, declared: Declared, value: Any) -> Complaint:
    """Above ``max``."""
    message = f"Value {value} bigger than max of {declared.options['max']}"
    return complaint(
        "value_bigger_than_max", message, name, input_name=name, input_config=list(declared), received_value=value
    )


def not_in_list(name: str, declared: Declared, value: Any) -> Complaint:
    """Not one of the choices."""
    choices: Sequence[Any] = declared.type
    long = len(choices) > _LONG_LIST
    listed = f"(list of length {len(choices)})" if long else str(choices)
    return complaint(
        "value_not_in_list",
        "Value not in list",
        f"{name}: '{value}' not in {listed}",
        input_name=name,
        input_config=None if long else list(declared),
        received_value=value,
    )


def refused(name: str, answer: Any) -> Complaint:
    """The class itself does not like it."""
    details = name if answer is False else f"{name} - {answer}"
    return complaint("custom_validation_failed", "Custom validation failed for node", details, input_name=name)


def raised(error: BaseException) -> Complaint:
    """Validation of an output node broke down."""
    return complaint(
        "exception_during_validation",
        "Exception when validating node",
        str(error),
        exception_type=type_name(error),
        traceback=traceback.format_tb(error.__traceback__),
    )


def raised_inside(name: str, declared: Declared, link: Any, error: BaseException) -> Complaint:
    """Validation of a node broke down that ``name`` is linked to."""
    return complaint(
        "exception_during_inner_validation",
        "Exception when validating inner node",
        str(error),
        input_name=name,
        input_config=list(declared),
        exception_message=str(error),
        exception_type=type_name(error),
        traceback=traceback.format_tb(error.__traceback__),
        linked_node=link,
    )


def type_name(error: BaseException) -> str:
    """Name of an exception's class with its module, bare for those of Python itself."""
    cls = type(error)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
