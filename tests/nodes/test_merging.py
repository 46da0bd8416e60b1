"""Merge nodes on the real Pocket and a relative of it with other weights."""

from pathlib import Path

import pytest
import torch
from pocket_drawing import Loaded, draw, encode, load, pocket

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.patching.attention_scale import scaled_attention
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint
from dgx_pixels.nodes import merging

NODES = {node.name: node for node in merging.NODES}


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Loaded:
    """A model of Pocket's shape, of random weights."""
    path: Path = tmp_path_factory.mktemp("models") / "other.safetensors"
    write_random_checkpoint(path, pocket().model.spec)
    return load(path)


@pytest.fixture(scope="module")
def tiny(tiny_sdxl: Path) -> Loaded:
    """A model of another shape."""
    return load(tiny_sdxl)


def run(name: str, first, second, **values):
    kind = "clip" if name.startswith("CLIP") else "model"
    return NODES[name].run(**{f"{kind}1": first, f"{kind}2": second}, **values)


def parts(model, name="input_blocks.1.0.in_layers.2.weight"):
    return model.weights.exact(name)


def test_a_whole_ratio_is_the_first_bit_for_bit(other):
    first = pocket().model
    merged = run("ModelMergeSimple", first, other.model, ratio=1.0)
    assert torch.equal(draw(merged), draw(first))
    assert merged.unet is first.unet


def test_no_ratio_is_the_second_bit_for_bit(other):
    merged = run("ModelMergeSimple", pocket().model, other.model, ratio=0.0)
    assert torch.equal(draw(merged), draw(other.model))


def test_halves_show_and_leave_both_as_they_were(other):
    first = pocket().model
    before = draw(first), draw(other.model)
    merged = run("ModelMergeSimple", first, other.model, ratio=0.5)
    after = draw(merged)
    assert after.isfinite().all()
    assert not any(torch.allclose(after, one, rtol=1e-3) for one in before)
    torch.testing.assert_close(parts(merged), (parts(first) + parts(other.model)) / 2)
    assert torch.equal(draw(first), before[0])
    assert torch.equal(draw(other.model), before[1])


def test_nothing_is_computed_until_it_is_drawn(other):
    merged = run("ModelMergeAdd", pocket().model, other.model)
    assert merged.weights._made is None
    draw(merged, steps=1)
    assert merged.weights._made is not None


def test_add_and_subtract(other):
    first = pocket().model
    a, b = parts(first), parts(other.model)
    torch.testing.assert_close(parts(run("ModelMergeAdd", first, other.model)), a + b)
    difference = run("ModelMergeSubtract", first, other.model, multiplier=2.0)
    torch.testing.assert_close(parts(difference), 2 * a - 2 * b)
    back = run("ModelMergeAdd", run("ModelMergeSubtract", first, other.model, multiplier=1.0), other.model)
    torch.testing.assert_close(draw(back), draw(first), rtol=1e-3, atol=1e-3)


def test_parts_have_their_own_ratio(other):
    first = pocket().model
    merged = run("ModelMergeBlocks", first, other.model, input=1.0, middle=0.0, out=0.5)
    names = {"input_blocks.0.0.weight": 1.0, "middle_block.0.in_layers.2.weight": 0.0, "out.2.weight": 0.5}
    names |= {"output_blocks.0.0.in_layers.2.weight": 0.5, "time_embed.0.weight": 1.0}
    for name, share in names.items():
        expected = share * parts(first, name) + (1 - share) * parts(other.model, name)
        torch.testing.assert_close(parts(merged, name), expected)


@pytest.mark.parametrize(("name", "end"), [("ModelMergeSDXL", ""), ("ModelMergeSD1", ".")])
def test_blocks_have_their_own_ratio(name, end, other):
    first = pocket().model
    ratios = dict.fromkeys(NODES[name].inputs, 1.0) | {f"input_blocks.1{end}": 0.25, "out.": 0.0}
    merged = run(name, first, other.model, **ratios)
    assert set(merged.weights.changes) == {
        key for key in first.weights.names if key.startswith(("input_blocks.1.", "out."))
    }
    torch.testing.assert_close(parts(merged), 0.25 * parts(first) + 0.75 * parts(other.model))


