"""Methods of guidance against their papers' formulas, on small tensors."""

import math
from dataclasses import replace

import pytest
import torch

from dgx_pixels.engine.patching.apg import Apg
from dgx_pixels.engine.patching.attach import plain
from dgx_pixels.engine.patching.cfg_norm import CfgNorm
from dgx_pixels.engine.patching.cfg_zero import cfg_zero
from dgx_pixels.engine.patching.differential import ThresholdMask
from dgx_pixels.engine.patching.epsilon_scaling import EpsilonScaling
from dgx_pixels.engine.patching.fresca import FreSca, scaled_by_frequency
from dgx_pixels.engine.patching.mahiro import weighted
from dgx_pixels.engine.patching.rescale_cfg import RescaleCfg
from dgx_pixels.engine.patching.runs import RunWatch
from dgx_pixels.engine.patching.tcfg import damped, first_component
from dgx_pixels.sampling.forms import Trained
from dgx_pixels.sampling.patches import Guidance
from dgx_pixels.sampling.sigmas import SigmaTable

SIGMA = torch.tensor(2.0)
LEVELS = torch.tensor([4.0, 2.0, 1.0, 0.0])


def latent(seed: int) -> torch.Tensor:
    return torch.randn(2, 4, 6, 8, generator=torch.Generator().manual_seed(seed))


def never(*_args, **_more):
    raise AssertionError("no further pass was expected")


@pytest.fixture
def seen() -> Guidance:
    return Guidance(
        x=latent(0) * 2,
        sigma=SIGMA,
        cfg=7.0,
        sides=(["positive"], ["negative"]),
        estimates=(latent(1), latent(2)),
        denoised=latent(3),
        evaluate=never,
        levels=LEVELS,
    )


@pytest.fixture
def skipped(seen) -> Guidance:
    return replace(seen, cfg=1.0, sides=(["positive"], []), estimates=(seen.cond, torch.zeros_like(seen.x)))


def close(a, b):
    torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_rescaled_guidance_has_the_deviation_of_the_conditional_v(seen):
    form = Trained("v")

    def v_of(x0):  # the inverse of x0 = form.clean(x, sigma, v), which is linear in v
        zero, one = (form.clean(seen.x, SIGMA, torch.full_like(x0, value)) for value in (0.0, 1.0))
        return (x0 - zero) / (one - zero)

    deviations = [v_of(x0).std(dim=(1, 2, 3)) for x0 in (RescaleCfg(1.0)(seen), seen.cond)]
    close(*deviations)
    half = RescaleCfg(0.5)(seen)
    close(half, (RescaleCfg(1.0)(seen) + plain(seen)) / 2)


def test_cfg_zero_scales_the_unconditional_direction(seen):
    seen = replace(seen, denoised=plain(seen))
    cond, uncond = seen.x - seen.cond, seen.x - seen.uncond
    scale = torch.stack([(c * u).sum() / (u * u).sum() for c, u in zip(cond, uncond, strict=True)]).view(-1, 1, 1, 1)
    close(cfg_zero(seen), seen.x - (scale * uncond + seen.cfg * (cond - scale * uncond)))


def test_the_norm_is_limited_to_the_conditional_one(seen):
    limited = CfgNorm(1.0)(seen)
    longest = torch.minimum(seen.cond.norm(dim=1), seen.denoised.norm(dim=1))
    close(limited.norm(dim=1), longest)
    close(CfgNorm(0.25)(seen), limited / 4)
    short = replace(seen, denoised=seen.cond / 2)
    close(CfgNorm(1.0)(short), short.denoised)


def test_projected_guidance_leaves_out_what_points_along_the_conditional_estimate(seen):
    across = Apg(0.0, 0.0, 0.0)(seen) - seen.cond
    assert ((across * seen.cond).sum(dim=(1, 2, 3)).abs() < 1e-2).all()
    close(Apg(1.0, 0.0, 0.0)(seen), plain(seen))


def test_projected_guidance_limits_the_difference(seen):
    whole = Apg(1.0, 5.0, 0.0)(seen) - seen.cond
    norms = torch.linalg.vector_norm(whole, dim=(1, 2, 3))
    close(norms, torch.full((2,), 5.0 * (seen.cfg - 1)))


