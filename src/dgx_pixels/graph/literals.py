"""Literals of a prompt against what their inputs declare: conversion, bounds, choices."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from dgx_pixels.graph.complaints import Complaint, not_convertible, not_in_list, too_big, too_small
from dgx_pixels.graph.schema import Declared


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


_CONVERSIONS: Final[Mapping[str, Callable[[Any], Any]]] = {"INT": int, "FLOAT": _finite, "STRING": str, "BOOLEAN": bool}
_EXACT: Final[Mapping[str, type]] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


def unwrapped(value: Any) -> Any:
    """What ``{"__value__": …}`` stands for; other values as they are."""
    return value["__value__"] if isinstance(value, dict) and "__value__" in value else value


def converted(name: str, declared: Declared, value: Any) -> tuple[Any, Complaint | None]:
    """The literal as the declared type has it."""
    kind = declared.type
    if not isinstance(kind, str) or kind not in _CONVERSIONS:
        return value, None
    if type(value) is _EXACT[kind] and kind != "FLOAT":
        return value, None
    try:
        return _CONVERSIONS[kind](value), None
    except Exception as error:  # noqa: BLE001 - whatever a conversion of any JSON may raise
        return value, not_convertible(name, declared, value, error)


def out_of_bounds(name: str, declared: Declared, value: Any) -> Complaint | None:
    """What is wrong with a converted literal, if anything is."""
    options = declared.options
    if isinstance(value, int | float):
        low, high = options.get("min"), options.get("max")
        if isinstance(low, int | float) and value < low:
            return too_small(name, declared, value)
        if isinstance(high, int | float) and value > high:
            return too_big(name, declared, value)
    if isinstance(declared.type, list) and value not in declared.type:
        return not_in_list(name, declared, value)
    return None
