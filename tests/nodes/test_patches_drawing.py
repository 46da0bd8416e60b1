"""Patch nodes on the real Pocket: what they do shows, settings that mean nothing do nothing, originals stay."""

import inspect
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from pocket_drawing import draw, encode, pocket

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes import patches_guidance, patches_network, patches_training
from dgx_pixels.nodes.declare import Node
from dgx_pixels.nodes.sockets import Choice

NODES = {node.name: node for node in (*patches_training.NODES, *patches_guidance.NODES, *patches_network.NODES)}
UNLIKE = {"CLIPAttentionMultiply", "TorchCompileModel"}  # the one takes no model, the other changes no picture


def run(name: str, model=None, **values: Any):
    """A node's result with its defaults, first choices and the values given."""
    node: Node = NODES[name]
    defaults = {
        key: next(m for m in parameter.annotation.__metadata__ if isinstance(m, Choice)).options[0]
        for key, parameter in inspect.signature(node.run).parameters.items()
        if parameter.default is inspect.Parameter.empty and key not in {"model", "clip"}
    }
    return node.run(model=model or pocket().model, **(defaults | values))


@dataclass
class Case:
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join([self.name, *(str(value) for value in self.values.values())])


def case(name: str, more: dict[str, Any] | None = None, **values: Any) -> Case:
    return Case(name, values, more or {})


SHOWN = [
    *(case("ModelSamplingDiscrete", sampling=s) for s in ("v_prediction", "lcm", "x0", "img_to_img")),
    case("ModelSamplingDiscrete", sampling="eps", zsnr=True),
    *(case("ModelSamplingContinuousEDM", sampling=s) for s in ("v_prediction", "edm", "edm_playground_v2.5", "eps")),
    *(case(n) for n in ("ModelSamplingContinuousV", "ModelSamplingSD3", "ModelSamplingFlux")),
    *(case("ModelComputeDtype", dtype=dtype) for dtype in ("fp16", "bf16")),
    *(case(n) for n in ("RescaleCFG", "CFGZeroStar", "CFGNorm", "APG", "TCFG", "Mahiro", "Epsilon Scaling")),
    case("APG", momentum=-0.5, norm_threshold=0.0),
    case("FreSca", freq_cutoff=3),
    case("DifferentialDiffusion", {"noise_mask": torch.linspace(0, 1, 16).expand(1, 1, 16, 16)}),
    *(case(n) for n in ("FreeU", "FreeU_V2", "PerturbedAttentionGuidance", "SelfAttentionGuidance")),
    case("HyperTile", {"size": 16}, tile_size=32, max_depth=1),
    case("TomePatchModel"),
    *(case("PatchModelAddDownscale", downscale_method=m, upscale_method=m) for m in ("bicubic", "bislerp")),
    case("PatchModelAddDownscale", downscale_after_skip=False, end_percent=1.0),
    case("EasyCache", {"steps": 8}, reuse_threshold=1.0),
    case("LazyCache", {"steps": 8}, reuse_threshold=1.0),
    case("UNetSelfAttentionMultiply", q=1.5),
    case("UNetCrossAttentionMultiply", out=0.5),
]


@pytest.mark.parametrize("case", SHOWN, ids=str)
def test_what_a_node_does_shows(case):
    before = draw(pocket().model, **case.more)
    after = draw(run(case.name, **case.values), **case.more)
    assert after.isfinite().all()
    assert not torch.allclose(after, before, rtol=1e-3, atol=1e-3)
    assert torch.equal(draw(pocket().model, **case.more), before)


def test_every_node_was_seen_to_do_something():
    assert {case.name for case in SHOWN} == set(NODES) - UNLIKE


NOTHING = [
    case("ModelSamplingDiscrete", sampling="eps"),
    *(case("ModelComputeDtype", dtype=dtype) for dtype in ("default", "fp32")),
    case("RescaleCFG", multiplier=0.0),
    case("APG", eta=1.0, norm_threshold=0.0, momentum=0.0),
    case("FreSca", scale_low=1.0, scale_high=1.0),
    case("Epsilon Scaling", scaling_factor=1.0),
    case("DifferentialDiffusion", {"noise_mask": torch.linspace(0, 1, 16).expand(1, 1, 16, 16)}, strength=0.0),
    case("DifferentialDiffusion"),  # without a mask
    *(case(name, b1=1.0, b2=1.0, s1=1.0, s2=1.0) for name in ("FreeU", "FreeU_V2")),
    case("PerturbedAttentionGuidance", scale=0.0),
    case("SelfAttentionGuidance", scale=0.0),
    case("HyperTile", tile_size=2048, max_depth=10),
    case("TomePatchModel", ratio=0.0),
    case("PatchModelAddDownscale", downscale_factor=1.0, downscale_method="nearest-exact"),
    case("PatchModelAddDownscale", start_percent=0.5, end_percent=0.4),
    case("PatchModelAddDownscale", block_number=32),
    *(case(name, reuse_threshold=0.0) for name in ("EasyCache", "LazyCache")),
    *(case(name) for name in ("UNetSelfAttentionMultiply", "UNetCrossAttentionMultiply")),
]