def test_momentum_remembers_the_steps_of_one_run(seen):
    first, second = replace(seen, sigma=torch.tensor(4.0)), seen
    guidance = Apg(1.0, 0.0, -0.5)
    difference = seen.cond - seen.uncond
    close(guidance(first), seen.cond + (seen.cfg - 1) * difference)
    close(guidance(second), seen.cond + (seen.cfg - 1) * 0.5 * difference)
    close(guidance(first), seen.cond + (seen.cfg - 1) * difference)


def test_the_unconditional_score_keeps_the_shared_component(seen):
    cond, uncond = seen.x - seen.cond, seen.x - seen.uncond
    kept = first_component(cond, uncond)
    for c, u, k in zip(cond, uncond, kept, strict=True):
        first = torch.linalg.svd(torch.stack((c.flatten(), u.flatten()))).Vh[0]
        close(k.flatten(), (u.flatten() @ first) * first)
    estimates = damped(seen)
    assert estimates[0] is seen.cond
    close(estimates[1], seen.x - kept)
    close(first_component(uncond, uncond), uncond)  # nothing is tangential


def test_directions_that_agree_leave_guidance_as_it_was(seen):
    agreed = replace(seen, estimates=(seen.cond, seen.denoised * 3))
    close(weighted(agreed), seen.denoised)
    opposed = replace(seen, estimates=(seen.cond, -seen.denoised))
    close(weighted(opposed), seen.cond * seen.cfg)


def test_frequencies_are_scaled_apart():
    rows = torch.arange(16) / 16 * 2 * math.pi
    low, high = torch.cos(rows * 2), torch.cos(rows * 7)
    picture = (low + high).expand(1, 4, 16, 16)
    close(scaled_by_frequency(picture, 3.0, 0.5, 5), (3 * low + 0.5 * high).expand_as(picture))
    odd = torch.randn(1, 4, 7, 9)
    close(scaled_by_frequency(odd, 1.0, 1.0, 3), odd)


def test_frequencies_of_the_difference_are_scaled(seen):
    cond, uncond = FreSca(1.0, 2.0, 2)(seen)
    assert uncond is seen.uncond
    close(cond - uncond, scaled_by_frequency(seen.cond - seen.uncond, 1.0, 2.0, 2))
    assert FreSca(1.0, 1.0, 2)(seen) is seen.estimates


def test_noise_is_divided(seen):
    close(seen.x - EpsilonScaling(1.25)(seen), (seen.x - seen.denoised) / 1.25)


@pytest.mark.parametrize(
    "method",
    [cfg_zero, weighted, Apg(0.0, 5.0, -0.5), RescaleCfg(0.7), FreSca(2.0, 0.5, 3), damped],
    ids=lambda method: getattr(method, "__name__", type(method).__name__),
)
def test_without_a_negative_side_there_is_nothing_to_change(method, skipped):
    skipped = replace(skipped, denoised=skipped.cond)
    result = method(skipped)
    close(result if isinstance(result, torch.Tensor) else result[0], skipped.cond)


def test_the_mask_is_cut_where_the_run_has_come_to():
    table = SigmaTable.discrete()
    levels = torch.tensor([table.sigma(t) for t in (900.0, 500.0, 100.0)])
    mask = torch.linspace(0, 1, 5).view(1, 1, 1, 5)
    for timestep, ahead in ((900.0, 1.0), (500.0, 0.5), (100.0, 0.0)):
        sigma = torch.tensor(table.sigma(timestep))
        cut = (mask >= ahead).float()
        assert torch.equal(ThresholdMask(table, 1.0)(sigma, mask, levels), cut)
        close(ThresholdMask(table, 0.25)(sigma, mask, levels), 0.25 * cut + 0.75 * mask)


def test_a_run_begins_where_its_levels_do():
    watch = RunWatch()
    assert watch.begins(4.0, LEVELS)
    assert not watch.begins(2.0, LEVELS)
    assert not watch.begins(2.0, LEVELS)
    assert not watch.begins(1.0, LEVELS)
    assert watch.begins(4.0, LEVELS)
    assert watch.begins(1.0, LEVELS.clone())
