"""The whole training at its smallest: drawn data, VAE, diffusion, judge, saved and taken up again."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.errors import DgxPixelsError
from dgx_pixels.engine.text import TextTowers, encode_prompt, sdxl_vector
from dgx_pixels.nn.tokenizer import ClipTokenizer
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.architecture import SMOKE
from dgx_pixels.train.autoencoder import LatentMap, enlarge, make_autoencoder
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Store
from dgx_pixels.train.diffusion import Trainer
from dgx_pixels.train.drawing import draw_chunk, tokenize
from dgx_pixels.train.evaluate import asked, draw, figures, judged, vae_error, weakest
from dgx_pixels.train.judge import train_judge
from dgx_pixels.train.objective import picture_sizes, vector
from dgx_pixels.train.publish import publish, published
from dgx_pixels.train.sprites.recipe import held_out
from dgx_pixels.train.state import load_trainer, save_trainer
from dgx_pixels.train.team import Member, run_team

CPU = torch.device("cpu")
ALONE = Member(CPU)


def nothing(step: int, loss: float, gone: float) -> None:
    assert np.isfinite(loss)


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store(CPU, capacity=100)
    store.add(draw_chunk(1, 16, 64))
    return store


@pytest.fixture(scope="module")
def vae(store: Store) -> AutoencoderKL:
    return make_autoencoder(SMOKE.vae, store)


def test_the_same_seed_draws_the_same_chunk() -> None:
    a, b = draw_chunk(5, 16, 4), draw_chunk(5, 16, 4)
    assert np.array_equal(a.images, b.images)
    assert np.array_equal(a.tokens, b.tokens)
    assert a.tokens.shape == (4, 3, 77)
    assert (a.tokens[..., 0] == 49406).all()


def test_flat_cells_come_back_from_the_autoencoder(store: Store, vae: AutoencoderKL) -> None:
    assert vae_error(vae, store, size=16, count=32) > 0.99
    halved = AutoencoderKL(SMOKE.vae).requires_grad_(False)
    halved.load_state_dict({key: tensor.half().float() for key, tensor in vae.state_dict().items()})
    assert vae_error(halved, store, size=16, count=32) > 0.99


def test_latents_are_white_and_follow_from_the_sprites_alone(store: Store, vae: AutoencoderKL) -> None:
    sprites = store.labelled(16, 64)[0]
    z = vae.encode(enlarge(sprites)) * vae.config.scale
    torch.testing.assert_close(LatentMap.of(vae)(sprites), z, rtol=0, atol=0.01)
    spread = torch.cov(z.permute(1, 0, 2, 3).flatten(1))
    assert z.mean((0, 2, 3)).abs().max() < 0.3
    assert (spread - torch.eye(4)).abs().max() < 0.3


def test_alpha_comes_out_hard_of_unsure_latents(store: Store, vae: AutoencoderKL) -> None:
    sprites = store.labelled(16, 32)[0]
    z = LatentMap.of(vae)(sprites)
    picture = vae.decode((z + 0.15 * torch.randn_like(z)) / vae.config.scale)
    alpha = (picture[:, 3] + 1) / 2
    assert ((alpha - alpha.round().clamp(0, 1)).abs() < 0.05).float().mean() > 0.99


def test_a_full_shelf_forgets_the_oldest() -> None:
    store = Store(CPU, capacity=6)
    chunks = [draw_chunk(seed, 16, 4) for seed in (1, 2)]
    for chunk in chunks:
        store.add(chunk)
    assert (store.count(16), store.drawn) == (6, 8)
    kept = store.shelves[16].images.numpy()
    assert np.array_equal(kept[4:], chunks[1].images[:2])
    assert np.array_equal(kept[:2], chunks[1].images[2:])
    assert np.array_equal(kept[2:4], chunks[0].images[2:])


def test_training_goes_on_where_it_stopped(store: Store, vae: AutoencoderKL, tmp_path: Path) -> None:
    trainer = Trainer.start(SMOKE, LatentMap.of(vae), ALONE)
    trainer.run(store, None, Budget(steps=3), nothing, batch=4)
    assert trainer.step == 3
    save_trainer(tmp_path / "state.safetensors", trainer)
    again = Trainer.start(SMOKE, LatentMap.of(vae), ALONE)
    load_trainer(tmp_path / "state.safetensors", again)
    assert again.step == trainer.step
    for a, b in zip(again.ema.parameters(), trainer.ema.parameters(), strict=True):
        assert torch.equal(a, b)
    again.run(store, None, Budget(steps=5), nothing, batch=4)
    assert again.step == 5


def test_words_never_seen_stay_silent(store: Store, vae: AutoencoderKL) -> None:
    trainer = Trainer.start(SMOKE, LatentMap.of(vae), ALONE)
    trainer.run(store, None, Budget(steps=5), nothing, batch=4)
    table = trainer.model.clip_g.token_embedding.weight
    assert table[40_000].abs().max() == 0
    assert table.abs().max() > 0


def test_a_model_is_published_drawn_and_judged(store: Store, vae: AutoencoderKL, tmp_path: Path) -> None:
    trainer = Trainer.start(SMOKE, LatentMap.of(vae), ALONE)
    publish(tmp_path / "pocket.safetensors", trainer.ema, vae, {"note": "test"})
    with safe_open(tmp_path / "pocket.safetensors", "pt") as file:
        keys = set(file.keys())
        assert file.metadata()["modelspec.prediction_type"] == "epsilon"
    assert "model.diffusion_model.input_blocks.0.0.weight" in keys
    assert "conditioner.embedders.1.model.text_projection" in keys
    model, decoder = published(tmp_path / "pocket.safetensors", CPU)
    judge = train_judge(store, Budget(steps=2), nothing, batch=16)
    drawn = draw(model, decoder, asked(2, seen=True, size=16), CPU, steps=2)
    assert drawn.sprites.shape == (2, 16, 16, 4)
    rows = judged(judge, drawn.sprites, drawn.labels, CPU)
    assert set(figures(rows)) >= {"object", "colour", "both"}
    assert len(weakest(rows)) == 2


def test_training_and_drawing_see_the_same_text(store: Store, vae: AutoencoderKL) -> None:
    """What the networks learned to follow is what the engine gives them."""
    model = Trainer.start(SMOKE, LatentMap.of(vae), ALONE).model.requires_grad_(False)
    for tower in (model.clip_l, model.clip_g):
        for p in tower.parameters():
            p.normal_(0, 0.3)
    tokenizer = ClipTokenizer(load_vocabulary())
    prompt = "a red potion, 16-bit sprite"
    context, pooled = model.text(torch.tensor([tokenize(tokenizer, prompt)]))
    drawn = encode_prompt(TextTowers(model.clip_l, model.clip_g, tokenizer), prompt)
    torch.testing.assert_close(context, drawn.context)
    y = vector(pooled, picture_sizes(128, 1, CPU))
    torch.testing.assert_close(y, sdxl_vector(drawn.pooled, 128, 128))


def _two_learn(member: Member, folder: Path) -> None:
    torch.manual_seed(0)
    store = Store(CPU, capacity=64)
    store.add(draw_chunk(member.rank, 16, 64))
    latents = LatentMap(torch.eye(4), torch.zeros(4, 1, 1))
    trainer = Trainer.start(SMOKE, latents, member)
    trainer.run(store, None, Budget(steps=2), nothing, batch=8)
    save_trainer(folder / f"{member.rank}.safetensors", trainer)


def test_two_processes_learn_the_same_weights_from_different_sprites(tmp_path: Path) -> None:
    run_team([CPU, CPU], _two_learn, tmp_path)
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in (0, 1))
    assert all(torch.equal(tensor, second[key]) for key, tensor in first.items())
    assert any((tensor != 0).any() for key, tensor in first.items() if key.endswith("exp_avg"))


def test_the_judge_learns_what_it_is_shown(store: Store) -> None:
    """Forty steps on 64 sprites: far from what it can do, and far above chance (one in hundreds)."""
    torch.manual_seed(0)
    judge = train_judge(store, Budget(steps=40), nothing, batch=64)
    sprites, labels = store.labelled(16, 64)
    with torch.no_grad():
        kind, _ = judge(sprites)
    assert (kind.argmax(1) == labels[:, 0]).float().mean() > 0.3


def test_the_evaluation_asks_for_pairs_as_it_says() -> None:
    assert not any(held_out(r.kind.name, r.colour or "") for r in asked(500, seen=True))
    assert all(held_out(r.kind.name, r.colour or "") for r in asked(300, seen=False))


def _second_fails(member: Member) -> None:
    if member.rank:
        raise ValueError("out of paint")


def test_a_process_that_fails_is_told_in_a_line() -> None:
    with pytest.raises(DgxPixelsError, match=r"a training process failed \(ValueError: out of paint\)"):
        run_team([CPU, CPU], _second_fails)
