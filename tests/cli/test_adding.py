"""The recipes of docs/adding.md: their code runs, and does what it says."""

import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from starlette.requests import Request
from torch import Tensor

from dgx_pixels.checkpoint.families import FAMILIES
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.checkpoint.writing import write_tensors
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.draw.models import DEFAULTS
from dgx_pixels.engine.presets import PRESETS, TINY_SD15
from dgx_pixels.engine.random_checkpoint import plan_checkpoint
from dgx_pixels.graph.info import node_info
from dgx_pixels.graph.registry import Registry
from dgx_pixels.nodes.declare import node_class
from dgx_pixels.sampling import schedules
from dgx_pixels.sampling.sigmas import SigmaTable
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.parts import opened
from dgx_pixels.server.replies import RefusedError
from dgx_pixels.server.routing import Table

PAGE = (Path(__file__).parents[2] / "docs" / "adding.md").read_text("utf-8")
RECIPES = {recipe.partition("\n")[0]: recipe for recipe in PAGE.split("\n## ")[1:]}
ROWS = 66
"""Lines to a page."""


def code(recipe: str, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the code of a recipe defines, among ``names``."""
    (block,) = re.findall(r"```python\n(.*?)```", RECIPES[recipe], re.DOTALL)
    names = {} if names is None else dict(names)
    exec(textwrap.dedent(block), names)
    return names


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_is_under_a_page(recipe: str) -> None:
    assert RECIPES[recipe].count("\n") < ROWS


def test_there_is_a_recipe_for_each() -> None:
    assert list(RECIPES) == ["A sampler", "A schedule", "A node", "A route", "A model family"]


def test_the_sampler_converges_at_second_order() -> None:
    run = code("A sampler")["ralston"]
    start, end = 10.0, 0.05

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        """Of latents with mean 0 and variance 1, whose ODE is solved by x proportional to sqrt(1 + sigma^2)."""
        return x / (1 + sigma**2)

    def error(n: int) -> float:
        levels = torch.linspace(start ** (1 / 7), end ** (1 / 7), n + 1) ** 7
        *_, last = run(denoise, torch.ones(1, 4, 2, 2), levels)
        return float((last.x - ((1 + end**2) / (1 + start**2)) ** 0.5).abs().max())

    assert error(40) < error(20) / 3.5
    steps = list(run(denoise, torch.ones(1, 4, 2, 2), torch.tensor([2.0, 1.0, 0.0])))
    assert len(steps) == 2
    assert torch.equal(steps[-1].x, steps[-1].x0)


@pytest.mark.parametrize("n", [1, 2, 20])
def test_the_schedule_falls_to_zero(n: int) -> None:
    table = SigmaTable.discrete()
    sigmas = code("A schedule", vars(schedules))["polyexponential"](table, n)
    assert sigmas.shape == (n + 1,)
    assert sigmas.dtype == torch.float32
    assert (sigmas.diff() < 0).all()
    assert float(sigmas[0]) == pytest.approx(table.sigma_max)
    assert sigmas[-1] == 0


def test_the_node_is_declared_and_runs_in_a_graph() -> None:
    described = code("A node")["pixel_mirror"]
    cls = node_class(described, NoFiles())
    info = node_info("PixelMirror", cls, Registry({"PixelMirror": cls}, {}))
    assert info["input_order"] == {"required": ["image", "side", "gap"], "optional": ["mask"]}
    assert info["input"]["required"]["gap"] == ("INT", {"default": 0, "min": 0, "max": 64, "step": 1})
    assert (info["output"], info["python_module"]) == (["IMAGE"], "dgx_pixels.sprites")
    image = torch.rand(2, 3, 4, 4)
    (wide,) = cls().mirror(image=image, side="right", gap=1)
    assert wide.shape == (2, 3, 9, 4)
    assert torch.equal(wide[:, :, 5:], image.flip(2))
    (tall,) = cls().mirror(image=image, side="below", gap=0, mask=torch.ones(2, 3, 4))
    assert tall.shape == (2, 6, 4, 4)
    assert not tall.any()


class NoFiles:
    """A listing of the tests."""

    def names(self, kind: str) -> list[str]:
        return []


async def test_the_route_answers(tmp_path: Path) -> None:
    async with opened(ServerSettings(home=tmp_path), LogBook(), lambda: False) as parts:
        table = Table(code("A route")["Counts"](parts.state).routes())
        answers = [await ask(table, f"/counts/{kind}") for kind in ("queued", "running")]
        with pytest.raises(RefusedError, match="there are queued and running jobs"):
            await ask(table, "/counts/lost")
    assert answers == [b'{"queued": 0}', b'{"running": 0}']


async def ask(table: Table, path: str) -> Any:
    """The body that a route answers."""
    match = table.find(path)
    assert match is not None
    reply: Any = await match.handlers["GET"](Request({"type": "http", "path_params": match.params}))
    return reply.body


def test_the_family_recognises_its_files_and_reads_them(tmp_path: Path) -> None:
    family = code("A model family")["REPACKED"]
    plans = {
        name.replace("cond_stage_model.transformer.", "text_encoder."): plan
        for name, plan in plan_checkpoint(TINY_SD15, "F16").items()
    }
    write_tensors(tmp_path / "m.safetensors", plans, (bytes(plan.nbytes) for plan in plans.values()), {})
    file = TensorFile(tmp_path / "m.safetensors")
    assert family.detect(file)
    assert not any(known.detect(file) for known in FAMILIES)
    assert family.build(file, family.parts(file)) == replace(TINY_SD15, family="repacked")


def test_every_family_has_defaults_and_a_tiny_preset() -> None:
    families = {family.name for family in FAMILIES}
    assert set(DEFAULTS) == families
    assert {spec.family for name, spec in PRESETS.items() if name.startswith("tiny-")} == families
