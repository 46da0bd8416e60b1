"""One training run in a folder: judge, diffusion model, evaluation, published file. Run again, it goes on.

Every stage leaves a file; a stage whose file is there is not done again.
"""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

import torch
from PIL import Image

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.architecture import POCKET
from dgx_pixels.train.autoencoder import LatentMap, make_autoencoder
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Artists, Store
from dgx_pixels.train.diffusion import Trainer
from dgx_pixels.train.evaluate import Drawn, asked, draw, figures, judged, rendered, vae_error, weakest
from dgx_pixels.train.judge import Judge, train_judge
from dgx_pixels.train.publish import publish, published
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.sheet import contact_sheet
from dgx_pixels.train.state import load_module, load_trainer, save_module, save_trainer
from dgx_pixels.train.team import Member, run_team

Say = Callable[[str], None]
SETS: Final = {
    "seen": (32, True, 1),
    "unseen": (32, False, 1),
    "16 px": (16, True, 4),
    "24 px": (24, True, 4),
    "48 px": (48, True, 4),
    "64 px": (64, True, 4),
}
"""Size, whether pairs were seen in training, and what share of the prompts are asked, of each set of the evaluation."""
SHEETS = 4
"""Sprites of a kind on a contact sheet."""
M = TypeVar("M", bound=torch.nn.Module)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each stage takes, and on what."""

    judge: Budget = field(default_factory=lambda: Budget(seconds=60))
    diffusion: Budget = field(default_factory=lambda: Budget(seconds=1000))
    """Length of the whole learning-rate schedule, over all runs."""
    deadline: float = float("inf")
    """Stop training so long after the start, wherever the schedule is; the next run goes on."""
    spec: ModelSpec = POCKET
    batch: int = 512
    """Sprites a step at 32 pixels, on all devices together; other sizes get as many as have as many pixels."""
    drawn_first: int = 2048
    """Sprites of each size drawn before training starts."""
    capacity: int = 100_000
    """Sprites of each size kept on a device; the oldest go first."""
    workers: int = 14
    """Drawing processes of each device."""
    prompts: int = 1632
    """Prompts of the evaluation, with fewer than 1,632 no sheets of the categories; 0: neither evaluate nor publish."""
    seed: int = 0


def train_pocket(folder: Path, plan: Plan, devices: Sequence[torch.device], say: Say) -> None:
    """Train in ``folder``; unless the plan asks for no prompts, evaluate and publish ``pocket.safetensors``."""
    folder.mkdir(parents=True, exist_ok=True)
    run_team(devices, _train, folder, plan, say)
    if plan.prompts:
        evaluate(folder, plan, devices[0], say)


def _train(member: Member, folder: Path, plan: Plan, say: Say) -> None:
    """What each process does."""
    started = time.monotonic()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    state = folder / "state.safetensors"
    store = Store(member.device, plan.capacity)
    speak = say if member.leads else _silent
    # What was drawn before an interruption is gone: what is drawn after it is new.
    seed = plan.seed * 1_000_003 + member.rank + (state.stat().st_mtime_ns % 10**9 if state.exists() else 0)
    artists = Artists(seed, plan.workers)
    try:
        artists.collect(store, wait_for=plan.drawn_first)
        speak(f"{store.drawn} sprites drawn in {time.monotonic() - started:.0f} s")
        _helpers(folder, plan, member, store, speak)
        vae = _load(folder / "vae.safetensors", AutoencoderKL(plan.spec.vae), member.device)
        torch.manual_seed(plan.seed)
        trainer = Trainer.start(plan.spec, LatentMap.of(vae), member)
        if state.exists():
            load_trainer(state, trainer)
        torch.manual_seed(seed)
        left = member.agree(plan.deadline - (time.monotonic() - started))
        save = partial(save_trainer, state, trainer) if member.leads else None
        trainer.run(store, artists, plan.diffusion, _report(speak, store), plan.batch, left, save)
        speak(f"{trainer.step} steps in {trainer.seconds:.0f} s, {store.drawn} sprites drawn by the leader")
    finally:
        artists.close()
    if member.leads:
        save_trainer(state, trainer)
        if plan.prompts:
            notes = {"dgx_pixels.steps": str(trainer.step), "dgx_pixels.seed": str(plan.seed)}
            publish(folder / "pocket.safetensors", trainer.ema, vae, notes)
    member.wait()


def _helpers(folder: Path, plan: Plan, member: Member, store: Store, say: Say) -> None:
    """See that the VAE and the judge are there; the leader makes both."""
    vae_file, judge_file = folder / "vae.safetensors", folder / "judge.safetensors"
    if member.leads and not vae_file.exists():
        vae = make_autoencoder(plan.spec.vae, store)
        say(f"VAE: {vae_error(vae, store, count=max(8, plan.batch // 2)):.4f} of sprite pixels within 0.02")
        save_module(vae_file, vae)
    if member.leads and not judge_file.exists():
        torch.manual_seed(plan.seed)
        save_module(judge_file, train_judge(store, plan.judge, _report(say, store), batch=plan.batch))
    member.wait()


def evaluate(
    folder: Path, plan: Plan, device: torch.device, say: Say, only: Sequence[str] = tuple(SETS)
) -> dict[str, Any]:
    """Judge what the published file draws for some of ``SETS``; leaves figures and contact sheets."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    model, vae = published(folder / "pocket.safetensors", device)
    judge = _load(folder / "judge.safetensors", Judge(), device).eval()
    known = folder / "figures.json"
    results: dict[str, Any] = json.loads(known.read_text("utf-8")) if known.exists() else {}
    with ProcessPoolExecutor(plan.workers, mp_context=get_context("spawn")) as pool:
        for name in only:
            size, seen, part = SETS[name]
            recipes = asked(max(2, plan.prompts // part), seen=seen, size=size)
            drawn = draw(model, vae, recipes, device, pool=pool)
            rows = judged(judge, drawn.sprites, drawn.labels, device)
            own = figures(judged(judge, rendered(recipes), drawn.labels, device))
            results[name] = figures(rows) | {"clean alpha": drawn.clean_alpha, "few colours": drawn.few_colours}
            results[name] |= {"prompts": len(recipes), "weakest kinds": weakest(rows)}
            results[name] |= {f"drawer's own, {what}": own[what] for what in ("object", "colour", "both")}
            say(f"{name}: " + json.dumps(results[name]))
            _sheet(drawn, folder / f"{name.replace(' ', '')}.png")
        if plan.prompts >= SHEETS * len(KINDS) and len(only) == len(SETS):
            _category_sheets(model, vae, device, pool, folder)
    known.write_text(json.dumps(results, indent=1), "utf-8")
    return results


def _category_sheets(model: Any, vae: AutoencoderKL, device: torch.device, pool: Executor, folder: Path) -> None:
    """A contact sheet for every category: each of its kinds ``SHEETS`` times, in colours of seen pairs."""
    recipes = asked(SHEETS * len(KINDS), seen=True, seed=2)
    drawn = draw(model, vae, recipes, device, pool=pool)
    for category in dict.fromkeys(kind.category for kind in KINDS):
        picked = sorted((KINDS.index(r.kind), i) for i, r in enumerate(recipes) if r.kind.category == category)
        sprites = drawn.sprites[[i for _, i in picked]]
        _sheet(replace(drawn, sprites=sprites), folder / f"sheet-{category}.png", columns=16, scale=3)


def _sheet(drawn: Drawn, path: Path, columns: int = 20, scale: int = 2) -> None:
    Image.fromarray(contact_sheet(list(drawn.sprites[: 16 * columns]), columns, scale)).save(path)


def _load(file: Path, module: M, device: torch.device) -> M:
    load_module(file, module)
    return module.to(device).requires_grad_(requires_grad=False)


def _silent(_: str) -> None:
    """Only the leader speaks."""


def _report(say: Say, store: Store) -> Callable[[int, float, float], None]:
    def report(step: int, loss: float, gone: float) -> None:
        say(f"step {step:6}  loss {loss:.4f}  {gone:6.1%}  {store.drawn} sprites")

    return report
