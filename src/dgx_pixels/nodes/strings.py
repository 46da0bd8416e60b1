"""Texts joined, cut, compared and searched."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes.choices import known
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import OPTIONAL, Choice, MultilineText, Range

_SHARED: Final[Mapping[str, Any]] = {
    "category": "utils/string",
    "module": "comfy_extras.nodes_string",
    "v3": True,
    "function": "execute",
}
_CASES: Final[Mapping[str, Callable[[str], str]]] = {
    "UPPERCASE": str.upper,
    "lowercase": str.lower,
    "Capitalize": str.capitalize,
    "Title Case": str.title,
}
_TRIMS: Final[Mapping[str, Callable[[str], str]]] = {"Both": str.strip, "Left": str.lstrip, "Right": str.rstrip}
_COMPARISONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Starts With": str.startswith,
    "Ends With": str.endswith,
    "Equal": str.__eq__,
}
_EXTRACTIONS: Final = ("First Match", "All Matches", "First Group", "All Groups")

Group = Annotated[int, Range(0, 100)]


@node("StringConcatenate", title="Concatenate", **_SHARED)
def concatenate(*, string_a: MultilineText, string_b: MultilineText, delimiter: str = "") -> str:
    """One after the other, the delimiter between."""
    return string_a + delimiter + string_b


@node("StringSubstring", title="Substring", **_SHARED)
def substring(*, string: MultilineText, start: int, end: int) -> str:
    """Letters from ``start`` up to ``end``; negative ones count from the back."""
    return string[start:end]


@node("StringLength", title="Length", names=("length",), **_SHARED)
def length(*, string: MultilineText) -> int:
    """How many letters."""
    return len(string)


@node("CaseConverter", title="Case Converter", **_SHARED)
def convert_case(*, string: MultilineText, mode: Annotated[str, Choice(tuple(_CASES))]) -> str:
    """In other letters."""
    return _CASES.get(mode, str)(string)


@node("StringTrim", title="Trim", **_SHARED)
def trim(*, string: MultilineText, mode: Annotated[str, Choice(tuple(_TRIMS))]) -> str:
    """Without white space at its ends."""
    return _TRIMS.get(mode, str)(string)


@node("StringReplace", title="Replace", **_SHARED)
def replace(*, string: MultilineText, find: MultilineText, replace: MultilineText) -> str:
    """Every ``find`` replaced."""
    return string.replace(find, replace)


@node("StringContains", title="Contains", names=("contains",), **_SHARED)
def contains(*, string: MultilineText, substring: MultilineText, case_sensitive: bool = True) -> bool:
    """Whether one text is in the other."""
    if not case_sensitive:
        string, substring = string.lower(), substring.lower()
    return substring in string


@node("StringCompare", title="Compare", **_SHARED)
def compare(
    *,
    string_a: MultilineText,
    string_b: MultilineText,
    mode: Annotated[str, Choice(tuple(_COMPARISONS))],
    case_sensitive: bool = True,
) -> bool:
    """Whether the first begins with, ends with or is the second."""
    if not case_sensitive:
        string_a, string_b = string_a.lower(), string_b.lower()
    return _COMPARISONS[known(mode, _COMPARISONS)](string_a, string_b)


@node("RegexMatch", title="Regex Match", names=("matches",), **_SHARED)
def regex_match(
    *,
    string: MultilineText,
    regex_pattern: MultilineText,
    case_insensitive: bool = True,
    multiline: bool = False,
    dotall: bool = False,
) -> bool:
    """Whether the pattern is found; never by a pattern that is none."""
    try:
        return re.search(regex_pattern, string, _flags(case_insensitive, multiline, dotall)) is not None
    except re.error:
        return False


@node("RegexExtract", title="Regex Extract", **_SHARED)
def regex_extract(
    *,
    string: MultilineText,
    regex_pattern: MultilineText,
    mode: Annotated[str, Choice(_EXTRACTIONS)],
    case_insensitive: bool = True,
    multiline: bool = False,
    dotall: bool = False,
    group_index: Group = 1,
) -> str:
    """What the pattern finds, or a group of it, a line each; nothing by a pattern that is none."""
    known(mode, _EXTRACTIONS)
    try:
        pattern = re.compile(regex_pattern, _flags(case_insensitive, multiline, dotall))
    except re.error:
        return ""
    if "Group" in mode:
        if group_index > pattern.groups:
            return ""
        found = [match[group_index] or "" for match in pattern.finditer(string)]
    else:
        # As `re.findall` has it: with groups in the pattern, all matches are those of the first group.
        whole = mode == "First Match" or not pattern.groups
        found = [match[0 if whole else 1] or "" for match in pattern.finditer(string)]
    return "\n".join(found[:1] if mode.startswith("First") else found)


@node("RegexReplace", title="Regex Replace", **_SHARED)
def regex_replace(
    *,
    string: MultilineText,
    regex_pattern: MultilineText,
    replace: MultilineText,
    case_insensitive: Annotated[bool, OPTIONAL] = True,
    multiline: Annotated[bool, OPTIONAL] = False,
    dotall: Annotated[bool, OPTIONAL] = False,
    count: Annotated[int, Range(0, 100), OPTIONAL] = 0,
) -> str:
    """What the pattern finds replaced, at most ``count`` times; 0: every time. Raises UsageError for no pattern."""
    try:
        flags = _flags(case_insensitive, multiline, dotall)
        return re.sub(regex_pattern, replace, string, count=count, flags=flags)
    except (re.error, IndexError) as error:
        raise UsageError(f"the pattern or its replacement is malformed ({error}); correct it") from error


def _flags(ignore_case: bool, multiline: bool, dotall: bool) -> re.RegexFlag:
    chosen = ((ignore_case, re.IGNORECASE), (multiline, re.MULTILINE), (dotall, re.DOTALL))
    flags = re.NOFLAG
    for wanted, flag in chosen:
        if wanted:
            flags |= flag
    return flags


NODES = (
    concatenate,
    substring,
    length,
    convert_case,
    trim,
    replace,
    contains,
    compare,
    regex_match,
    regex_extract,
    regex_replace,
)
