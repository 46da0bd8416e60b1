"""``dgx-pixels dev``: tools for those who work on the engine itself."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Tools for working on the engine itself.", no_args_is_help=True)


@app.callback()
def dev() -> None:
    """Tools for working on the engine itself."""


@app.command("random-checkpoint")
def random_checkpoint(
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.", dir_okay=False)],
    family: Annotated[str, typer.Option(help="sdxl, sdxl-refiner, sd15, pocket, or a tiny-… of them.")] = "sdxl",
    dtype: Annotated[str, typer.Option(help="fp16, bf16 or fp32.")] = "fp16",
    seed: Annotated[int, typer.Option(help="Seed of the weights.", min=0, max=2**63 - 1)] = 0,
    device: Annotated[str, typer.Option(help="Where the weights are drawn: auto, cpu, cuda or cuda:N.")] = "auto",
) -> None:
    """Write a checkpoint with random weights in a family's true layout, to test and measure with."""
    from dgx_pixels.checkpoint.tensorfile import PICKLES
    from dgx_pixels.core.errors import UsageError
    from dgx_pixels.engine.device import pick_device
    from dgx_pixels.engine.presets import PRESETS
    from dgx_pixels.engine.random_checkpoint import write_random_checkpoint
    from dgx_pixels.train.architecture import POCKET

    specs = {**PRESETS, "pocket": POCKET}
    dtypes = {"fp16": "F16", "bf16": "BF16", "fp32": "F32"}
    for given, offered in ((family, specs), (dtype, dtypes)):
        if given not in offered:
            raise UsageError(f"{given} is not one of {', '.join(offered)}")
    if output.suffix.lower() in PICKLES:
        raise UsageError(f"{output} has the name of a pickle, which is not read; name a .safetensors file")
    write_random_checkpoint(output, specs[family], dtypes[dtype], seed, pick_device(device))
    typer.echo(f"{output}: {family}, {dtype}, {output.stat().st_size / 1e9:.2f} GB")
