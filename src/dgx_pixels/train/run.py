"""One training run in a folder: VAE, judge, diffusion model, evaluation, published file. Run again, it goes on.

Every stage leaves a file; a stage whose file is there is not done again.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from PIL import Image

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.architecture import POCKET
from dgx_pixels.train.autoencoder import train_autoencoder
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Artists, Store
from dgx_pixels.train.diffusion import Trainer
from dgx_pixels.train.evaluate import asked, draw, figures, judged, vae_error
from dgx_pixels.train.judge import Judge, train_judge
from dgx_pixels.train.publish import publish
from dgx_pixels.train.sprites.sheet import contact_sheet
from dgx_pixels.train.state import load_module, load_trainer, save_module, save_trainer

Say = Callable[[str], None]
COLUMNS, ROWS = 20, 14


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each stage takes, and on what."""

    vae: Budget = field(default_factory=lambda: Budget(seconds=150))
    judge: Budget = field(default_factory=lambda: Budget(seconds=60))
    diffusion: Budget = field(default_factory=lambda: Budget(seconds=1000))
    """Length of the whole learning-rate schedule, over all runs."""
    deadline: float = float("inf")
    """Stop training so long after the start, wherever the schedule is; the next run goes on."""
    spec: ModelSpec = POCKET
    batch: int = 512
    """Sprites a step at 32 pixels; other sizes get as many as have the same number of pixels."""
    drawn_first: int = 2048
    """Sprites of each size drawn before training starts."""
    workers: int = 14
    prompts: int = 1536
    seed: int = 0


def train_pocket(folder: Path, plan: Plan, device: torch.device, say: Say) -> dict[str, dict[str, float]]:
    """Train, evaluate and publish ``pocket.safetensors``; returns the evaluation's figures by plan."""
    started = time.monotonic()
    torch.manual_seed(plan.seed)
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(device)
    artists = Artists(plan.seed, plan.workers)
    try:
        artists.collect(store, wait_for=plan.drawn_first)
        say(f"{len(store)} sprites drawn in {time.monotonic() - started:.0f} s")
        vae = _vae(folder, plan, store, say)
        artists.collect(store)
        judge = _judge(folder, plan, store, say)
        trainer = Trainer.start(plan.spec, vae, device)
        if (state := folder / "state.safetensors").exists():
            load_trainer(state, trainer)
        left = plan.deadline - (time.monotonic() - started)
        trainer.run(store, artists, plan.diffusion, _report(say, store), plan.batch, left)
        save_trainer(state, trainer)
    finally:
        artists.close()
    notes = {"dgx_pixels.steps": str(trainer.step), "dgx_pixels.seed": str(plan.seed)}
    publish(folder / "pocket.safetensors", trainer.ema, vae, notes)
    return evaluate(folder, trainer, judge, plan.prompts, say)


def evaluate(folder: Path, trainer: Trainer, judge: Judge, prompts: int, say: Say) -> dict[str, dict[str, float]]:
    """Judge what the model draws, at three sizes and for unseen pairs; leaves figures and contact sheets."""
    device = next(judge.parameters()).device
    sets = (("seen", 32, True, prompts), ("unseen", 32, False, prompts), ("16px", 16, True, prompts // 4),
            ("64px", 64, True, prompts // 8))  # fmt: skip
    results: dict[str, dict[str, float]] = {}
    for name, size, seen, count in sets:
        drawn = draw(trainer.ema, trainer.vae, asked(count, seen=seen, size=size), device)
        results[name] = figures(judged(judge, drawn, device))
        results[name] |= {"clean alpha": drawn.clean_alpha, "few colours": drawn.few_colours}
        sheet = contact_sheet(list(drawn.sprites[: COLUMNS * ROWS]), COLUMNS, 2)
        Image.fromarray(sheet).save(folder / f"{name}.png")
        say(f"{name}: " + json.dumps({k: round(v, 4) for k, v in results[name].items()}))
    (folder / "figures.json").write_text(json.dumps({"step": trainer.step, **results}, indent=1), "utf-8")
    return results


def _vae(folder: Path, plan: Plan, store: Store, say: Say) -> AutoencoderKL:
    file = folder / "vae.safetensors"
    if file.exists():
        vae = AutoencoderKL(plan.spec.vae).to(store.device)
        load_module(file, vae)
    else:
        vae = train_autoencoder(plan.spec.vae, store, plan.vae, _report(say, store), cells=16 * plan.batch)
        save_module(file, vae)
    say(f"VAE: {vae_error(vae, store, count=max(8, plan.batch // 2)):.4f} of sprite pixels within 0.02")
    return vae.requires_grad_(False)


def _judge(folder: Path, plan: Plan, store: Store, say: Say) -> Judge:
    file = folder / "judge.safetensors"
    if file.exists():
        judge = Judge().to(store.device)
        load_module(file, judge)
    else:
        judge = train_judge(store, plan.judge, _report(say, store), batch=plan.batch)
        save_module(file, judge)
    return judge.eval()


def _report(say: Say, store: Store) -> Callable[[int, float, float], None]:
    def report(step: int, loss: float, gone: float) -> None:
        say(f"step {step:6}  loss {loss:.4f}  {gone:6.1%}  {len(store)} sprites")

    return report
