"""Whole prompts to conditioning, against transformers' towers and the contract's formulas written out."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

import oracle
import text_oracle
from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.errors import CheckpointError, UsageError
from dgx_pixels.engine.embeddings import Embeddings
from dgx_pixels.engine.text import (
    TextTowers,
    encode_prompt,
    refiner_vector,
    sdxl_vector,
    size_vector,
)
from dgx_pixels.nn.tokenizer import ClipTokenizer

VECTORS = json.loads(Path(__file__).with_name("prompt_vectors.json").read_text("utf-8"))
BEGIN, END = 49406, 49407
CAT = [320, 2368]  # "a cat"
TOKENIZER = ClipTokenizer(load_vocabulary())
CLIP_L, CLIP_G = text_oracle.tiny_l(), text_oracle.tiny_g()
SDXL = TextTowers(CLIP_L, CLIP_G, TOKENIZER)
REFINER = TextTowers(None, CLIP_G, TOKENIZER)
SD15 = TextTowers(CLIP_L, None, TOKENIZER)


def row(ids: list[int], pad: int) -> list[int]:
    return [BEGIN, *ids, END, *[pad] * (75 - len(ids))]


@pytest.fixture(scope="module")
def clip_l():
    return text_oracle.reference(CLIP_L)


@pytest.fixture(scope="module")
def clip_g():
    return text_oracle.reference(CLIP_G)


def states(reference, rows: list[list[int]], layer: int = -2) -> Tensor:
    return reference(torch.tensor(rows), output_hidden_states=True).hidden_states[layer]


def close(ours: Tensor, expected: Tensor) -> bool:
    assert ours.dtype == torch.float32
    assert ours.shape == expected.shape
    return oracle.relative_error(ours, expected) < 2e-6


def test_sdxl(clip_l, clip_g) -> None:
    ours = encode_prompt(SDXL, "a cat")
    l, g = states(clip_l, [row(CAT, END)]), states(clip_g, [row(CAT, 0)])  # noqa: E741 -- the tower's name
    assert close(ours.context, torch.cat((l, g), -1))
    assert close(ours.pooled, clip_g(torch.tensor([row(CAT, 0)])).text_embeds)
    assert ours.ignored == ()


def test_refiner(clip_g) -> None:
    ours = encode_prompt(REFINER, "a cat")
    assert close(ours.context, states(clip_g, [row(CAT, 0)]))
    assert close(ours.pooled, clip_g(torch.tensor([row(CAT, 0)])).text_embeds)


def test_sd15(clip_l) -> None:
    ours = encode_prompt(SD15, "a cat")
    reference = clip_l(torch.tensor([row(CAT, END)]))
    assert close(ours.context, reference.last_hidden_state)
    assert close(ours.pooled, reference.pooler_output)


def test_weights_move_away_from_the_empty_prompt(clip_l, clip_g) -> None:
    ours = encode_prompt(SDXL, "a (cat:1.3)")
    expected = []
    for reference, pad in ((clip_l, END), (clip_g, 0)):
        z, z_empty = states(reference, [row(CAT, pad), row([], pad)])
        z[2] = (z[2] - z_empty[2]) * 1.3 + z_empty[2]
        expected.append(z)
    assert close(ours.context, torch.cat(expected, -1)[None])
    assert close(ours.pooled, encode_prompt(SDXL, "a cat").pooled)


def test_a_weight_of_zero_says_nothing_there() -> None:
    ours, empty = encode_prompt(SDXL, "(a cat:0)"), encode_prompt(SDXL, "")
    assert torch.allclose(ours.context[:, 1:3], empty.context[:, 1:3], atol=1e-6)
    assert not torch.allclose(ours.context[:, 3:], empty.context[:, 3:], atol=1e-3)


def test_long_prompts_are_encoded_by_chunks(clip_l, clip_g) -> None:
    text = "cat " * 80
    ours = encode_prompt(SDXL, text + "(dog:0.5)")
    assert ours.context.shape == (1, 154, 80)
    ids = [[2368] * 75, [2368] * 5 + [1929]]
    assert TOKENIZER.encode("dog") == [1929]
    for reference, pad, part in ((clip_l, END, slice(32)), (clip_g, 0, slice(32, None))):
        z, second, z_empty = states(reference, [*(row(r, pad) for r in ids), row([], pad)])
        second[6] = (second[6] - z_empty[6]) * 0.5 + z_empty[6]
        assert close(ours.context[..., part], torch.cat((z, second))[None])
    assert close(ours.pooled, clip_g(torch.tensor([row(ids[0], 0)])).text_embeds)


@pytest.mark.parametrize("layer", [-1, -2, -3])
def test_layers_of_sdxl_are_not_normalised(clip_l, clip_g, layer: int) -> None:
    ours = encode_prompt(SDXL, "a cat", layer=layer)
    parts = [states(clip_l, [row(CAT, END)], layer), states(clip_g, [row(CAT, 0)], layer)]
    assert close(ours.context, torch.cat(parts, -1))
    assert torch.equal(ours.pooled, encode_prompt(SDXL, "a cat").pooled)


@pytest.mark.parametrize("layer", [-1, -2])
def test_layers_of_sd15_are_normalised(clip_l, layer: int) -> None:
    hidden = states(clip_l, [row(CAT, END)], layer)
    assert close(encode_prompt(SD15, "a cat", layer=layer).context, CLIP_L.text_model.final_layer_norm(hidden))


def test_a_layer_before_a_towers_first_is_its_last_normalised(clip_l, clip_g) -> None:
    ours = encode_prompt(SDXL, "a cat", layer=-4)  # the small tower has 3, the big one 4
    parts = [clip_l(torch.tensor([row(CAT, END)])).last_hidden_state, states(clip_g, [row(CAT, 0)], -4)]
    assert close(ours.context, torch.cat(parts, -1))


@pytest.mark.parametrize("layer", [0, 1])
def test_layers_count_from_the_last(layer: int) -> None:
    with pytest.raises(UsageError, match="count from the last"):
        encode_prompt(SDXL, "a cat", layer=layer)


def test_each_tower_may_have_its_own_text() -> None:
    both = encode_prompt(SDXL, "a cat", text_g="a dog")
    cat, dog = encode_prompt(SDXL, "a cat"), encode_prompt(SDXL, "a dog")
    assert torch.equal(both.context[..., :32], cat.context[..., :32])
    assert torch.equal(both.context[..., 32:], dog.context[..., 32:])
    assert torch.equal(both.pooled, dog.pooled)


@pytest.mark.parametrize(("text", "text_g"), [("a cat", "dog " * 80), ("dog " * 80, "a cat")])
def test_the_shorter_text_is_filled_with_empty_chunks(text: str, text_g: str) -> None:
    both = encode_prompt(SDXL, text, text_g=text_g)
    empty = encode_prompt(SDXL, "").context
    assert both.context.shape == (1, 154, 80)
    part = slice(32) if text == "a cat" else slice(32, None)
    assert torch.allclose(both.context[:, 77:, part], empty[..., part], atol=1e-6)


def test_weights_must_be_finite() -> None:
    for weight in ("nan", "inf", "-inf"):
        with pytest.raises(UsageError, match="has the weight"):
            encode_prompt(SDXL, f"a (cat:{weight})")


def test_a_model_without_towers_is_refused() -> None:
    with pytest.raises(UsageError, match="no text tower"):
        encode_prompt(TextTowers(None, None, TOKENIZER), "a cat")


@pytest.fixture
def with_embeddings(tmp_path: Path) -> TextTowers:
    cat = torch.tensor([CAT])
    save_file({"clip_l": CLIP_L.embed(cat)[0], "clip_g": CLIP_G.embed(cat)[0]}, tmp_path / "acat.safetensors")
    save_file({"emb_params": CLIP_L.embed(cat)[0]}, tmp_path / "small.safetensors")
    (tmp_path / "old.pt").write_bytes(b"\x80\x02.")
    return TextTowers(CLIP_L, CLIP_G, TOKENIZER, Embeddings((tmp_path,)))


@pytest.mark.parametrize("text", ["{} on a mat", "red {}, (very nice:1.2)", "dog " * 74 + "{}", "({}:1.4)"])
def test_an_embedding_of_known_words_reads_as_these(with_embeddings: TextTowers, text: str) -> None:
    # Brackets make the words a group of their own, as the embedding is; the weight of 1 changes nothing else.
    group = "(a cat:1)" if not text.startswith("(") else "a cat"
    typed = encode_prompt(SDXL, text.format(group))
    given = encode_prompt(with_embeddings, text.format("embedding:acat"))
    assert torch.equal(given.context, typed.context)
    assert torch.equal(given.pooled, typed.pooled)
    assert given.ignored == ()


def test_vectors_of_another_width_give_way_to_padding_at_the_end(with_embeddings: TextTowers) -> None:
    given = encode_prompt(with_embeddings, "red embedding:small dog")
    small, big = encode_prompt(SDXL, "red a cat dog"), encode_prompt(SDXL, "red dog")
    assert torch.allclose(given.context[..., :32], small.context[..., :32], atol=1e-6)
    assert torch.equal(given.context[..., 32:], big.context[..., 32:])
    assert torch.equal(given.pooled, big.pooled)
    assert given.ignored == ("embedding vectors 32 wide do not fit clip_g, 48 wide; they are ignored there",)


def test_a_missing_embedding_is_named_and_ignored() -> None:
    given = encode_prompt(SDXL, "a embedding:nope, cat embedding:nope")
    assert given.ignored == ("there is no embedding 'nope'; it is ignored",)
    assert torch.equal(given.context, encode_prompt(SDXL, "(a:1), cat").context)


def test_a_pickled_embedding_is_refused(with_embeddings: TextTowers) -> None:
    with pytest.raises(CheckpointError, match="pickled"):
        encode_prompt(with_embeddings, "embedding:old")


def embedded(*numbers: float) -> Tensor:
    return torch.cat([size_vector(torch.zeros(1, 0), (n,)) for n in numbers], -1)


def test_the_embedding_of_a_number_is_comfyuis() -> None:
    cosines, sines = VECTORS["embedded_1024"]
    ours = embedded(1024)
    assert ours.shape == (1, 256)
    assert ours[0, :4].tolist() == pytest.approx(cosines, rel=1e-5)
    assert ours[0, 128:132].tolist() == pytest.approx(sines, rel=1e-5)


def test_sdxl_vector_has_height_before_width() -> None:
    pooled = torch.randn(1, 1280)
    ours = sdxl_vector(pooled, 1216, 832, crop_w=8, crop_h=16, target_width=1024, target_height=960)
    assert ours.shape == (1, 2816)
    assert torch.equal(ours, torch.cat((pooled, embedded(832, 1216, 16, 8, 960, 1024)), -1))


def test_the_target_is_the_size_itself() -> None:
    pooled = torch.randn(1, 1280)
    assert torch.equal(sdxl_vector(pooled, 256, 384), torch.cat((pooled, embedded(384, 256, 0, 0, 384, 256)), -1))


def test_refiner_vector_ends_with_the_aesthetic_score() -> None:
    pooled = torch.randn(1, 1280)
    ours = refiner_vector(pooled, 1216, 832)
    assert ours.shape == (1, 2560)
    assert torch.equal(ours, torch.cat((pooled, embedded(832, 1216, 0, 0, 6.0)), -1))
    scored = refiner_vector(pooled, 1216, 832, crop_w=1, crop_h=2, aesthetic_score=2.5)
    assert torch.equal(scored, torch.cat((pooled, embedded(832, 1216, 2, 1, 2.5)), -1))
