"""One picture by every road: command line, Python, HTTP, workflow file here and there. (The editor: test_editor.)"""

from pathlib import Path
from typing import Any

import pytest

from cli.outcome import Command
from dgx_pixels import generate_pixel_art
from drawn import drawn
from serving import WORKFLOWS, Server, workflow

NAME = "txt2img_pocket"
STEPS, SEED, PROMPT = 4, 42, "a red potion"
CHANGED = ("--set", f"3.steps={STEPS}")


@pytest.fixture(scope="module")
def by_http(server_process: Server) -> Any:
    """The picture as a client of the plain protocol gets it."""
    prompt_id = server_process.post("/prompt", {"prompt": workflow(NAME, steps=STEPS)})["prompt_id"]
    record = server_process.until(f"/history/{prompt_id}", lambda found: found)[prompt_id]
    (image,) = record["outputs"]["9"]["images"]
    return drawn((server_process.home / "output" / image["filename"]).read_bytes())


def test_the_command_line_draws_it(by_http: Any, command: Command) -> None:
    done = command("generate", PROMPT, "--seed", SEED, "--steps", STEPS, "-o", "-")
    assert drawn(done.stdout) == by_http


def test_python_draws_it(by_http: Any, tmp_path: Path) -> None:
    (sprite,) = generate_pixel_art(PROMPT, seed=SEED, steps=STEPS)
    sprite.save(tmp_path / "mine.png")
    assert drawn((tmp_path / "mine.png").read_bytes()) == by_http


def test_a_workflow_file_draws_it_here(by_http: Any, command: Command) -> None:
    done = command("run", WORKFLOWS / f"{NAME}.json", *CHANGED)
    assert drawn(Path(done.out.strip()).read_bytes()) == by_http


def test_a_workflow_file_draws_it_on_a_server(by_http: Any, command: Command, server_process: Server) -> None:
    done = command("run", WORKFLOWS / f"{NAME}.json", *CHANGED, "--server", server_process.url)
    assert drawn(Path(done.out.strip()).read_bytes()) == by_http
