"""CLIP values: tokens as packs know them, layers, weights, and the same conditioning as the engine's own."""

import torch

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.text import TextTowers, encode_prompt
from dgx_pixels.nn.tokenizer import ClipTokenizer

TOKENIZER = ClipTokenizer(load_vocabulary())


def clip_of(checkpoint, **changes):
    towers = TextTowers(checkpoint.clip_l, checkpoint.clip_g, TOKENIZER)
    return Clip(name="x", towers=towers, **changes)


def test_tokens_are_chunks_of_pairs_for_each_tower(sdxl):
    tokens = clip_of(sdxl).tokenize("a (red:1.5) potion")
    assert set(tokens) == {"l", "g"}
    for side, pad in (("l", 49407), ("g", 0)):
        (row,) = tokens[side]
        assert len(row) == 77
        assert row[0] == (49406, 1.0)
        assert [weight for _, weight in row[:5]] == [1.0, 1.0, 1.5, 1.0, 1.0]
        assert row[-1] == (pad, 1.0)


def test_word_ids_number_the_words(sdxl):
    (row,) = clip_of(sdxl).tokenize("red potion", return_word_ids=True)["l"]
    assert [word for _, _, word in row[:5]] == [0, 1, 2, 0, 0]


def test_encoding_tokens_is_encoding_the_prompt(sdxl):
    clip = clip_of(sdxl)
    expected = encode_prompt(clip.towers, "a (red:1.5) potion")
    states, pooled = clip.encode_from_tokens(clip.tokenize("a (red:1.5) potion"), return_pooled=True)
    assert torch.equal(states, expected.context)
    assert torch.equal(pooled, expected.pooled)
    assert torch.equal(clip.encode("a (red:1.5) potion"), expected.context)
    both = clip.encode_from_tokens(clip.tokenize("a (red:1.5) potion"), return_dict=True)
    assert torch.equal(both["cond"], states)
    assert torch.equal(both["pooled_output"], pooled)


def test_a_conditioning_of_tokens_has_what_it_is_given(sdxl):
    clip = clip_of(sdxl)
    ((states, options),) = clip.encode_from_tokens_scheduled(clip.tokenize("a"), add_dict={"width": 8})
    assert states.shape == (1, 77, 192)
    assert options["width"] == 8
    assert options["pooled_output"].shape == (1, 64)


def test_a_clone_may_stop_at_another_layer(sdxl):
    clip = clip_of(sdxl)
    other = clip.clone()
    other.clip_layer(-1)
    assert clip.layer is None
    assert torch.equal(other.encode("a"), encode_prompt(clip.towers, "a", layer=-1).context)
    assert not torch.equal(other.encode("a"), clip.encode("a"))


def test_vectors_may_stand_for_tokens(sdxl):
    clip = clip_of(sdxl)
    tokens = clip.tokenize("a")
    ids = torch.tensor([[value for value, _ in tokens["l"][0]]])
    vector = sdxl.clip_l.embed(ids)[0, 1]
    replaced = {**tokens, "l": [[*tokens["l"][0][:1], (vector, 1.0), *tokens["l"][0][2:]]]}
    assert torch.allclose(clip.encode_from_tokens(replaced), clip.encode_from_tokens(tokens), atol=1e-6)


def test_missing_embeddings_are_logged(sdxl, caplog):
    clip_of(sdxl).tokenize("embedding:gone")
    assert [record.message for record in caplog.records] == ["there is no embedding 'gone'; it is ignored"]


def test_uneven_texts_are_filled_up(sdxl):
    clip = clip_of(sdxl)
    tokens = clip.tokenize("word " * 100)
    tokens["l"] = clip.tokenize("short")["l"]
    assert {side: len(rows) for side, rows in clip.evened(tokens).items()} == {"l": 2, "g": 2}
    expected = encode_prompt(clip.towers, "short", text_g="word " * 100)
    assert torch.equal(clip.encode_from_tokens(clip.evened(tokens)), expected.context)


def test_modules_are_named(sdxl):
    assert list(clip_of(sdxl).modules) == ["clip_l", "clip_g"]
