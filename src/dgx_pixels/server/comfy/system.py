"""``/system_stats``, ``/features``: what this server runs on and can do. Asks nothing of the device itself."""

import os
import sys
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.server.packages import installed
from dgx_pixels.server.replies import json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

COMFYUI: Final = "0.3.64"
"""The version whose protocol this is."""
_EDITOR: Final = "1.27.10"
_TEMPLATES: Final = "0.1.95"
_SECRET_FLAG: Final = "--token"  # noqa: S105 - its name, not its value
_CARDS: Final = Path("/proc/driver/nvidia/gpus")


class System:
    """Says what there is."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._system = _system()
        self._guess: dict[str, Any] | None = None

    def routes(self) -> list[Route]:
        """Its routes."""
        return [Route("GET", "/system_stats", self.stats), Route("GET", "/features", self.features)]

    async def stats(self, _request: Request) -> ASGIApp:
        """Memory, versions, the device."""
        total, free = _memory()
        system = {"os": os.name, "ram_total": total, "ram_free": free, **self._system}
        device = self._state.supervisor.status.device or self._guessed(total, free)
        return json_reply({"system": system, "devices": [device]})

    async def features(self, _request: Request) -> ASGIApp:
        """What the WebSocket can do and how much may be sent."""
        return json_reply(features(self._state))

    def _guessed(self, total: int, free: int) -> dict[str, Any]:
        """The device as far as can be told without touching it: the worker says more once it is up."""
        card = _card(self._state.settings.device)
        memory = {"vram_total": total, "vram_free": free, "torch_vram_total": total, "torch_vram_free": free}
        if card is None:
            return {"name": "cpu", "type": "cpu", "index": None, **memory}
        index, name = card
        unknown = dict.fromkeys(memory, 0)
        return {"name": f"cuda:{index} {name} : native", "type": "cuda", "index": index, **unknown}


def features(state: State) -> dict[str, Any]:
    """As ``/features`` and the WebSocket tell them."""
    return {"supports_preview_metadata": True, "max_upload_size": state.max_upload}


def _system() -> dict[str, Any]:
    return {
        "comfyui_version": COMFYUI,
        "required_frontend_version": installed("comfyui-frontend-package") or _EDITOR,
        "installed_templates_version": installed("comfyui-workflow-templates"),
        "required_templates_version": _TEMPLATES,
        "python_version": sys.version,
        "pytorch_version": installed("torch") or "",
        "embedded_python": False,
        "argv": _without_secret(sys.argv),
    }


def _without_secret(argv: list[str]) -> list[str]:
    """The command line, less the token."""
    shown: list[str] = []
    for index, word in enumerate(argv):
        if word.startswith(_SECRET_FLAG + "="):
            shown.append(_SECRET_FLAG + "=***")
        else:
            shown.append("***" if index and argv[index - 1] == _SECRET_FLAG else word)
    return shown


def _memory() -> tuple[int, int]:
    """Bytes of memory in all, and those that a program could have."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = page * os.sysconf("SC_PHYS_PAGES")
    try:
        with open("/proc/meminfo", "rb") as file:  # noqa: PTH123 - asked often; a Path says no more
            for line in file:
                if line.startswith(b"MemAvailable:"):
                    return total, int(line.split()[1]) * 1024
    except OSError:
        pass
    return total, page * os.sysconf("SC_AVPHYS_PAGES")


def _card(device: str) -> tuple[int, str] | None:
    """Index and name of the card that a worker will most likely use."""
    if device == "cpu":
        return None
    index = int(device.partition(":")[2] or 0) if device.startswith("cuda") else 0
    torch = installed("torch") or ""
    try:
        cards = sorted(_CARDS.iterdir())
        about = (cards[index] / "information").read_text("utf-8")
    except (OSError, IndexError):
        return None
    if device == "auto" and torch.endswith("+cpu"):
        return None
    model = next((line.partition(":")[2].strip() for line in about.splitlines() if line.startswith("Model")), "")
    return index, model
