"""``dgx-pixels train``: makes Pocket from nothing but this repository."""

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

app = typer.Typer(no_args_is_help=True, help="Train Pocket, the small sprite model, and its judge.")


@app.callback()
def train() -> None:
    """Train Pocket, the small sprite model, and its judge."""


def _minutes(given: float) -> float:
    if not (math.isfinite(given) and given > 0):
        raise typer.BadParameter(f"{given} is no time to train; give minutes above 0")
    return given


def _time(about: str) -> Any:
    return typer.Option(help=about, callback=_minutes)


@app.command()
def pocket(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", file_okay=False, help="Folder of the run; run again to go on.")
    ],
    minutes: Annotated[float, _time("Minutes of the whole diffusion schedule.")] = 20.0,
    stop_after: Annotated[float, _time("Stop training after so many minutes; run again to go on.")] = 1e9,
    judge_minutes: Annotated[float, _time("Minutes of the judge.")] = 1.0,
    batch: Annotated[int, typer.Option(help="Sprites a step at 32 pixels, on all devices together.", min=1)] = 512,
    workers: Annotated[int, typer.Option(help="Drawing processes of each device.", min=1)] = 14,
    prompts: Annotated[int, typer.Option(help="Prompts of the evaluation; 0: only train.", min=0)] = 1632,
    size: Annotated[Literal["pocket", "smoke"], typer.Option(help="The real network or the smallest.")] = "pocket",
    device: Annotated[str, typer.Option(help="cpu, cuda or cuda:N; several with commas between them.")] = "cuda",
    seed: Annotated[int, typer.Option(help="Seed of drawing and training.")] = 0,
) -> None:
    """Train the judge, then the diffusion model; evaluate and publish."""
    from dgx_pixels.engine.device import pick_device
    from dgx_pixels.train.architecture import POCKET, SMOKE
    from dgx_pixels.train.budget import Budget
    from dgx_pixels.train.run import Plan, train_pocket

    plan = Plan(
        judge=Budget(seconds=judge_minutes * 60),
        diffusion=Budget(seconds=minutes * 60),
        deadline=stop_after * 60,
        spec=POCKET if size == "pocket" else SMOKE,
        batch=batch,
        drawn_first=2048 if size == "pocket" else 512,
        capacity=100_000 if size == "pocket" else 4096,
        workers=workers,
        prompts=prompts,
        seed=seed,
    )
    train_pocket(folder, plan, [pick_device(name) for name in device.split(",")], typer.echo)


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Folder of a run that has ended.")
    ],
    only: Annotated[
        list[str] | None, typer.Option("--set", help="seen, unseen, or a size such as 16 px; by default all.")
    ] = None,
    prompts: Annotated[int, typer.Option(help="Prompts of the largest sets.", min=1)] = 1632,
    workers: Annotated[int, typer.Option(help="Processes that cut colours down.", min=1)] = 2,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
) -> None:
    """Let a run's judge look at what its published model draws; leaves figures and contact sheets there."""
    from dgx_pixels.core.errors import StorageError
    from dgx_pixels.engine.device import pick_device
    from dgx_pixels.train.run import SETS, Plan
    from dgx_pixels.train.run import evaluate as run

    for name in only or ():
        if name not in SETS:
            raise typer.BadParameter(f"there is no set {name!r}; sets are {', '.join(SETS)}")
    for name in ("pocket.safetensors", "judge.safetensors"):
        if not (folder / name).is_file():
            raise StorageError(f"{folder} has no {name}; train there first")
    run(folder, Plan(prompts=prompts, workers=workers), pick_device(device), typer.echo, only or list(SETS))
