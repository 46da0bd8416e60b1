"""Parity and speed at full size, on random weights: one command, made for a GPU and dry-run on a CPU.

    PYTHONPATH=src:tests python bench/parity.py [--tiny] [--folder DIR] [--json FILE]

Writes a checkpoint in SDXL's true layout with our own tool, loads it from the disk and from the page cache,
compares every network and a complete image with diffusers and transformers on the same weights, and times an
image of 1024 x 1024 at 20 steps. Nothing is downloaded.
"""

import argparse
import gc
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor

import oracle
import oracle_image
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.engine.loading import Checkpoint, load_checkpoint
from dgx_pixels.engine.presets import SDXL, TINY_SDXL
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint

HALVES = (torch.float16, torch.bfloat16)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    precision: str
    value: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is compared and how large."""

    device: torch.device
    pixels: int
    steps: int
    tiny: bool

    def latent(self, batch: int) -> Tensor:
        """The same noise (batch, 4, h, w) each time."""
        draw = torch.Generator().manual_seed(1)
        side = self.pixels // 8
        return torch.randn(batch, 4, side, side, generator=draw).to(self.device)


def seconds(run: Callable[[], object]) -> float:
    """Wall-clock seconds of a call, its work on the GPU included."""
    _wait()
    start = time.perf_counter()
    run()
    _wait()
    return time.perf_counter() - start


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def memory(field: str) -> int | None:
    """A line of this process's memory figures, in bytes; None off Linux."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith(field)), None)


@contextmanager
def host_peak(found: list[int | None]) -> Iterator[None]:
    """Append the host memory that the body took at its peak beyond what was taken before."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        yield
        found.append(None)
        return
    before = memory("VmRSS") or 0
    yield
    found.append((memory("VmHWM") or 0) - before)


def loading(path: Path, job: Job) -> Iterator[Row]:
    """Seconds and memory of a load in fp16, cold and from the page cache."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    peaks: list[int | None] = []
    for name in ("cold", "from page cache", "from page cache, again"):
        with host_peak(peaks):
            taken = seconds(lambda: load_checkpoint(path, job.device, torch.float16))
        yield Row(f"load, {name}", "fp16", taken, "s")
        gc.collect()
    if job.device.type == "cuda":  # on a CPU the weights themselves are the peak
        yield Row("load, peak host memory", "fp16", peaks[-1] and peaks[-1] / 1e6, "MB")
    yield Row("largest tensor", "fp16", max(i.nbytes for i in TensorFile(path).values()) / 1e6, "MB")


Outputs = dict[str, Tensor]


def ours(model: Checkpoint, job: Job) -> Outputs:
    """What our networks make of the inputs all are given."""
    x, context, pooled, sizes, tokens, image = inputs(model, job)
    side = image.shape[-1]
    y = oracle.vector_of(pooled, sizes)
    text_l, _ = model.clip_l(tokens, -2)
    text_g, text_pooled = model.clip_g(tokens, -2)
    z = model.vae.encode(image)
    return {
        "U-Net": model.unet(x, torch.tensor([999.0, 19.0], device=job.device), context, y),
        f"VAE encode {side}²": z,
        f"VAE decode {side}²": model.vae.decode(job.latent(1)),
        "CLIP-L": text_l,
        "OpenCLIP-G": text_g,
        "OpenCLIP-G pooled": text_pooled,
    }


def theirs(model: Checkpoint, job: Job) -> Outputs:
    """What the reference networks make of the same inputs with the weights of ``model``, in their dtype."""
    x, context, pooled, sizes, tokens, image = inputs(model, job)
    side = image.shape[-1]
    device = str(job.device)
    dtype = model.unet.out[2].weight.dtype
    unet = oracle.reference_unet(model.unet, device)
    vae = oracle.reference_vae(model.vae, device)
    t = torch.tensor([999.0, 19.0], device=job.device)
    run = oracle.run_reference_unet(unet, x.to(dtype), t, context.to(dtype), pooled.to(dtype), sizes)
    pixels = image.to(vae.dtype)
    text_l = oracle.reference_clip_l(model.clip_l, device)(tokens, output_hidden_states=True)
    text_g = oracle.reference_clip_g(model.clip_g, device)(tokens, output_hidden_states=True)
    return {
        "U-Net": run,
        f"VAE encode {side}²": vae.encode(pixels).latent_dist.mean,
        f"VAE decode {side}²": vae.decode(job.latent(1).to(vae.dtype)).sample,
        "CLIP-L": text_l.hidden_states[-2],
        "OpenCLIP-G": text_g.hidden_states[-2],
        "OpenCLIP-G pooled": text_g.text_embeds,
    }


