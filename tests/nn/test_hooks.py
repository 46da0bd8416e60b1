"""Hooks inside the U-Net: none change nothing, and each is called where it says, with what it says."""

from dataclasses import replace

import pytest
import torch

import oracle
from dgx_pixels.core.architecture import UNetConfig
from dgx_pixels.engine.presets import TINY_REFINER, TINY_SD15, TINY_SDXL
from dgx_pixels.nn.hooks import AttentionHooks, Hooks
from dgx_pixels.nn.transformer import attend
from dgx_pixels.nn.unet import UNet

CONFIG = TINY_SDXL.unet
DEEP = replace(CONFIG, middle_depth=None)


def network(config: UNetConfig) -> UNet:
    unet = UNet(config).eval().requires_grad_(requires_grad=False)
    oracle.randomise(unet)
    return unet


def inputs(config: UNetConfig, size: tuple[int, int] = (8, 12)):
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(2, config.in_channels, *size, generator=draw)
    context = torch.randn(2, 5, config.context_dim, generator=draw)
    y = None if config.vector_dim is None else torch.randn(2, config.vector_dim, generator=draw)
    return x, torch.tensor([3.0, 981.0]), context, y


@pytest.fixture(scope="module")
def unet() -> UNet:
    return network(CONFIG)


@pytest.fixture(scope="module")
def plain(unet):
    return unet(*inputs(CONFIG))


class Seen:
    """A hook that changes nothing and remembers what it was told."""

    def __init__(self) -> None:
        self.told = []

    def __call__(self, *args):
        *values, options = args
        self.told.append(dict(options))
        return values[0] if len(values) == 1 else tuple(values)

    @property
    def blocks(self):
        return [told["block"] for told in self.told]


@pytest.mark.parametrize("config", [CONFIG, TINY_REFINER.unet, TINY_SD15.unet, DEEP], ids=str)
def test_hooks_that_do_nothing_change_nothing(config):
    unet = network(config)
    given = inputs(config, (9, 5))
    assert torch.equal(unet(*given, hooks=Hooks()), unet(*given))


def test_blocks_are_visited_in_order(unet, plain):
    down, kept, up = Seen(), Seen(), Seen()
    hooks = Hooks().with_(input=down, after_skip=kept, output=up)
    assert torch.equal(unet(*inputs(CONFIG), hooks=hooks), plain)
    assert down.blocks == kept.blocks == [("input", n) for n in range(len(unet.input_blocks))]
    assert up.blocks == [("output", n) for n in range(len(unet.output_blocks))]


def test_transformers_tell_where_they_are(unet):
    seen = Seen()
    unet(*inputs(CONFIG), hooks=Hooks().with_(between=seen).telling(sigmas="s"))
    places = [(told["block"], told["transformer_index"], told["block_index"]) for told in seen.told]
    # One transformer of depth 1 and one of 2 on the way down, one of 2 in the middle, 2, 2, 1 and 1 on the way up.
    depths = [("input", 3, 1), ("input", 5, 2), ("middle", 0, 2), ("output", 0, 2), ("output", 1, 2)]
    depths += [("output", 2, 1), ("output", 3, 1)]
    assert places == [((kind, n), t, i) for t, (kind, n, depth) in enumerate(depths) for i in range(depth)]
    first = seen.told[0]
    assert first["original_shape"] == [2, 4, 8, 12]
    assert first["activations_shape"] == [2, 64, 4, 6]
    assert (first["n_heads"], first["dim_head"], first["sigmas"]) == (1, 64, "s")


def test_a_block_hook_changes_what_goes_on(unet, plain):
    given = inputs(CONFIG)

    def halved(h, options):
        return h / 2 if options["block"] == ("input", 0) else h

    before, after = (unet(*given, hooks=Hooks().with_(**{place: halved})) for place in ("input", "after_skip"))
    assert not torch.equal(before, plain)
    assert not torch.equal(after, plain)
    assert not torch.equal(before, after)  # the skip connection keeps what came before


