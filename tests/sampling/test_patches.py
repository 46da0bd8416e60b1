"""Hooks of a model: when they are called, what they see, and what becomes of what they return."""

from dataclasses import replace

import pytest
import torch
from toy import TABLE, Offset, text

from dgx_pixels.sampling.denoise import NetPredict
from dgx_pixels.sampling.guidance import Guide
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.patches import UNPATCHED, NetInput
from dgx_pixels.sampling.schedules import sampler_sigmas

X = initial_noise((2, 4, 4, 4), 1)
SIGMA = torch.tensor(1.0)
BASE = X / 2


def guide(cfg=3.0, predict=None, **hooks) -> Guide:
    patches = replace(UNPATCHED, **hooks)
    return Guide(predict or Offset(), TABLE, [text(0.3)], [text(-0.2)], cfg, patches=patches)


def test_a_cfg_function_takes_the_place_of_guidance():
    seen = []
    x0, uncond = replace(guide(), patches=replace(UNPATCHED, cfg=lambda g: seen.append(g) or g.cond + g.cfg)).both(
        X, SIGMA
    )
    torch.testing.assert_close(x0, BASE + 0.3 + 3.0)
    torch.testing.assert_close(uncond, BASE - 0.2)
    (guidance,) = seen
    assert torch.equal(guidance.x, X)
    assert guidance.sigma == 1
    assert not guidance.skipped


def test_before_and_after_are_called_in_order():
    calls = []

    def before(name, shift):
        return lambda g: calls.append(name) or (g.cond + shift, g.uncond)

    def after(name, factor):
        return lambda g: calls.append(name) or g.denoised * factor

    hooked = guide(before_cfg=(before("a", 1.0), before("b", 2.0)), after_cfg=(after("c", 10.0), after("d", 0.5)))
    cond, uncond = BASE + 0.3 + 3.0, BASE - 0.2
    torch.testing.assert_close(hooked(X, SIGMA), (uncond + (cond - uncond) * 3.0) * 5.0)
    assert calls == ["a", "b", "c", "d"]


def test_with_cfg_1_hooks_see_zeros_for_what_was_left_out():
    seen = []
    guide(1.0, after_cfg=(lambda g: seen.append(g) or g.denoised,))(X, SIGMA)
    assert seen[0].skipped
    assert not seen[0].uncond.any()
    assert torch.equal(seen[0].denoised, seen[0].cond)


def test_a_patch_can_ask_for_both_sides_with_cfg_1():
    predict = Offset()
    guide(1.0, predict, always_uncond=True)(X, SIGMA)
    assert predict.calls == [(4, 4, 4, 4)]


def test_a_hook_may_evaluate_again_with_other_texts_and_other_hooks_of_the_network():
    class Recorder(Offset):
        hooks = ()

        def __call__(self, call: NetInput):
            self.hooks = (*self.hooks, call.unet)
            return super().__call__(call)

    class Hooks:
        def telling(self, **options):
            return self

    own, other, predict = Hooks(), Hooks(), Recorder()

    def push(g):
        (weak,) = g.evaluate(g.x, g.sigma, [g.sides[0]], unet=other)
        (same,) = g.evaluate(g.x, g.sigma, [[text(5.0)]])
        assert torch.equal(weak, g.cond)
        return same

    hooked = guide(3.0, predict, after_cfg=(push,), unet=own)
    torch.testing.assert_close(hooked(X, SIGMA), BASE + 5.0)
    assert predict.hooks == (own, other, own)


def test_a_wrapper_stands_around_the_network():
    def doubled(apply, call):
        assert call.sides == (1, 0)
        return apply(replace(call, context=call.context * 2))

    x0, uncond = guide(3.0, wrapper=doubled).both(X, SIGMA)
    torch.testing.assert_close(uncond, BASE - 0.4)
    torch.testing.assert_close(x0, BASE - 0.4 + 3.0)


def test_the_network_is_told_of_the_call_where_hooks_are_in_it():
    told = []

    class Hooks:
        def telling(self, **options):
            told.append(options)
            return self

    def net(x, t, context, y, hooks=None):
        assert isinstance(hooks, Hooks)
        return torch.zeros_like(x)

    levels = torch.tensor([2.0, 1.0, 0.0])
    patches = replace(UNPATCHED, unet=Hooks())
    Guide(NetPredict(net, TABLE), TABLE, [text(0.3)], [text(-0.2)], 2.0, patches=patches, levels=levels)(X, SIGMA)
    assert told[0]["cond_or_uncond"] == [1, 0]
    assert told[0]["sigmas"].tolist() == [1.0] * 4
    assert torch.equal(told[0]["sample_sigmas"], levels)


def test_further_channels_are_put_beside_the_scaled_latent():
    seen = []

    def net(x, t, context, y):
        seen.append(x)
        return torch.zeros_like(x[:, :4])

    extra = torch.full((1, 5, 4, 4), 7.0)
    Guide(NetPredict(net, TABLE), TABLE, [replace(text(0.3), concat=extra)])(X, SIGMA)
    torch.testing.assert_close(seen[0][:, :4], X / 2**0.5)
    assert (seen[0][:, 4:] == 7).all()
    assert seen[0].shape == (2, 9, 4, 4)


@pytest.mark.parametrize("keep", [0.0, 1.0])
def test_a_mask_function_decides_level_by_level(keep):
    latent = torch.full_like(X, 0.7)
    sigmas = sampler_sigmas(TABLE, "euler", "karras", 4)
    asked = []

    def function(sigma, mask, levels):
        asked.append((float(sigma), mask.shape, len(levels)))
        return torch.full_like(mask, keep)

    common = {"table": TABLE, "sampler": "euler", "sigmas": sigmas, "noise": X, "seed": 0}
    mask = torch.ones(1, 4, 4)
    out = sample(guide(), latent=latent, mask=mask, mask_function=function, **common)
    assert asked == [(float(s), (2, 1, 4, 4), 5) for s in sigmas[:-1]]
    torch.testing.assert_close(out, latent if keep == 0 else sample(guide(), latent=latent, **common))