def inputs(model: Checkpoint, job: Job) -> tuple[Tensor, ...]:
    """Latent, context, pooled text, sizes, token ids and an image: the same in every precision."""
    draw = torch.Generator().manual_seed(2)
    config = model.spec.unet
    context = torch.randn(2, 77, config.context_dim, generator=draw)
    pooled = torch.randn(2, config.vector_dim - 6 * oracle.SIZE_WIDTH, generator=draw)
    sizes = torch.tensor([[job.pixels, job.pixels, 0, 0, job.pixels, job.pixels]] * 2, dtype=torch.float32)
    image = torch.rand(1, 3, job.pixels, job.pixels, generator=draw) * 2 - 1
    tokens = oracle_image.tokens(job.device)
    return job.latent(2), *(t.to(job.device) for t in (context, pooled, sizes)), tokens, image.to(job.device)


def networks(path: Path, job: Job) -> Iterator[Row]:
    """Relative errors of every network: in fp32, then of ours and of the reference in half precision."""
    model = load_checkpoint(path, job.device, torch.float32)
    truth = theirs(model, job)
    yield from errors(ours(model, job), truth, "fp32")
    del model
    for dtype in HALVES:
        gc.collect()
        model = load_checkpoint(path, job.device, dtype)
        name = str(dtype).removeprefix("torch.")
        yield from errors(ours(model, job), truth, name)
        yield from errors(theirs(model, job), truth, f"{name}, reference")
        del model


def errors(outputs: Outputs, truth: Outputs, precision: str) -> Iterator[Row]:
    for name, output in outputs.items():
        yield Row(name, precision, oracle.relative_error(output, truth[name]), "relative")


def images(path: Path, job: Job) -> Iterator[Row]:
    """The relative error of a complete image, then seconds and memory of one in fp16."""
    model = load_checkpoint(path, job.device, torch.float32)
    truth = oracle_image.reference(model, job.pixels, job.steps)
    error = oracle.relative_error(oracle_image.draw(model, job.pixels, job.steps), truth)
    yield Row(f"image, {job.steps} steps", "fp32", error, "relative")
    del model
    for dtype in HALVES:
        gc.collect()
        model = load_checkpoint(path, job.device, dtype)
        name = str(dtype).removeprefix("torch.")
        image = oracle_image.draw(model, job.pixels, job.steps)
        yield Row(f"image, {job.steps} steps", name, oracle.relative_error(image, truth), "relative")
        yield Row(f"image, {job.steps} steps", name, speed(model, job), "s")
        if job.device.type == "cuda":
            peak = torch.cuda.max_memory_allocated() / 1e9
            yield Row(f"image, {job.steps} steps, peak GPU memory", name, peak, "GB")
        del model


def speed(model: Checkpoint, job: Job) -> float:
    """Seconds of a whole image, the first having warmed up."""
    if job.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    return seconds(lambda: oracle_image.draw(model, job.pixels, job.steps))


def machine(job: Job) -> dict[str, str]:
    """Where the figures come from."""
    import diffusers
    import transformers

    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "device": torch.cuda.get_device_name()
        if job.device.type == "cuda"
        else platform.processor() or platform.machine(),
        "cpus": str(os.cpu_count()),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "diffusers": diffusers.__version__,
        "transformers": transformers.__version__,
        "commit": done.stdout.strip() or "unknown",
    }


def show(rows: Iterator[Row]) -> list[Row]:
    """Print rows as they come."""
    shown: list[Row] = []
    for row in rows:
        value = "-" if row.value is None else f"{row.value:.3g}"
        print(f"{row.what:40} {row.precision:22} {value:>10} {row.unit}", flush=True)
        shown.append(row)
    return shown


@torch.inference_mode()
def measure(folder: Path, job: Job) -> list[Row]:
    path = folder / "random.safetensors"
    spec = TINY_SDXL if job.tiny else SDXL
    written = seconds(lambda: write_random_checkpoint(path, spec, device=job.device))
    rows = show(iter([Row("write", "fp16", written, "s"), Row("file", "fp16", path.stat().st_size / 1e9, "GB")]))
    for part in (loading, networks, images):
        rows += show(part(path, job))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="a small network and image: a dry run")
    parser.add_argument("--folder", type=Path, help="where the checkpoint is written (7 GB)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    job = Job(device, pixels=64 if given.tiny else 1024, steps=20, tiny=given.tiny)
    print(facts := machine(job))
    with TemporaryDirectory(dir=given.folder) as folder:
        rows = measure(Path(folder), job)
    if given.json:
        given.json.write_text(json.dumps({**facts, "rows": [asdict(row) for row in rows]}, indent=1))


if __name__ == "__main__":
    main()