def test_an_output_hook_sees_both_that_are_joined(unet, plain):
    shapes = []

    def swapped(h, skip, options):
        shapes.append((h.shape, skip.shape))
        return h, torch.zeros_like(skip) if options["block"] == ("output", 0) else skip

    changed = unet(*inputs(CONFIG), hooks=Hooks().with_(output=swapped))
    assert not torch.equal(changed, plain)
    assert all(h[2:] == skip[2:] for h, skip in shapes)


def test_the_embedding_can_be_changed(unet, plain):
    assert not torch.equal(unet(*inputs(CONFIG), hooks=Hooks().with_(embedding=lambda emb, _o: emb * 2)), plain)


@pytest.mark.parametrize("attention", ["attn1", "attn2"])
def test_attention_can_be_replaced_by_itself(unet, plain, attention):
    calls = []

    def again(q, k, v, options):
        calls.append(options["block_index"])
        return attend(q, k, v, options["n_heads"])

    hooks = Hooks().replacing(attention, ("middle", 0), again)
    assert torch.equal(unet(*inputs(CONFIG), hooks=hooks), plain)
    assert calls == [0, 1]


def test_one_block_of_a_transformer_can_be_replaced(unet, plain):
    calls = []

    def nothing(q, _k, _v, options):
        calls.append((options["block"], options["block_index"]))
        return torch.zeros_like(q)

    changed = unet(*inputs(CONFIG), hooks=Hooks().replacing("attn1", ("middle", 0, 1), nothing))
    assert calls == [(("middle", 0), 1)]
    assert not torch.equal(changed, plain)


@pytest.mark.parametrize("attention", ["attn1", "attn2"])
def test_what_attention_is_computed_from_and_gives_can_be_changed(unet, plain, attention):
    given = inputs(CONFIG)
    seen = Seen()
    same = AttentionHooks(inputs=(seen,), outputs=(lambda n, _o: n,))
    assert torch.equal(unet(*given, hooks=replace(Hooks(), **{attention: same})), plain)
    assert len(seen.told) == 11
    silent = AttentionHooks(outputs=(lambda n, _o: n * 0,))
    value = AttentionHooks(inputs=(lambda q, k, v, _o: (q, k, v * 2),))
    for hooks in (silent, value):
        assert not torch.equal(unet(*given, hooks=replace(Hooks(), **{attention: hooks})), plain)


def test_the_last_hook_around_self_attention_is_the_outermost(unet, plain):
    order = []

    def named(name):
        def around(attend_, tokens, options):
            order.append((name, options["block"]))
            result = attend_(tokens)
            order.append((name, "done"))
            return result

        return around

    hooks = Hooks().with_(around=named("in")).with_(around=named("out"))
    assert torch.equal(unet(*inputs(CONFIG), hooks=hooks), plain)
    assert [name for name, _ in order[:4]] == ["out", "in", "in", "out"]


def test_a_smaller_inside_comes_back_at_the_size_of_the_skips(unet):
    """A way down that shrinks after its skip connection was kept, undone where the skip comes in."""
    from torch.nn.functional import interpolate

    def shrink(h, options):
        return h[..., ::2, ::2] if options["block"] == ("input", 3) else h

    def grow(h, skip, _options):
        return interpolate(h, size=skip.shape[2:]), skip

    result = unet(*inputs(CONFIG), hooks=Hooks().with_(after_skip=shrink, output=grow))
    assert result.shape == (2, 4, 8, 12)


def test_hooks_are_values():
    empty = Hooks()
    more = empty.with_(input=lambda h, _o: h).telling(a=1).replacing("attn1", ("middle", 0), lambda *_: None)
    assert (empty.input, dict(empty.told), dict(empty.attn1.instead)) == ((), {}, {})
    assert len(more.input) == len(more.attn1.instead) == 1