def test_two_numbers_are_no_prefix_of_one_another(other):
    ratios = dict.fromkeys(NODES["ModelMergeSD1"].inputs, 1.0) | {"output_blocks.1.": 0.0}
    merged = run("ModelMergeSD1", pocket().model, other.model, **ratios)
    assert all(key.startswith("output_blocks.1.") for key in merged.weights.changes)


def test_merges_build_on_changed_weights(other):
    scaled = scaled_attention(other.model, "attn1", 2.0, 1.0, 1.0, 1.0)
    merged = run("ModelMergeSimple", pocket().model, scaled, ratio=0.5)
    name = "middle_block.1.transformer_blocks.0.attn1.to_q.weight"
    torch.testing.assert_close(parts(merged, name), parts(pocket().model, name) / 2 + parts(other.model, name))


def test_patches_of_the_first_stay(other):
    patched = pocket().model.patched(always_uncond=True)
    assert run("ModelMergeAdd", patched, other.model).patches.always_uncond


def test_models_of_other_shapes_keep_what_does_not_fit(tiny, caplog):
    merged = run("ModelMergeSimple", pocket().model, tiny.model, ratio=0.5)
    assert "stay as they are" in caplog.text
    assert "input_blocks.0.0.weight" not in merged.weights.changes
    assert draw(merged, steps=1).isfinite().all()


def test_models_without_anything_in_common_are_refused(other):
    weights = other.model.weights
    stripped = other.model.changed(weights=type(weights)(torch.nn.Linear(3, 3)))
    with pytest.raises(UsageError, match="no tensor in common"):
        run("ModelMergeSimple", pocket().model, stripped, ratio=0.5)


def test_text_encoders_merge_the_same_way(other):
    first, second = pocket().clip, other.clip
    texts = [encode(clip, "a cat")[0] for clip in (first, second)]
    whole, none, half = (run("CLIPMergeSimple", first, second, ratio=r) for r in (1.0, 0.0, 0.5))
    assert torch.equal(encode(whole, "a cat")[0][0], texts[0][0])
    assert torch.equal(encode(none, "a cat")[0][0], texts[1][0])
    between, extra = encode(half, "a cat")[0]
    assert not any(torch.allclose(between, text, rtol=1e-3) for text, _ in texts)
    assert extra["pooled_output"].isfinite().all()
    for name, weights in half.weights.items():
        for tensor in sorted(weights.names)[:5]:
            a, b = (clip.weights[name].exact(tensor) for clip in (first, second))
            torch.testing.assert_close(weights.exact(tensor), (a + b) / 2)
    assert torch.equal(encode(first, "a cat")[0][0], texts[0][0])


def test_text_encoders_add_and_subtract(other):
    first, second = pocket().clip, other.clip
    a, b = (clip.weights["clip_g"].exact("ln_final.weight") for clip in (first, second))
    added, less = run("CLIPMergeAdd", first, second), run("CLIPMergeSubtract", first, second, multiplier=3.0)
    torch.testing.assert_close(added.weights["clip_g"].exact("ln_final.weight"), a + b)
    torch.testing.assert_close(less.weights["clip_g"].exact("ln_final.weight"), 3 * a - 3 * b)


def test_text_encoders_of_one_kind_merge_alone(other):
    alone = other.clip.changed(
        towers=type(other.clip.towers)(
            None, *(getattr(other.clip.towers, name) for name in ("clip_g", "tokenizer", "embeddings"))
        )
    )
    merged = run("CLIPMergeSimple", pocket().clip, alone, ratio=0.5)
    assert set(merged.merged) == {"clip_g"}
    only_l = pocket().clip.changed(
        towers=type(alone.towers)(
            pocket().clip.towers.clip_l, None, *(getattr(alone.towers, name) for name in ("tokenizer", "embeddings"))
        )
    )
    with pytest.raises(UsageError, match="different text encoders"):
        run("CLIPMergeSimple", only_l, alone, ratio=0.5)
