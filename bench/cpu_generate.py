"""How long a sprite takes on a CPU: a cold process, a warm engine, and the help. One command, nothing downloaded.

    .venv/bin/python bench/cpu_generate.py [--runs N] [--model NAME] [--json FILE]

The processes run `./dgx-pixels` of this clone with the settings of the environment, on the CPU and in a home of
their own; each is run once before it is timed, so that files come from the page cache. Figures are medians, with
the fastest and the slowest beside them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from machine import ROOT, machine

PROMPT = "a red potion"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, in seconds."""

    what: str
    median: float
    fastest: float
    slowest: float
    runs: int
    goal: float | None
    """What it must not exceed on the project's own machine of two cores."""


def timed(what: str, run: Callable[[], object], runs: int, goal: float | None = None) -> Row:
    """Run once unheeded, then ``runs`` times."""
    run()
    taken: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return Row(what, statistics.median(taken), min(taken), max(taken), runs, goal)


def process(*words: str, folder: Path) -> Callable[[], object]:
    """A whole `./dgx-pixels` process. Raises CalledProcessError if it fails."""
    env = {**os.environ, "DGX_PIXELS_HOME": str(folder / "home"), "DGX_PIXELS_DEVICE": "cpu"}
    command = [str(ROOT / "dgx-pixels"), *words]
    return lambda: subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)


def cold(model: str, folder: Path, runs: int) -> Iterator[Row]:
    """Processes from start to end."""
    draw = ("generate", PROMPT, "--size", "32", "--seed", "1", "--model", model, "-o", "x.png")
    yield timed("cold process, --size 32", process(*draw, folder=folder), runs, 8.0)
    yield timed("dgx-pixels --help", process("--help", folder=folder), runs, 0.4)


def warm(model: str, folder: Path, runs: int) -> Iterator[Row]:
    """Sprites of an engine that has drawn before, and the parts of the first one's time."""
    start = time.perf_counter()
    from dgx_pixels import Engine, generate_pixel_art
    from dgx_pixels.core.settings import Settings
    from dgx_pixels.draw.models import find_model

    yield once("import of the Python API", start)
    settings = Settings(home=folder / "home", device="cpu")
    engine, found = Engine(settings), find_model(model, settings)
    start = time.perf_counter()
    engine.model(found.path)
    yield once("loading of the model", start)
    for size in (16, 32, 64):

        def draw(size: int = size) -> object:
            return generate_pixel_art(PROMPT, engine=engine, model=model, size=size, seed=1)

        yield timed(f"warm engine, size={size}", draw, runs, 2.5 if size == 32 else None)
    engine.close()


def once(what: str, start: float) -> Row:
    taken = time.perf_counter() - start
    return Row(what, taken, taken, taken, 1, None)


def show(rows: Iterator[Row]) -> list[Row]:
    """Print rows as they come."""
    shown: list[Row] = []
    for row in rows:
        goal = "" if row.goal is None else f"goal {row.goal:g} s"
        print(
            f"{row.what:28} {row.median:8.3f} s   {row.fastest:.3f} to {row.slowest:.3f}   {goal}".rstrip(), flush=True
        )
        shown.append(row)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="times that each is run (default 5)")
    parser.add_argument("--model", default="pocket", help="model to draw with (default pocket)")
    parser.add_argument("--json", type=Path, help="file for the figures (default in bench/results/)")
    given = parser.parse_args()
    model = str(Path(given.model).resolve()) if Path(given.model).is_file() else given.model
    with TemporaryDirectory() as folder:
        check(model, Path(folder))
        facts = machine(("torch", "numpy", "pillow", "typer", "dgx-pixels"))
        print(", ".join(f"{name} {value}" for name, value in facts.items()))
        rows = show(cold(model, Path(folder), given.runs))
        rows += show(warm(model, Path(folder), given.runs))
    target = given.json or ROOT / "bench" / "results" / f"cpu_generate-{time.strftime('%Y%m%dT%H%M%S')}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        json.dumps({**facts, "model": given.model, "rows": [asdict(row) for row in rows]}, indent=1) + "\n"
    )
    print(target)


def check(model: str, folder: Path) -> None:
    """Exit with one line where there is no such model, such as Pocket before its training."""
    from dgx_pixels.core.errors import DgxPixelsError
    from dgx_pixels.core.settings import Settings
    from dgx_pixels.draw.models import find_model

    try:
        find_model(model, Settings(home=folder / "home"))
    except DgxPixelsError as error:
        sys.exit(f"cpu_generate: {error}")


if __name__ == "__main__":
    main()
