"""Steps left out, networks compiled: what calls less, or faster, than the plain network."""

import logging
from dataclasses import dataclass, field, replace

import pytest
import torch
from torch import nn

from dgx_pixels.engine.patching.compiled import Compiler
from dgx_pixels.engine.patching.step_cache import StepCache
from dgx_pixels.nn.hooks import Hooks
from dgx_pixels.sampling.patches import NetInput

LEVELS = torch.linspace(10, 0, 11)
START = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(0))
DIRECTION = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(1))


@dataclass
class Straight:
    """A network whose direction hardly changes."""

    bend: float = 0.01
    calls: list[float] = field(default_factory=list)

    def __call__(self, call: NetInput) -> torch.Tensor:
        self.calls.append(float(call.sigma))
        return call.x - call.sigma * DIRECTION * (1 + self.bend * call.context.mean() * call.sigma)


def call(sigma: float, x=None, **more) -> NetInput:
    x = START + DIRECTION * sigma if x is None else x
    return NetInput(x=x, sigma=torch.tensor(sigma), context=torch.ones(1, 2, 3), levels=LEVELS, **more)


def run(cache: StepCache, network: Straight, **more) -> list[torch.Tensor]:
    return [cache(network, call(float(s), **more)) for s in LEVELS[:-1]]


def cache(threshold: float = 0.5, *, measured: bool = True, high: float = 1e9, low: float = 0.0, **more) -> StepCache:
    return StepCache(threshold, high, low, measured, more.get("verbose", False))


@pytest.mark.parametrize("measured", [True, False])
def test_steps_are_left_out_and_the_results_stay_close(measured):
    network, plain = Straight(), Straight()
    fewer = run(cache(measured=measured), network)
    whole = [plain(call(float(s))) for s in LEVELS[:-1]]
    assert 1 <= len(network.calls) < len(plain.calls)
    for a, b in zip(fewer, whole, strict=True):
        assert (a - b).abs().mean() < 0.5 * (b - START).abs().mean() + 0.5


def test_a_lower_threshold_calls_more():
    counts = []
    for threshold in (0.01, 0.2, 3.0):
        network = Straight()
        run(cache(threshold), network)
        counts.append(len(network.calls))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_nothing_is_left_out_outside_the_window():
    network = Straight()
    run(cache(3.0, high=6.0, low=4.0), network)
    assert {10.0, 9.0, 8.0, 7.0, 3.0, 2.0, 1.0} <= set(network.calls)
    assert len(network.calls) < 10


def test_every_run_begins_anew():
    kept = cache(3.0)
    first, second = Straight(), Straight()
    a, b = run(kept, first), run(kept, second)
    assert first.calls == second.calls
    assert second.calls[0] == 10.0
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def test_a_run_of_one_step_is_not_taken_for_the_last_one():
    kept = cache(3.0)
    for context in (1.0, 2.0):
        network = Straight()
        kept(network, replace(call(10.0), context=torch.full((1, 2, 3), context)))
        kept(network, replace(call(10.0), context=torch.full((1, 2, 3), context)))
        assert network.calls == [10.0, 10.0]


def test_texts_and_hooks_are_told_apart():
    kept, network = cache(3.0), Straight()
    hooks = object()
    for sigma in LEVELS[:-1]:
        for context, unet in ((1.0, None), (1.0, hooks), (-3.0, None)):
            given = replace(call(float(sigma)), context=torch.full((1, 2, 3), context), unet=unet)
            expected = Straight()(given)
            assert (kept(network, given) - expected).abs().mean() < 2.0
    assert network.calls.count(10.0) == 3


def test_reuse_is_logged_when_asked(caplog):
    with caplog.at_level(logging.INFO):
        run(cache(3.0, verbose=True), Straight())
    assert "reused" in caplog.text


@pytest.fixture
def small() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 4), nn.SiLU()).requires_grad_(requires_grad=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_compiled_network_gives_the_same(small):
    compiler = Compiler("cudagraphs")
    compiled = compiler(small)
    x = torch.ones(2, 4)
    torch.testing.assert_close(compiled(x), small(x))
    assert not compiled.failed
    assert compiler(small) is compiled
    assert compiler(nn.Linear(1, 1)) is not compiled


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_without_a_compiler_the_network_runs_as_it_is(small, caplog, monkeypatch):
    import torch._inductor.config as inductor

    monkeypatch.setattr(inductor.cpp, "cxx", ("/nowhere/g++",))
    monkeypatch.setattr(inductor, "fx_graph_cache", False)
    compiled = Compiler("inductor")(small)
    x = torch.ones(3, 4)
    assert torch.equal(compiled(x), small(x))
    assert compiled.failed
    assert "runs uncompiled: inductor cannot compile it here" in caplog.text
    assert torch.equal(compiled(x), small(x))
    assert caplog.text.count("runs uncompiled") == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@torch.inference_mode()
def test_a_compiled_u_net_takes_hooks_too(pocket):
    compiled = Compiler("cudagraphs")(pocket.unet)
    config, draw = pocket.spec.unet, torch.Generator().manual_seed(0)
    shapes = (1, 4, 4, 4), (1, 5, config.context_dim), (1, config.vector_dim)
    x, context, y = (torch.randn(shape, generator=draw) for shape in shapes)
    given = x, torch.tensor([3.0]), context, y
    hooks = Hooks().with_(between=lambda tokens, _options: tokens * 2)
    for more in ({}, {"hooks": hooks}):
        torch.testing.assert_close(compiled(*given, **more), pocket.unet(*given, **more), rtol=1e-4, atol=1e-4)
    assert not compiled.failed


def test_an_error_of_the_network_is_its_own():
    def broken(_x):
        raise ValueError("mine")

    net = nn.Identity()
    net.forward = broken
    compiled = Compiler("cudagraphs")(net)
    with pytest.raises(ValueError, match="mine"):
        compiled(torch.ones(1))
    assert not compiled.failed
