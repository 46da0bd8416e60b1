"""SIGMAS made and taken apart."""

import json
from pathlib import Path

import pytest
import torch
from contract import Names

from dgx_pixels.core.errors import NotYetError
from dgx_pixels.nodes import schedulers, sigmas
from dgx_pixels.nodes.declare import node_class
from dgx_pixels.sampling.schedules import ALIGN_YOUR_STEPS, SCHEDULES
from dgx_pixels.sampling.sigmas import SigmaTable

CLASSES = {node.name: node_class(node, Names()) for node in (*schedulers.NODES, *sigmas.NODES)}
VECTORS = json.loads((Path(__file__).parents[1] / "sampling" / "vectors.json").read_text("utf-8"))


class Model:
    """All that these nodes look at."""

    table = SigmaTable.discrete()


def node(name, *values, **inputs):
    cls = CLASSES[name]
    out = getattr(cls(), cls.FUNCTION)(*values, **inputs)
    return out[0] if len(out) == 1 else out


@pytest.mark.parametrize("name", SCHEDULES)
def test_basic_gives_the_known_levels(name):
    for steps, expected in VECTORS["schedules"][name].items():
        ours = node("BasicScheduler", Model, name, int(steps), 1.0)
        assert ours.tolist() == pytest.approx(expected[-(int(steps) + 1) :], rel=1e-5)


def test_basic_keeps_the_end_of_a_longer_schedule_and_nothing_of_none():
    whole = node("BasicScheduler", Model, "karras", 15, 1.0)
    assert torch.equal(node("BasicScheduler", Model, "karras", 6, 0.4), whole[-7:])
    assert node("BasicScheduler", Model, "karras", 6, 0.0).tolist() == []


def test_the_model_ones_agree_with_those_by_name():
    low, high = Model.table.sigma_min, Model.table.sigma_max
    basic = {name: node("BasicScheduler", Model, name, 9, 1.0) for name in ("karras", "exponential", "beta")}
    assert torch.equal(node("KarrasScheduler", 9, high, low, 7.0), basic["karras"])
    assert torch.equal(node("ExponentialScheduler", 9, high, low), basic["exponential"])
    assert torch.equal(node("BetaSamplingScheduler", Model, 9, 0.6, 0.6), basic["beta"])
    torch.testing.assert_close(node("PolyexponentialScheduler", 9, high, low, 1.0), basic["exponential"])


def test_every_one_falls():
    made = [
        node("KarrasScheduler", steps=8, sigma_max=10.0, sigma_min=0.1, rho=7.0),
        node("ExponentialScheduler", steps=8, sigma_max=10.0, sigma_min=0.1),
        node("PolyexponentialScheduler", steps=8, sigma_max=10.0, sigma_min=0.1, rho=1.0),
        node("VPScheduler", steps=8, beta_d=19.9, beta_min=0.1, eps_s=0.001),
        node("SDTurboScheduler", model=Model, steps=8, denoise=1.0),
        node("AlignYourStepsScheduler", model_type="SD1", steps=8, denoise=1.0),
    ]
    assert all(len(s) == 9 and s[-1] == 0 and (s.diff() < 0).all() for s in made)
    laplace = node("LaplaceScheduler", steps=8, sigma_max=10.0, sigma_min=0.1, mu=0.0, beta=0.5)
    assert len(laplace) == 8
    assert (laplace.diff() <= 0).all()


def test_turbo_begins_at_the_noisiest_level():
    assert node("SDTurboScheduler", Model, 1, 1.0).tolist() == pytest.approx([14.614641, 0.0])


@pytest.mark.parametrize("family", ALIGN_YOUR_STEPS)
def test_aligned_steps(family):
    ten = node("AlignYourStepsScheduler", family, 10, 1.0)
    assert ten[:-1].tolist() == pytest.approx(ALIGN_YOUR_STEPS[family][:-1])
    assert node("AlignYourStepsScheduler", family, 10, 0.25).tolist() == ten[-3:].tolist()
    assert node("AlignYourStepsScheduler", family, 10, 0.0).tolist() == []


def test_what_waits_says_so():
    with pytest.raises(NotYetError, match="GITS"):
        node("GITSScheduler", 1.2, 10, 1.0)


LEVELS = torch.tensor([8.0, 6.0, 4.0, 2.0, 0.0])


@pytest.mark.parametrize(("step", "high", "low"), [(0, 1, 5), (2, 3, 3), (4, 5, 1), (9, 5, 0)])
def test_split(step, high, low):
    first, second = node("SplitSigmas", LEVELS, step)
    assert first.tolist() == LEVELS[:high].tolist()
    assert second.tolist() == LEVELS[5 - low :].tolist()


@pytest.mark.parametrize(("denoise", "steps"), [(1.0, 4), (0.5, 2), (0.6, 2), (0.1, 0), (0.0, 0)])
def test_split_by_denoise(denoise, steps):
    first, second = node("SplitSigmasDenoise", LEVELS, denoise)
    assert len(second) == steps + 1
    assert len(first) == 4 - steps + 1
    assert first[-1] == second[0]


def test_flip_has_no_zero_in_front():
    assert node("FlipSigmas", LEVELS).tolist() == pytest.approx([0.0001, 2.0, 4.0, 6.0, 8.0])
    assert node("FlipSigmas", LEVELS[:3]).tolist() == [4.0, 6.0, 8.0]
    assert node("FlipSigmas", LEVELS[:0]).tolist() == []


def test_what_is_changed_is_a_copy():
    before = LEVELS.clone()
    assert node("SetFirstSigma", LEVELS, 20.0).tolist() == [20.0, 6.0, 4.0, 2.0, 0.0]
    assert node("SetFirstSigma", LEVELS[:0], 20.0).tolist() == []
    node("FlipSigmas", LEVELS)
    assert torch.equal(before, LEVELS)


def test_extended_in_a_range():
    every = node("ExtendIntermediateSigmas", LEVELS, 2, -1.0, 0.0, "linear")
    assert every.tolist() == [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]
    some = node("ExtendIntermediateSigmas", LEVELS, 2, 7.0, 3.0, "linear")
    assert some.tolist() == [8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 0.0]


@pytest.mark.parametrize(
    ("percent", "actual", "sigma"),
    [
        *[(0.0, False, 999999999.9), (1.0, False, 0.0), (0.5, False, 1.6155803)],
        *[(0.0, True, 14.614641190), (1.0, True, 0.029167159), (0.5, True, 1.6155803)],
    ],
)
def test_percents(percent, actual, sigma):
    assert node("SamplingPercentToSigma", Model, percent, actual) == pytest.approx(sigma, rel=1e-6)
