"""``dgx-pixels train``: makes Pocket from nothing but this repository."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    import torch

    from dgx_pixels.train.data import Artists, Store

app = typer.Typer(no_args_is_help=True, help="Train Pocket, the small sprite model, and its judge.")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: where it lies, what draws for it."""

    folder: Path
    device: "torch.device"
    store: "Store"
    artists: "Artists"
    batch: int


@app.command()
def pocket(
    folder: Annotated[Path, typer.Argument(help="Folder of the run; run again to go on.")],
    minutes: Annotated[float, typer.Option(help="Minutes of the whole diffusion schedule.")] = 16.0,
    stop_after: Annotated[float, typer.Option(help="Stop this run after so many minutes in all.")] = 1e9,
    vae_minutes: Annotated[float, typer.Option(help="Minutes of the VAE.")] = 2.5,
    judge_minutes: Annotated[float, typer.Option(help="Minutes of the judge.")] = 1.5,
    batch: Annotated[int, typer.Option(help="Sprites a step at 32 pixels.")] = 512,
    workers: Annotated[int, typer.Option(help="Drawing processes.")] = 14,
    prompts: Annotated[int, typer.Option(help="Prompts of the evaluation.")] = 1536,
    size: Annotated[Literal["pocket", "smoke"], typer.Option(help="Network: the real one or the smallest.")] = "pocket",
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cuda",
    compiled: Annotated[bool, typer.Option("--compile", help="Compile the network first.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of drawing and training.")] = 0,
) -> None:
    """Train the VAE, the judge, then the diffusion model; evaluate and publish. Goes on where it was stopped."""
    import time

    import torch

    from dgx_pixels.train.architecture import POCKET, SMOKE
    from dgx_pixels.train.data import Artists, Store

    began = time.monotonic()
    torch.manual_seed(seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(torch.device(device))
    artists = Artists(seed + int(time.time()) % 10_000, workers)
    try:
        artists.collect(store, wait_for=512 if size == "smoke" else 2048)
        typer.echo(f"{len(store)} sprites drawn in {time.monotonic() - began:.0f} s")
        run = Run(folder, store.device, store, artists, batch)
        spec = POCKET if size == "pocket" else SMOKE
        _train(run, spec, vae_minutes * 60, judge_minutes * 60, minutes * 60, began + stop_after * 60, prompts, compiled)
    finally:
        artists.close()


def _train(run: Run, spec, vae_s: float, judge_s: float, total_s: float, deadline: float, prompts: int, compiled: bool) -> None:
    import time

    from dgx_pixels.nn.vae import AutoencoderKL
    from dgx_pixels.train.autoencoder import train_autoencoder
    from dgx_pixels.train.diffusion import Trainer
    from dgx_pixels.train.evaluate import vae_error
    from dgx_pixels.train.judge import Judge, train_judge
    from dgx_pixels.train.state import load_module, load_trainer, save_module, save_trainer

    def report(step: int, loss: float, gone: float) -> None:
        typer.echo(f"step {step:6} loss {loss:.4f} {100 * gone:5.1f} %  {len(run.store)} sprites  {time.monotonic():.0f}")

    vae = AutoencoderKL(spec.vae).to(run.device)
    if (file := run.folder / "vae.safetensors").exists():
        load_module(file, vae)
    else:
        vae = train_autoencoder(spec.vae, run.store, vae_s, report, cells=128 * run.batch)
        save_module(file, vae)
    vae.requires_grad_(False)
    typer.echo(f"VAE: {vae_error(vae, run.store):.4f} of pixels within 0.02")
    run.artists.collect(run.store)
    judge = Judge().to(run.device).eval()
    if (file := run.folder / "judge.safetensors").exists():
        load_module(file, judge)
    else:
        judge = train_judge(run.store, judge_s, report, batch=run.batch)
        save_module(file, judge)
    trainer = Trainer.start(spec, vae, run.device)
    if (file := run.folder / "state.safetensors").exists():
        load_trainer(file, trainer)
    left = min(total_s - trainer.seconds, deadline - time.monotonic())
    trainer.run(run.store, run.artists, left, total_s, report, run.batch, compiled=compiled)
    save_trainer(file, trainer)
    _evaluate(run, trainer, judge, prompts)


def _evaluate(run: Run, trainer, judge, prompts: int) -> None:
    import json

    from PIL import Image

    from dgx_pixels.train.evaluate import asked, draw, figures, judged, vae_error
    from dgx_pixels.train.publish import publish
    from dgx_pixels.train.sprites.recipe import render
    from dgx_pixels.train.sprites.sheet import contact_sheet
    import numpy as np
    import torch

    results = {"steps": trainer.step, "seconds": trainer.seconds, "vae": vae_error(trainer.vae, run.store)}
    plans = (("seen", 32, True, prompts), ("unseen", 32, False, prompts), ("16 px", 16, True, prompts // 4),
             ("64 px", 64, True, prompts // 8))
    for name, size, seen, count in plans:
        recipes = asked(count, seen=seen, size=size)
        drawn = draw(trainer.ema, trainer.vae, recipes, run.device)
        truth = np.stack([render(r) for r in recipes])
        rows = judged(judge, drawn, run.device)
        results[name] = figures(rows) | {"clean alpha": drawn.clean_alpha, "few colours": drawn.few_colours}
        drawn_truth = torch.from_numpy(truth.copy())
        x = drawn_truth.permute(0, 3, 1, 2).float() / 127.5 - 1
        from dgx_pixels.train.judge import verdicts

        results[name]["judge on drawn"] = figures(verdicts(judge, [(x.to(run.device), drawn.labels.to(run.device))]))["both"]
        shown = [s for s in drawn.sprites[: 20 * 14]]
        Image.fromarray(contact_sheet(shown, 20, 2)).save(run.folder / f"{name.replace(' ', '')}.png")
        typer.echo(f"{name}: {json.dumps({k: round(v, 4) for k, v in results[name].items()})}")
    (run.folder / "figures.json").write_text(json.dumps(results, indent=1))
    publish(run.folder / "pocket.safetensors", trainer.ema, trainer.vae, {"dgx_pixels.steps": str(trainer.step)})
