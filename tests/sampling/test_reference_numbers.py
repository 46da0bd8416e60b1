"""Sigma tables, schedules, noise and every sampler against numbers recorded from ComfyUI 0.3.64 on a CPU.

The toy model of the recording: denoised(x, sigma) = x / (1 + sigma^2) + 0.3 for the positive conditioning and
- 0.2 for the negative; latent zeros [1, 4, 2, 2], seed 42, 8 steps, CFG 3, latent scale 0.18215.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from dgx_pixels.sampling.noise import brownian_noise, generator_noise, initial_noise
from dgx_pixels.sampling.samplers import SAMPLERS, Noise, sampler_named
from dgx_pixels.sampling.schedules import SCHEDULES, sampler_sigmas
from dgx_pixels.sampling.sigmas import SigmaTable

NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("reference_numbers.json").read_text())
TABLE = SigmaTable.discrete()
CFG, SCALE = 3.0, 0.18215


def close(ours: object, theirs: object) -> None:
    torch.testing.assert_close(
        torch.as_tensor(ours, dtype=torch.float64), torch.as_tensor(theirs, dtype=torch.float64), rtol=1e-5, atol=1e-7
    )


class Toy:
    """The recording's model, counting its calls."""

    calls = 0

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        return self.both(x, sigma)[0]

    def both(self, x: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
        self.calls += 1
        base = x / (1 + sigma**2)
        cond, uncond = base + 0.3, base - 0.2
        return uncond + (cond - uncond) * CFG, uncond


@pytest.mark.parametrize("zero_snr", [False, True])
def test_tables(zero_snr: bool) -> None:
    table, numbers = SigmaTable.discrete(zero_snr=zero_snr), NUMBERS["sigma_table" + "_zsnr" * zero_snr]
    close(table.sigma_min, numbers["min"])
    close(table.sigma_max, numbers["max"])
    for index, sigma in numbers["at"].items():
        close(table.sigmas[int(index)], sigma)


def test_timesteps_and_percents() -> None:
    for sigma, t in NUMBERS["timestep_of_sigma"]:
        assert TABLE.timestep(sigma) == t
    for percent, sigma in NUMBERS["percent_to_sigma"].items():
        close(TABLE.percent_to_sigma(float(percent)), sigma)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name: str) -> None:
    for steps, sigmas in NUMBERS["schedules"][name].items():
        close(SCHEDULES[name](TABLE, int(steps)), sigmas)


@pytest.mark.parametrize("case", NUMBERS["ksampler_sigmas"])
def test_levels_of_a_run(case: str) -> None:
    sampler, schedule, steps, denoise = case.split("/")
    ours = sampler_sigmas(TABLE, sampler, schedule, int(steps), float(denoise.removeprefix("denoise")))
    close(ours, NUMBERS["ksampler_sigmas"][case])


def test_initial_noise() -> None:
    numbers = NUMBERS["noise"]
    close(initial_noise((2, 4, 2, 2), 42).flatten(), numbers["seed42_[2,4,2,2]"])
    close(initial_noise((1, 4, 2, 2), 42, [1]).flatten(), numbers["seed42_[1,4,2,2]_batch_index_[1]"])
    close(initial_noise((3, 4, 2, 2), 42, [2, 0, 2]).flatten(), numbers["seed42_[3,4,2,2]_batch_index_[2,0,2]"])
    close(initial_noise((1, 4, 2, 2), 2**64 - 1).flatten(), numbers["seed_0xffffffffffffffff_[1,4,2,2]"])


@pytest.mark.parametrize("case", NUMBERS["samplers"])
def test_samplers(case: str) -> None:
    name, schedule = case.split("/")
    sampler = sampler_named(name)
    sigmas = [float(s) for s in sampler_sigmas(TABLE, name, schedule, 8)]
    x = initial_noise((1, 4, 2, 2), 42)
    x = x * (1 + sigmas[0] ** 2) ** 0.5 if sigmas[0] >= TABLE.sigma_max * (1 - 1e-5) else x * sigmas[0]
    extras: dict[str, Any] = {}
    if sampler.noise is Noise.GENERATOR:
        extras["noise"] = generator_noise(x, 42)
    elif sampler.noise is not None:
        extras["noise"] = brownian_noise(x, sigmas, 42, on_cpu=sampler.noise is Noise.BROWNIAN)
    if sampler.window is not None:
        start, end = (TABLE.percent_to_sigma(p) for p in sampler.window)
        extras["window"] = (start, end)
    toy = Toy()
    *_, last = sampler.run(toy, x, sigmas, **extras)
    assert toy.calls == NUMBERS["samplers"][case]["model_calls"]
    close(last.x.flatten() / SCALE, NUMBERS["samplers"][case]["out"])


def test_every_sampler_was_tested() -> None:
    assert {s.name for s in SAMPLERS} <= {case.split("/")[0] for case in NUMBERS["samplers"]}
