"""The worker process: owns a device, runs jobs, answers questions about nodes. Has no database and no network.

Started by the server as ``python -m dgx_pixels.worker.child WIRE FLAG PARENT``: descriptors of a socket and of the
cancel flag, and the server's process id. Four threads: this one runs jobs, one reads, one answers questions, one
beats.
"""

import importlib
import logging
import os
import socket
import sys
import threading
from functools import partial
from typing import Any

from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.execute import Classic, Executor, Lru, NoCache
from dgx_pixels.worker.channel import Channel
from dgx_pixels.worker.desk import Desk
from dgx_pixels.worker.device import describe_device
from dgx_pixels.worker.flag import CancelFlag
from dgx_pixels.worker.frames import Ask, FrameError, Free, Ready, Run, Sent, Setup, Stop
from dgx_pixels.worker.pulse import Pulse
from dgx_pixels.worker.runner import Runner
from dgx_pixels.worker.surroundings import WorkerHost, stock
from dgx_pixels.worker.ties import share_cores, tie_to

log = logging.getLogger(__name__)

_UMASK = 0o027
"""Files that jobs make may be read by the server's group, as uploads may."""


def main(arguments: list[str]) -> None:
    """Work until told to stop."""
    wire, flag, parent = map(int, arguments)
    tie_to(parent)
    share_cores()
    os.umask(_UMASK)
    for descriptor in (wire, flag):
        os.set_inheritable(descriptor, False)  # programs that nodes start must not keep the wire open
    channel = Channel(socket.socket(fileno=wire))
    setup = channel.receive()
    if not isinstance(setup, Setup):
        raise FrameError("the first message must be what the worker is started with")
    work(channel, CancelFlag(flag), setup)
    # Threads of node packs may hang; there is nothing left to save.
    os._exit(0)


def work(channel: Channel, flag: CancelFlag, setup: Setup) -> None:
    """Make everything there is to make, say so, and run jobs."""
    settings = ServerSettings(**setup.settings)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    pulse = Pulse(channel)
    pulse.start()
    runner = Runner(channel, flag, pulse, settings)
    host = WorkerHost(settings, pulse, runner.stage)
    with pulse.long_call():
        module, _, function = setup.catalogue.partition(":")
        builtin = getattr(importlib.import_module(module), function)(host.files)
        send = partial(_send, channel)
        nodes = stock(settings, host.files, builtin, lambda: host.engine, send, lambda: runner.client, runner.interrupt)
    if setup.torch and settings.warm:
        runner.import_torch()
    desk = Desk(channel, nodes)
    desk.start()
    threading.Thread(target=_read, args=(channel, runner, desk), name="reader", daemon=True).start()
    channel.send(Ready(describe_device(settings.device)))
    runner.work(Executor(nodes.registry, cache=_cache(settings)), host, torch=setup.torch)


def _read(channel: Channel, runner: Runner, desk: Desk) -> None:
    """Hand every message to the thread that it is for."""
    while True:
        try:
            message = channel.receive()
        except FrameError:
            log.exception("the server sent what is no message")
            os._exit(1)
        if isinstance(message, Ask):
            desk.put(message)
        elif isinstance(message, Run | Free | Stop):
            runner.orders.put(message)


def _send(channel: Channel, kind: str, data: Any, client: str | None) -> None:
    """Send an event of a node pack's own."""
    channel.send(Sent(kind, data, client))


def _cache(settings: ServerSettings) -> Classic | Lru | NoCache:
    if settings.cache == "lru":
        return Lru(settings.cache_lru)
    return NoCache() if settings.cache == "none" else Classic()


if __name__ == "__main__":
    main(sys.argv[1:])
