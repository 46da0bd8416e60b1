"""Both text towers against transformers on the same weights."""

import pytest
import torch
from torch.nn.functional import mse_loss

import oracle
import text_oracle
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel

Tower = ClipTextModel | OpenClipTextModel


@pytest.fixture(params=[text_oracle.tiny_l, text_oracle.tiny_g], ids=["clip", "openclip"])
def tower(request: pytest.FixtureRequest) -> Tower:
    return request.param()


def test_every_layer_agrees_with_transformers(tower: Tower) -> None:
    ids = text_oracle.tokens()
    reference = text_oracle.reference(tower)(ids, output_hidden_states=True)
    for layer in range(-1, -tower.config.layers - 1, -1):
        hidden, _ = tower(ids, layer)
        assert hidden.shape == (2, 77, tower.config.width)
        assert oracle.relative_error(hidden, reference.hidden_states[layer]) < 2e-6


def test_normalised_last_state_and_pooled_agree_with_transformers(tower: Tower) -> None:
    ids = text_oracle.tokens()
    reference = text_oracle.reference(tower)(ids)
    hidden, pooled = tower(ids, normalise=True)
    assert oracle.relative_error(hidden, reference.last_hidden_state) < 2e-6
    projected = isinstance(tower, OpenClipTextModel)
    expected = reference.text_embeds if projected else reference.pooler_output
    assert pooled.shape == (2, tower.config.projection or tower.config.width)
    assert oracle.relative_error(pooled, expected) < 2e-6


def test_pooled_does_not_depend_on_the_layer(tower: Tower) -> None:
    ids = text_oracle.tokens()
    assert torch.equal(tower(ids, -2)[1], tower(ids, -1, normalise=True)[1])


def test_a_layer_before_the_first_means_the_last(tower: Tower) -> None:
    ids = text_oracle.tokens()
    assert torch.equal(tower(ids, -tower.config.layers - 1)[0], tower(ids, -1)[0])


def test_embeddings_stand_in_for_tokens(tower: Tower) -> None:
    ids = text_oracle.tokens()
    plain = tower(ids, -2)
    given = tower(ids, -2, inputs=tower.embed(ids))
    assert all(torch.equal(a, b) for a, b in zip(plain, given, strict=True))
    other = tower(ids, -2, inputs=tower.embed(ids) + 1)
    assert not torch.allclose(plain[1], other[1])


def test_a_token_sees_only_those_before_it(tower: Tower) -> None:
    ids = text_oracle.tokens()
    later = ids.clone()
    later[:, 40:] = 5
    a, b = tower(ids)[0], tower(later)[0]
    assert torch.allclose(a[:, :40], b[:, :40], atol=1e-6)
    assert not torch.allclose(a[:, 40:], b[:, 40:], atol=1e-3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_of_lower_precision_compute_in_fp32(tower: Tower, dtype: torch.dtype) -> None:
    ids = text_oracle.tokens()
    low = tower.to(dtype)
    hidden, pooled = low(ids, -2)
    assert hidden.dtype == pooled.dtype == torch.float32
    rounded = low.float()
    expected = rounded(ids, -2)
    assert torch.equal(hidden, expected[0])
    assert torch.equal(pooled, expected[1])


def test_parameters_are_named_as_in_single_file_checkpoints() -> None:
    clip, openclip = text_oracle.tiny_l().state_dict(), text_oracle.tiny_g().state_dict()
    layer = "text_model.encoder.layers.2."
    assert {key.removeprefix(layer) for key in clip if key.startswith(layer)} == {
        f"{name}.{kind}"
        for name in (
            *("layer_norm1", "layer_norm2", "mlp.fc1", "mlp.fc2"),
            *(f"self_attn.{p}_proj" for p in ("q", "k", "v", "out")),
        )
        for kind in ("weight", "bias")
    }
    assert {key for key in clip if ".layers." not in key} == {
        "text_model.embeddings.token_embedding.weight",
        "text_model.embeddings.position_embedding.weight",
        "text_model.final_layer_norm.weight",
        "text_model.final_layer_norm.bias",
    }
    block = "transformer.resblocks.3."
    assert {key.removeprefix(block) for key in openclip if key.startswith(block)} == {
        "attn.in_proj_weight",
        "attn.in_proj_bias",
        *(f"{n}.{k}" for n in ("ln_1", "ln_2", "attn.out_proj", "mlp.c_fc", "mlp.c_proj") for k in ("weight", "bias")),
    }
    assert {key for key in openclip if ".resblocks." not in key} == {
        "token_embedding.weight",
        "positional_embedding",
        "ln_final.weight",
        "ln_final.bias",
        "text_projection",
    }


@pytest.mark.parametrize(
    ("make", "config"), [(ClipTextModel, text_oracle.TINY_L), (OpenClipTextModel, text_oracle.TINY_G)]
)
def test_learns(make: type[Tower], config: object) -> None:
    torch.manual_seed(0)
    tower = make(config)
    ids = text_oracle.tokens()
    target = torch.randn(2, config.projection or config.width)
    optimizer = torch.optim.Adam(tower.parameters(), 1e-2)
    losses = []
    for _ in range(5):
        loss = mse_loss(tower(ids, -2)[1], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert all(p.grad is not None for p in tower.parameters())


@pytest.mark.parametrize("make", [ClipTextModel, OpenClipTextModel])
def test_is_built_without_memory(make: type[Tower]) -> None:
    with torch.device("meta"):
        tower = make(text_oracle.TINY_L)
    assert all(p.is_meta for p in tower.parameters())
    assert not list(tower.buffers())
