"""Numbers of a running ComfyUI 0.3.64, reproduced to 1e-5: tables, schedules, noise, and every sampler.

Its pictures come out of our engine only if all of these do; `vectors.json` says how the runs were made.
"""

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor
from toy import TABLE, Offset, guided

from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.samplers import SAMPLER_NAMES
from dgx_pixels.sampling.schedules import SCHEDULES, sampler_sigmas
from dgx_pixels.sampling.sigmas import SigmaTable

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
TOY = VECTORS["samplers_toy_model"]
PLAIN = [name for name in TOY["runs"] if " " not in name]
SCALE = 0.18215
LATENT = torch.tensor(TOY["latent_in_for_img2img"]).reshape(1, 4, 2, 2) * SCALE
MASK = torch.tensor(TOY["mask_for_inpaint"]).reshape(1, 2, 2)


def close(ours: Tensor | float | list[float], theirs: list[float] | float) -> None:
    torch.testing.assert_close(torch.as_tensor(ours).flatten(), torch.tensor(theirs).flatten(), rtol=1e-5, atol=0)


@pytest.mark.parametrize("zero_snr", [False, True])
def test_table(zero_snr):
    table, expected = SigmaTable.discrete(zero_snr=zero_snr), VECTORS["sigma_table" + "_zsnr" * zero_snr]
    close([table.sigma_min, table.sigma_max], [expected["min"], expected["max"]])
    close(table.sigmas[[int(i) for i in expected["at"]]], list(expected["at"].values()))


def test_timesteps_and_percents():
    assert [TABLE.timestep(sigma) for sigma, _ in VECTORS["timestep_of_sigma"]] == [
        t for _, t in VECTORS["timestep_of_sigma"]
    ]
    percents = VECTORS["percent_to_sigma"]
    close([TABLE.percent_to_sigma(float(p)) for p in percents], list(percents.values()))


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(name):
    for steps, expected in VECTORS["schedules"][name].items():
        close(SCHEDULES[name](TABLE, int(steps)), expected)


@pytest.mark.parametrize("case", VECTORS["ksampler_sigmas"])
def test_levels_of_a_run(case):
    sampler, schedule, steps, denoise = case.split("/")
    ours = sampler_sigmas(TABLE, sampler, schedule, int(steps), float(denoise.removeprefix("denoise")))
    close(ours, VECTORS["ksampler_sigmas"][case])


@pytest.mark.parametrize(
    ("case", "shape", "seed", "index"),
    [
        ("seed42_[2,4,2,2]", (2, 4, 2, 2), 42, None),
        ("seed42_[1,4,2,2]_batch_index_[1]", (1, 4, 2, 2), 42, [1]),
        ("seed42_[3,4,2,2]_batch_index_[2,0,2]", (3, 4, 2, 2), 42, [2, 0, 2]),
        ("seed_0xffffffffffffffff_[1,4,2,2]", (1, 4, 2, 2), 2**64 - 1, None),
    ],
)
def test_initial_noise(case, shape, seed, index):
    close(initial_noise(shape, seed, index), VECTORS["noise"][case])


def test_first_values_of_larger_noise():
    close(initial_noise((1, 4, 64, 64), 42).flatten()[:8], VECTORS["noise"]["seed42_[1,4,64,64]_first8"])


def check_run(case, *, batch=1, cfg=3.0, latent=None, mask=None, **levels):
    sampler, schedule = case.split(" ")[0].split("/")
    predict = Offset()
    out = sample(
        guided(predict, cfg),
        table=TABLE,
        sampler=sampler,
        sigmas=sampler_sigmas(TABLE, sampler, schedule, 8, **levels),
        noise=initial_noise((batch, 4, 2, 2), 42),
        seed=42,
        latent=latent,
        mask=mask,
    )
    calls, expected = TOY["runs"][case]
    close(out / SCALE, expected)
    assert len(predict.calls) == calls


@pytest.mark.parametrize("case", PLAIN)
def test_sampler(case):
    check_run(case)


def test_every_sampler_and_schedule_is_among_the_runs():
    assert {case.split("/")[0] for case in PLAIN} == set(SAMPLER_NAMES)
    assert {case.split("/")[1] for case in PLAIN} == set(SCHEDULES)


@pytest.mark.parametrize("case", ["euler/normal cfg=1", "euler_cfg_pp/normal cfg=1"])
def test_without_guidance(case):
    check_run(case, cfg=1.0)


@pytest.mark.parametrize("case", ["euler/normal denoise=0.5 latent_in", "euler_ancestral/karras denoise=0.5 latent_in"])
def test_from_a_latent(case):
    check_run(case, latent=LATENT, denoise=0.5)


@pytest.mark.parametrize("case", ["euler/normal denoise=0.6 latent_in mask", "ddim/normal denoise=0.6 latent_in mask"])
def test_inpainting(case):
    check_run(case, latent=LATENT, mask=MASK, denoise=0.6)


def test_part_of_a_run():
    check_run("euler/normal start=2 end=5 force_full_denoise=True", start_at_step=2, end_at_step=5)
    check_run("euler/normal start=2 end=5 leftover noise", start_at_step=2, end_at_step=5, force_full_denoise=False)


def test_batch():
    check_run("euler/normal batch2", batch=2)
