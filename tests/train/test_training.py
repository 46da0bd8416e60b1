"""The whole training at its smallest: drawn data, VAE, diffusion, judge, saved and taken up again."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.architecture import POCKET, SMOKE
from dgx_pixels.train.autoencoder import enlarge, train_autoencoder, whiten
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Store
from dgx_pixels.train.diffusion import Trainer
from dgx_pixels.train.drawing import draw_chunk
from dgx_pixels.train.evaluate import asked, draw, figures, judged
from dgx_pixels.train.judge import train_judge
from dgx_pixels.train.publish import publish
from dgx_pixels.train.sprites.recipe import held_out
from dgx_pixels.train.state import load_trainer, save_trainer

CPU = torch.device("cpu")


def nothing(step: int, loss: float, gone: float) -> None:
    assert np.isfinite(loss)


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store(CPU)
    store.add(draw_chunk(1, 16, 64))
    return store


@pytest.fixture(scope="module")
def vae(store: Store) -> AutoencoderKL:
    torch.manual_seed(0)
    return train_autoencoder(SMOKE.vae, store, Budget(steps=6), nothing, cells=1024).requires_grad_(False)


def test_the_same_seed_draws_the_same_chunk() -> None:
    a, b = draw_chunk(5, 16, 4), draw_chunk(5, 16, 4)
    assert np.array_equal(a.images, b.images)
    assert np.array_equal(a.tokens, b.tokens)
    assert a.tokens.shape == (4, 3, 77)
    assert (a.tokens[..., 0] == 49406).all()


def test_whitening_gives_unit_latents_and_leaves_the_picture(store: Store) -> None:
    torch.manual_seed(1)
    net = AutoencoderKL(POCKET.vae).requires_grad_(False)
    picture = enlarge(store.batch(16, 16)[0])
    before = net.decode(net.encode(picture))
    whiten(net, store, 16 * 16 * 64)
    torch.testing.assert_close(net.decode(net.encode(picture)), before, rtol=1e-3, atol=1e-3)
    z = net.encode(enlarge(store.batch(16, 64)[0])) * net.config.scale
    assert z.mean((0, 2, 3)).abs().max() < 0.3
    assert (z.std((0, 2, 3)) - 1).abs().max() < 0.3


def test_training_goes_on_where_it_stopped(store: Store, vae: AutoencoderKL, tmp_path: Path) -> None:
    trainer = Trainer.start(SMOKE, vae, CPU)
    trainer.run(store, None, Budget(steps=3), nothing, batch=4)
    assert trainer.step == 3
    save_trainer(tmp_path / "state.safetensors", trainer)
    again = Trainer.start(SMOKE, vae, CPU)
    load_trainer(tmp_path / "state.safetensors", again)
    assert again.step == trainer.step
    for a, b in zip(again.ema.parameters(), trainer.ema.parameters(), strict=True):
        assert torch.equal(a, b)
    again.run(store, None, Budget(steps=5), nothing, batch=4)
    assert again.step == 5


def test_words_never_seen_stay_silent(store: Store, vae: AutoencoderKL) -> None:
    trainer = Trainer.start(SMOKE, vae, CPU)
    trainer.run(store, None, Budget(steps=5), nothing, batch=4)
    table = trainer.model.clip_g.token_embedding.weight
    assert table[40_000].abs().max() == 0
    assert table.abs().max() > 0


def test_a_model_is_published_drawn_and_judged(store: Store, vae: AutoencoderKL, tmp_path: Path) -> None:
    trainer = Trainer.start(SMOKE, vae, CPU)
    publish(tmp_path / "pocket.safetensors", trainer.ema, vae, {"note": "test"})
    with safe_open(tmp_path / "pocket.safetensors", "pt") as file:
        keys = set(file.keys())
        assert file.metadata()["modelspec.prediction_type"] == "epsilon"
    assert "model.diffusion_model.input_blocks.0.0.weight" in keys
    assert "conditioner.embedders.1.model.text_projection" in keys
    judge = train_judge(store, Budget(steps=2), nothing, batch=16)
    drawn = draw(trainer.ema, vae, asked(2, seen=True, size=16), CPU, steps=2)
    assert drawn.sprites.shape == (2, 16, 16, 4)
    assert set(figures(judged(judge, drawn, CPU))) >= {"object", "colour", "both"}


def test_the_judge_learns_what_it_is_shown(store: Store) -> None:
    """Forty steps on 64 sprites: far from what it can do, and far above chance (one in hundreds)."""
    torch.manual_seed(0)
    judge = train_judge(store, Budget(steps=40), nothing, batch=64)
    sprites, labels = store.batch(16, 64)
    with torch.no_grad():
        kind, _ = judge(sprites)
    assert (kind.argmax(1) == labels[:, 0]).float().mean() > 0.3


def test_the_evaluation_asks_for_pairs_as_it_says() -> None:
    assert not any(held_out(r.kind.name, r.colour or "") for r in asked(500, seen=True))
    assert all(held_out(r.kind.name, r.colour or "") for r in asked(300, seen=False))
