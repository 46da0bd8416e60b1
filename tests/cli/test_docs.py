"""Documentation is a test: every command, option, name, key, variable and exit code has its line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from dgx_pixels.cli.commands import app
from dgx_pixels.core import errors
from dgx_pixels.core.limits import SPRITE_CELL, SPRITE_SIZES
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.core.settings import Settings
from dgx_pixels.draw import png
from dgx_pixels.draw.models import DEFAULTS
from dgx_pixels.draw.settled import DrawSettings
from dgx_pixels.engine.device import DTYPES
from dgx_pixels.engine.presets import PRESETS
from dgx_pixels.sampling.samplers import SAMPLER_NAMES
from dgx_pixels.sampling.schedules import SCHEDULES

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
GENERATE = PAGES["generate.md"]


def leaves(command: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every command that does something, by the words that call it."""
    children = getattr(command, "commands", {})
    for name, child in children.items():
        yield from leaves(child, f"{path} {name}".strip())
    if not children:
        yield path, command


COMMANDS = dict(leaves(typer.main.get_command(app)))


def section(path: str) -> str:
    """The part of a page that is headed by a command."""
    found = [
        m
        for page in PAGES.values()
        for m in re.finditer(rf"^(#+) `{path}\b(?:.|\n)*?(?=^#{{1,3}} `|^## |\Z)", page, re.MULTILINE)
    ]
    assert len(found) == 1, f"{path} heads {len(found)} sections"
    return found[0].group()


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_listed(path: str) -> None:
    assert f"| `dgx-pixels {path}` |" in PAGES["cli.md"]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_of_a_command_has_a_row(path: str) -> None:
    text = section(path)
    heading, *lines = text.splitlines()
    rows = [line.split("|")[1] for line in lines if line.startswith("|")]
    documented = {name for row in rows for name in re.findall(r"`(-[^`]*)`", row)}
    real = {name for p in COMMANDS[path].params if p.param_type_name == "option" for name in p.opts} - {"--help"}
    assert documented == real
    for parameter in COMMANDS[path].params:
        if parameter.param_type_name == "argument":
            assert (parameter.metavar or parameter.name.upper()) in heading


def test_the_options_before_a_command_are_told() -> None:
    (version,) = (p for p in typer.main.get_command(app).params if "--help" not in p.opts)
    assert f"`dgx-pixels {version.opts[0]}`" in PAGES["cli.md"]


@pytest.mark.parametrize(("heading", "names"), [("Samplers", SAMPLER_NAMES), ("Schedules", tuple(SCHEDULES))])
def test_every_name_is_listed_in_its_order(heading: str, names: tuple[str, ...]) -> None:
    block = GENERATE.partition(f"### {heading}\n\n")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"`([^`]+)`", block)) == names


def test_every_key_of_the_file_is_listed() -> None:
    part = GENERATE.partition("## What is in the file")[2].partition("\n## ")[0]
    keys = [key for line in part.splitlines() for key in re.findall(r"`(\w+)`", line.partition(" | ")[0])]
    assert [key for key in keys if key != png.READABLE] == list(DrawSettings.__dataclass_fields__)
    assert f"| `{png.CHUNK}` |" in part
    assert f"| `{png.READABLE}` |" in part


def test_every_variable_is_listed() -> None:
    assert re.findall(r"^\| `(DGX_PIXELS_\w+)`", GENERATE, re.MULTILINE) == [
        f"DGX_PIXELS_{name.upper()}" for name in Settings.model_fields
    ]


def test_every_variable_of_the_server_is_listed() -> None:
    told = re.findall(r"`(DGX_PIXELS_\w+)`", section("serve"))
    assert sorted(told) == sorted(f"DGX_PIXELS_{name.upper()}" for name in ServerSettings.model_fields)


@pytest.mark.parametrize("name", ["port", "max_queue", "max_history", "job_timeout", "grace", "preview_size"])
def test_the_defaults_of_the_server_are_told(name: str) -> None:
    default = ServerSettings.model_fields[name].default
    assert re.search(rf"^\| `--{name.replace('_', '-')}`.*by default {default:g}\b", section("serve"), re.MULTILINE)


def test_every_exit_code_is_listed() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DgxPixelsError)
    ]
    table = GENERATE.partition("| exit code | |")[2]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == {0} | {
        kind.exit_code for kind in kinds
    }


@pytest.mark.parametrize("name", [*DTYPES, *PRESETS, *map(str, SPRITE_SIZES), *DEFAULTS])
def test_every_choice_is_told(name: str) -> None:
    pages = GENERATE + PAGES["cli.md"] + PAGES["models.md"]
    family = name.removeprefix("tiny-")
    assert re.search(rf"\b{re.escape(name)}\b", pages) or (name != family and f"`{family}`" in pages)


@pytest.mark.parametrize("family", DEFAULTS)
def test_the_defaults_of_every_family_are_told(family: str) -> None:
    settings = DEFAULTS[family]
    rows = {line.split("|")[1].strip(): line for line in GENERATE.splitlines() if line.startswith("| `--")}
    assert f"{settings.steps} by default" in rows["`--steps`"]
    assert re.search(rf"\b{settings.cfg:g}\b", rows["`--cfg`"])
    assert f"by default `{settings.sampler}`" in rows["`--sampler`"]
    assert f"by default `{settings.scheduler}`" in rows["`--scheduler`"]
    sprite = f"{settings.side // SPRITE_CELL} (the default)" in rows["`--size`"]
    assert sprite if family == "pocket" else f"{settings.side}x{settings.side}" in GENERATE


LINKS = [
    (page, link)
    for page in sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    if "://" not in link
]


@pytest.mark.parametrize(("page", "link"), LINKS, ids=[f"{page.name} {link}" for page, link in LINKS])
def test_every_link_leads_somewhere(page: Path, link: str) -> None:
    assert (page.parent / link).exists()


PATHS = sorted({(name, path) for name, page in PAGES.items() for path in re.findall(r"`((?:\w+/)+\w+\.py)`", page)})


@pytest.mark.parametrize(("page", "path"), PATHS, ids=[f"{page} {path}" for page, path in PATHS])
def test_every_source_file_named_exists(page: str, path: str) -> None:
    assert any((root / path).is_file() for root in (ROOT, ROOT / "src" / "dgx_pixels"))
