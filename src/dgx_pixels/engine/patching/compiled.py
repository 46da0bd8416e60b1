"""A network compiled when it is first called, and run as it is where that does not work. Knows no sampler."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)

BACKENDS: Final = ("inductor", "cudagraphs")


@dataclass(slots=True, eq=False)
class Compiler:
    """Compiles the networks of a model (and its clones), each once."""

    backend: str
    networks: WeakKeyDictionary[nn.Module, "CompiledNet"] = field(default_factory=WeakKeyDictionary)

    def __call__(self, network: nn.Module) -> "CompiledNet":
        """The network, to be compiled by its first call."""
        if network not in self.networks:
            self.networks[network] = CompiledNet(network.forward, self.backend)
        return self.networks[network]


class CompiledNet:
    """A network's forward pass (`Net`), compiled; as it was from the first failure of the compiler on."""

    def __init__(self, forward: Callable[..., Tensor], backend: str) -> None:
        self._plain = forward
        self._backend = backend
        self._run: Callable[..., Tensor] | None = None
        self.failed = False

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        """As the network's; the first call, and calls of new shapes, take the time that compiling takes."""
        if self.failed:
            return self._plain(*args, **kwargs)
        try:
            if self._run is None:
                self._run = torch.compile(self._plain, backend=self._backend)
            return self._run(*args, **kwargs)
        except Exception as error:
            if not _of_compiler(error):
                raise
            self.failed = True
            log.warning("the model runs uncompiled: %s cannot compile it here (%s)", self._backend, _first_line(error))
            return self._plain(*args, **kwargs)


def _of_compiler(error: Exception) -> bool:
    """Whether an error is the compiler's own rather than the network's."""
    from torch._dynamo.exc import TorchDynamoException

    return isinstance(error, TorchDynamoException | ImportError) or "_inductor" in type(error).__module__


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
