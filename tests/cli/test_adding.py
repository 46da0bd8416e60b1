"""The recipes of docs/adding.md: their code runs, and does what it says."""

import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from dgx_pixels.checkpoint.families import FAMILIES
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.checkpoint.writing import write_tensors
from dgx_pixels.draw.models import DEFAULTS
from dgx_pixels.engine.presets import PRESETS, TINY_SD15
from dgx_pixels.engine.random_checkpoint import plan_checkpoint
from dgx_pixels.sampling import schedules
from dgx_pixels.sampling.sigmas import SigmaTable

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
    assert list(RECIPES) == ["A sampler", "A schedule", "A model family"]


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