@pytest.mark.parametrize("case", NOTHING, ids=str)
def test_settings_that_mean_nothing_change_no_bit(case):
    before = draw(pocket().model, **case.more)
    assert torch.equal(draw(run(case.name, **case.values), **case.more), before)


@pytest.mark.parametrize("name", sorted(set(NODES) - UNLIKE))
def test_a_node_changes_a_clone(name):
    model = pocket().model
    before = model.patches, model.weights, model.table, model.form, model.spec, model.compiler
    patched = run(name, sampling="edm") if name == "ModelSamplingContinuousEDM" else run(name)
    assert patched is not model
    after = model.patches, model.weights, model.table, model.form, model.spec, model.compiler
    assert all(a is b for a, b in zip(before, after, strict=True))


def test_patches_add_up():
    model = run("PerturbedAttentionGuidance", run("FreeU", run("RescaleCFG")))
    alone = [draw(run(name)) for name in ("RescaleCFG", "FreeU", "PerturbedAttentionGuidance")]
    together = draw(model)
    assert together.isfinite().all()
    assert not any(torch.allclose(together, one, rtol=1e-3) for one in alone)


def test_without_guidance_a_further_pass_still_guides():
    before = draw(pocket().model, cfg=1.0)
    for name in ("PerturbedAttentionGuidance", "SelfAttentionGuidance"):
        assert not torch.allclose(draw(run(name), cfg=1.0), before, rtol=1e-3)


def test_tiles_are_drawn_from_the_global_generator():
    model = run("HyperTile", tile_size=32, max_depth=2, swap_size=3)
    torch.manual_seed(3)
    first = draw(model, size=32)
    torch.manual_seed(3)
    assert torch.equal(draw(model, size=32), first)


def test_fewer_network_calls_for_nearly_the_same_picture():
    model = pocket().model
    calls = []

    def counting(apply, call):
        calls.append(float(call.sigma))
        return apply(call)

    def drawn(patched):
        calls.clear()
        return draw(patched, steps=20), len(calls)

    counted = model.patched(wrapper=counting)
    whole, count = drawn(counted)
    for name in ("EasyCache", "LazyCache"):
        fewer, less = drawn(run(name, counted))
        assert count == 20
        assert less < count
        assert torch.nn.functional.cosine_similarity(fewer.flatten(), whole.flatten(), dim=0) > 0.9


def test_a_model_is_compiled_when_it_is_drawn_with():
    model = run("TorchCompileModel", backend="cudagraphs")
    assert model.compiler.backend == "cudagraphs"
    assert not model.compiler.networks
    assert model.predict.net is model.predict.net
    assert pocket().model.predict.net is pocket().model.unet


def test_text_attention_shows_in_the_text():
    clip = pocket().clip
    node = NODES["CLIPAttentionMultiply"]
    (before, extra), *_ = encode(clip, "a red potion")
    with torch.inference_mode():
        (same, _), *_ = encode(node.run(clip=clip), "a red potion")
        assert torch.equal(same, before)
        for factors in ({"q": 2.0}, {"k": 0.5}, {"v": 1.5}, {"out": 0.5}):
            (after, pooled), *_ = encode(node.run(clip=clip, **factors), "a red potion")
            parts = zip(before.split((64, 128), -1), after.split((64, 128), -1), strict=True)
            assert all(not torch.allclose(a, b, rtol=1e-3) for a, b in parts)  # of both towers
            assert not torch.allclose(pooled["pooled_output"], extra["pooled_output"], rtol=1e-3)
    assert torch.equal(encode(clip, "a red potion")[0][0], before)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("ModelSamplingContinuousEDM", {"sampling": "cosmos_rflow"}, "Cosmos"),
        ("ModelSamplingContinuousEDM", {"sigma_min": 5.0, "sigma_max": 1.0}, "0 < sigma_min < sigma_max"),
        ("ModelSamplingContinuousV", {"sigma_min": 0.0}, "0 < sigma_min < sigma_max"),
        ("ModelSamplingSD3", {"shift": 0.0}, "shift of 0"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(name, values, message):
    with pytest.raises(UsageError, match=message):
        run(name, **values)
