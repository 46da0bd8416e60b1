"""Seconds of a training step of Pocket on one GPU, kernel by kernel and recorded; off a GPU a dry run, much smaller.

    PYTHONPATH=src python bench/train_step.py [--batch N] [--json FILE]

Sprites are random numbers: only the networks are timed, forward, backward and optimiser.
"""

import argparse
import json
import os
import platform
import subprocess
import time
from pathlib import Path

import torch

from dgx_pixels.train.architecture import POCKET, SMOKE
from dgx_pixels.train.autoencoder import LatentMap
from dgx_pixels.train.data import Shelf, Store
from dgx_pixels.train.diffusion import Trainer
from dgx_pixels.train.team import Member

SIZES = (32, 16, 64)


def random_store(device: torch.device) -> Store:
    """Sprites of noise with captions of noise, of every size that is timed."""
    count = 2048 if device.type == "cuda" else 16
    store = Store(device)
    for size in SIZES:
        images = torch.randint(256, (count, size, size, 4), dtype=torch.uint8, device=device)
        tokens = torch.randint(49408, (count, 3, 77), dtype=torch.int32, device=device)
        store.shelves[size] = Shelf(images, tokens, torch.zeros(count, 2, dtype=torch.int16, device=device), count)
    return store


def step_seconds(trainer: Trainer, store: Store, size: int, batch: int, *, recorded: bool, steps: int = 15) -> float:
    """Median seconds of a step, after the first few."""
    inputs = trainer._inputs(store, size, min(2 * batch, batch * 32 * 32 // size**2))  # noqa: SLF001 - no public need
    step = trainer.stepper(inputs) if recorded else trainer._gradients  # noqa: SLF001
    times: list[float] = []
    for _ in range(steps + 3):
        start = time.perf_counter()
        trainer.learn(step, inputs)
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return sorted(times[3:])[steps // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=512, help="sprites a step at 32 pixels")
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    trainer = Trainer.start(
        POCKET if gpu else SMOKE,
        LatentMap(torch.eye(4, device=device), torch.zeros(4, 1, 1, device=device)),
        Member(device),
    )
    store = random_store(device)
    rows: dict[str, float] = {}
    for recorded in (False, True) if gpu else (False,):
        for size in SIZES:
            start = time.perf_counter()
            name = f"{size} px{', recorded' if recorded else ''}"
            rows[name] = step_seconds(trainer, store, size, given.batch if gpu else 4, recorded=recorded)
            print(
                f"{name:20} {1000 * rows[name]:8.1f} ms   (measured in {time.perf_counter() - start:.0f} s)", flush=True
            )
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    facts = {
        "device": torch.cuda.get_device_name() if gpu else "cpu",
        "cpus": str(os.cpu_count()),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "commit": done.stdout.strip() or "unknown",
    }
    if given.json:
        given.json.write_text(json.dumps({**facts, "seconds": rows}, indent=1))


if __name__ == "__main__":
    main()
