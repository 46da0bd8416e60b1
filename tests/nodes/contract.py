"""The catalogue of the contract sheet, read row by row, and compared with a node's class as clients see it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SHEET = Path(__file__).parents[3] / "shared" / "comfyui-contract.md"
needed = pytest.mark.skipif(not SHEET.is_file(), reason=f"the contract sheet {SHEET} is not here")

FILES = "<files>"
LISTS = {"<samplers>": "8.5", "<schedulers>": "8.4"}


@dataclass(frozen=True)
class Input:
    name: str
    type: str
    """``COMBO`` for choices of the new form, ``combo`` for the old one."""
    optional: bool
    options: Mapping[str, Any]
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Row:
    name: str
    title: str | None
    category: str
    flags: frozenset[str]
    inputs: tuple[Input, ...] = ()
    outputs: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    lists: tuple[bool, ...] = field(default=())

    @property
    def v3(self) -> bool:
        return "V3" in self.flags


class Names:
    """Listing of the tests: every kind of file has one file."""

    def names(self, kind: str) -> list[str]:
        return [FILES]


def names(section: str) -> list[str]:
    """Class names of a section ("Loading", "Latents", ...); none without the sheet."""
    return [row.name for row in rows().get(section, ())]


def row(name: str) -> Row:
    return next(row for section in rows().values() for row in section if row.name == name)


def check(cls: type[Any]) -> None:
    """Assert that a class, built over `Names`, is what the sheet has under its name."""
    name = cls.__dict__.get("NAME", cls.__name__)
    check_as(name, cls)


def check_as(name: str, cls: type[Any]) -> None:
    """`check` for a class whose Python name is another."""
    got, expected = described(cls), wanted(row(name))
    differences = {key: {"declared": got[key], "sheet": expected[key]} for key in got if got[key] != expected[key]}
    assert not differences, differences


def described(cls: type[Any]) -> dict[str, Any]:
    sections = cls.INPUT_TYPES()
    return {
        "title": cls.DISPLAY_NAME,
        "category": cls.CATEGORY,
        "V3": cls.V3,
        "output node": cls.OUTPUT_NODE,
        "deprecated": cls.DEPRECATED,
        "experimental": cls.EXPERIMENTAL,
        "required": [_form(n, spec) for n, spec in sections.get("required", {}).items()],
        "optional": [_form(n, spec) for n, spec in sections.get("optional", {}).items()],
        "outputs": cls.RETURN_TYPES,
        "names": cls.RETURN_NAMES,
        "lists": cls.OUTPUT_IS_LIST,
        "method": hasattr(cls, cls.FUNCTION),
    }


def wanted(row: Row) -> dict[str, Any]:
    return {
        "title": row.title,
        "category": row.category,
        "V3": row.v3,
        "output node": "OUTPUT" in row.flags,
        "deprecated": "deprecated" in row.flags,
        "experimental": "experimental" in row.flags,
        "required": [_expected(i, v3=row.v3) for i in row.inputs if not i.optional],
        "optional": [_expected(i, v3=row.v3) for i in row.inputs if i.optional],
        "outputs": row.outputs,
        "names": row.output_names,
        "lists": row.lists,
        "method": True,
    }


# What the sheet does not print of an input's options; everything else is compared.
_UNSAID = {"tooltip", "image_folder", "remote", "options", "multiselect", "lazy"}


def _form(name: str, spec: tuple[Any, ...]) -> tuple[Any, ...]:
    """An input as declared: name, type, choices, and options with their Python types, for 1 is not 1.0."""
    kind, options = spec[0], dict(spec[1]) if len(spec) > 1 else {}
    choices: Any = options.get("options")
    if isinstance(kind, list):
        kind, choices = "combo", kind
    shown = {key: repr(value) for key, value in options.items() if key not in _UNSAID}
    flags = options.get("multiselect") if kind == "COMBO" else None
    return name, kind, None if choices is None else tuple(choices), shown, flags


def _expected(declared: Input, *, v3: bool) -> tuple[Any, ...]:
    shown = {key: repr(value) for key, value in declared.options.items()}
    return declared.name, declared.type, declared.choices, shown, False if declared.type == "COMBO" and v3 else None


@cache
def rows() -> dict[str, tuple[Row, ...]]:
    """Section of part 7 to its rows."""
    if not SHEET.is_file():
        return {}
    part = SHEET.read_text("utf-8").split("\n## 7. ")[1].split("\n## 8. ")[0]
    return {text.split("\n", 1)[0]: tuple(_rows(text)) for text in part.split("\n### ")[1:]}


def _rows(text: str):
    for entry in re.split(r"\n(?=- \*\*)", text)[1:]:
        head, plugs, *_ = (line.strip() for line in entry.split("\n"))
        yield _row(head, plugs)


def _row(head: str, plugs: str) -> Row:
    found = re.fullmatch(
        r'- \*\*(?P<name>.+?)\*\*(?: "(?P<title>.*)")? · (?P<category>\S+(?: \S+)*?) · (?P<flags>.*)', head
    )
    assert found, head
    inputs, outputs = plugs.rsplit(" -> ", 1)
    sockets = [] if outputs == "(none)" else outputs.split(", ")
    types = [re.sub(r":.*|\(list\)", "", socket) for socket in sockets]
    return Row(
        name=found["name"],
        title=found["title"],
        category=found["category"],
        flags=frozenset(found["flags"].split()),
        inputs=() if inputs == "(no inputs)" else tuple(_input(text) for text in re.split(r", (?=`)", inputs)),
        outputs=tuple(types),
        output_names=tuple(s.split(":")[1] if ":" in s else t for s, t in zip(sockets, types, strict=True)),
        lists=tuple(socket.endswith("(list)") for socket in sockets),
    )


_OPTIONS = re.compile(
    r'=(?P<default>"[^"]*"|\S+)|\[(?P<min>\S+?)\.\.(?P<max>\S+)\]|step (?P<step>\S+)|round (?P<round>\S+)'
    r"|display=(?P<display>\S+)|(?P<flag>[a-zA-Z_]+)"
)


def _input(text: str) -> Input:
    found = re.fullmatch(r"`(?P<name>[^`]+)` (?P<rest>.*?)(?P<optional>\?)?", text)
    assert found, text
    combo = re.match(r"(combo|COMBO)\((.*?)\)(?= |$)", found["rest"])
    kind = combo[1] if combo else found["rest"].split(" ")[0]
    options: dict[str, Any] = {}
    for option in _OPTIONS.finditer(found["rest"][combo.end() if combo else len(kind) :]):
        options |= {key: _value(value) for key, value in option.groupdict().items() if value and key != "flag"}
        if option["flag"]:
            options[option["flag"]] = True
    return Input(found["name"], kind, bool(found["optional"]), options, _choices(combo[2]) if combo else None)


def _choices(text: str) -> tuple[str, ...] | None:
    if text == "remote":
        return None
    if text in LISTS:
        return _listed(LISTS[text])
    return tuple(re.sub(r"^<files>\+", "<files>|", text).split("|"))


def _listed(section: str) -> tuple[str, ...]:
    """Words of the list "Order in the combo: ..." of a section."""
    text = SHEET.read_text("utf-8").split(f"\n### {section} ")[1]
    found = re.search(r"Order in the combo: ([^.]*)\.", text)
    assert found
    return tuple(re.sub(r" \(.*", "", word).strip() for word in found[1].split(","))


def _value(text: str) -> Any:
    words = {"true": True, "false": False, "2^64-1": 2**64 - 1, "(2^63-1)": 2**63 - 1, "-(2^63-1)": 1 - 2**63}
    if text in words:
        return words[text]
    if re.fullmatch(r"-?[\d.]+", text):
        return float(text) if "." in text else int(text)
    return text.strip('"')
