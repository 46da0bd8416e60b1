"""Several processes, one device each, that train the same weights on sprites of their own."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed
from torch.multiprocessing.spawn import ProcessException, spawn

from dgx_pixels.core.errors import DgxPixelsError


@dataclass(frozen=True, slots=True)
class Member:
    """One process among the others."""

    device: torch.device
    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Writes the files, and speaks."""
        return self.rank == 0

    def wait(self) -> None:
        """Until all are here."""
        if self.size > 1:
            distributed.barrier()

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Replace each tensor by its mean over all members."""
        if self.size > 1:
            flat = torch.cat([t.flatten() for t in tensors])
            distributed.all_reduce(flat)
            parts = flat.div_(self.size).split([t.numel() for t in tensors])
            for tensor, part in zip(tensors, parts, strict=True):
                tensor.copy_(part.view_as(tensor))

    def agree(self, value: float) -> float:
        """The leader's ``value``."""
        if self.size == 1:
            return value
        number = torch.tensor(value, dtype=torch.float64, device=self.device)
        distributed.broadcast(number, 0)
        return number.item()


def run_team(devices: Sequence[torch.device], work: Callable[..., None], *args: Any) -> None:
    """Call ``work(member, *args)`` for every device: here where there is one, else in a process for each.

    Raises DgxPixelsError where one of several processes fails.
    """
    if len(devices) == 1:
        work(Member(devices[0]), *args)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        spawn(_member, (list(devices), port, work, args), nprocs=len(devices))
    except ProcessException as error:
        last = str(error).strip().splitlines()[-1]
        raise DgxPixelsError(f"a training process failed ({last}); look at its device, or train on one") from error


def _member(
    rank: int, devices: list[torch.device], port: int, work: Callable[..., None], args: tuple[Any, ...]
) -> None:
    device = devices[rank]
    if device.type == "cuda":
        torch.cuda.set_device(device)
    backend = "nccl" if device.type == "cuda" else "gloo"
    address = f"tcp://127.0.0.1:{port}"
    distributed.init_process_group(backend, init_method=address, rank=rank, world_size=len(devices))
    try:
        work(Member(device, rank, len(devices)), *args)
    finally:
        distributed.destroy_process_group()
