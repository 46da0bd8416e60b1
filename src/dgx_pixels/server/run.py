"""A server's life: bind, open, serve, drain, close. Knows no route."""

import asyncio
import errno
import gc
import logging
import os
import resource
import shutil
import signal
import socket
import ssl
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import uvicorn
import uvloop

from dgx_pixels.core.errors import AddressError, UsageError
from dgx_pixels.core.limits import KEEP_ALIVE_SECONDS, MAX_CONNECTIONS, MAX_SOCKET_FRAME_BYTES
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.server.access import Token, find_token
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.origin import Names
from dgx_pixels.server.protocol import HttpConnection, SocketConnection
from dgx_pixels.worker.inputs import make_inputs

log = logging.getLogger(__name__)

_BACKLOG: Final = 4096
_CLOSING_SECONDS: Final = 5
_LAST_WORDS_SECONDS: Final = 1.0
_UMASK: Final = 0o077
_PRIVATE: Final = 0o700
_SHARED: Final = 0o750  # with the group, as the files in it are
# New objects before the young ones are looked through, and rounds before older ones are: rubbish in cycles is rare.
_COLLECTOR: Final = (10_000, 50, 1000)


def serve(settings: ServerSettings, logs: LogBook, *, once: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, or with ``once`` only until everything is up.

    Raises AddressError, UsageError, StoreError.
    """
    os.umask(_UMASK)
    _raise_file_limit()
    sockets = bind(settings)
    try:
        token = find_token(settings.token, settings.listen, settings.home, sockets[0].getsockname()[1])
        uvloop.run(Life(settings, logs, sockets, token, once=once).live())
    finally:
        for each in sockets:
            each.close()


class Life:
    """One run of a server."""

    def __init__(
        self,
        settings: ServerSettings,
        logs: LogBook,
        sockets: Sequence[socket.socket],
        token: Token | None,
        *,
        once: bool,
    ) -> None:
        self._settings = settings
        self._logs = logs
        self._once = once
        self._sockets = sockets
        self._token = token
        self._stop = asyncio.Event()
        self._now = asyncio.Event()

    async def live(self) -> None:
        """From the first to the last."""
        from dgx_pixels.server.parts import opened

        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, self._told_to_stop)
        _make_folders(self._settings)
        # The folder of previews only once the home is ours: another server may be at work there.
        async with opened(self._settings, self._logs, self._stop.is_set) as parts:
            with _temp(self._settings.temp):
                app = parts.app(
                    Names.of(self._settings.listen, self._settings.allowed_hosts, self._settings.cors_origin),
                    self._token,
                )
                server = _Server(_config(app, self._settings))
                server.announce = self._announce
                serving = asyncio.create_task(server.serve(list(self._sockets)))
                await parts.supervisor.start()
                _calm_collector()
                stopping = asyncio.create_task(self._stop.wait())
                await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
                stopping.cancel()
                await self._drain(parts.supervisor, parts.hub)
                server.should_exit = True
                server.force_exit = self._now.is_set()
                await serving

    async def _drain(self, supervisor: Any, hub: Any) -> None:
        """Take no more jobs, let the running one end or wait for the next start, tell the listeners the last."""
        self._stop.set()
        stopping = asyncio.create_task(supervisor.stop(self._settings.grace))
        now = asyncio.create_task(self._now.wait())
        await asyncio.wait({stopping, now}, return_when=asyncio.FIRST_COMPLETED)
        now.cancel()
        if not stopping.done():
            await supervisor.stop(0)
        await stopping
        await hub.drain(_LAST_WORDS_SECONDS)

    def _told_to_stop(self) -> None:
        """The first signal lets the running job end, the second does not."""
        (self._now if self._stop.is_set() else self._stop).set()

    def _announce(self) -> None:
        """The lines that launchers and people wait for."""
        scheme = "https" if self._settings.tls_certfile else "http"
        lines = [f"To see the GUI go to: {scheme}://{_shown(each)}" for each in self._sockets]
        if self._token is not None and self._token.fresh:
            lines.append(
                f"Clients need this token, kept in {self._settings.home / 'token'}: {self._token.value}\n"
                f"In a browser open {scheme}://{_shown(self._sockets[0])}/?token={self._token.value}"
            )
        with suppress(OSError, ValueError):  # nobody reads it
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
        if self._once:
            self._stop.set()


class _Server(uvicorn.Server):
    """uvicorn's, with the signals left to `Life` and a word when it listens."""

    announce: Callable[[], None]

    @contextmanager
    def capture_signals(self) -> Any:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.announce()


def _config(app: Any, settings: ServerSettings) -> uvicorn.Config:
    try:
        return _loaded(
            uvicorn.Config(
                app,
                loop="none",
                http=HttpConnection,
                ws=SocketConnection,
                ws_max_size=MAX_SOCKET_FRAME_BYTES,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_CLOSING_SECONDS,
                backlog=_BACKLOG,
                ssl_certfile=settings.tls_certfile,
                ssl_keyfile=settings.tls_keyfile,
            )
        )
    except (ssl.SSLError, OSError) as error:
        raise UsageError(f"the certificate cannot be used ({error}); check --tls-certfile and --tls-keyfile") from error


def _loaded(config: uvicorn.Config) -> uvicorn.Config:
    config.load()
    return config


def bind(settings: ServerSettings) -> list[socket.socket]:
    """A socket for each address. Raises AddressError, which says what to do."""
    bound: list[socket.socket] = []
    port = settings.port
    try:
        for address in settings.listen:
            bound.append(_bind(address, port))
            port = bound[0].getsockname()[1]
    except BaseException:
        for each in bound:
            each.close()
        raise
    return bound


def _bind(address: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise AddressError(f"{address} is no address of this machine; give --listen one that is") from error
    family, kind, protocol, _, name = found[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(name)
        made.listen(_BACKLOG)
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise AddressError(_obstacle(error, address, port)) from error
    return made


def _obstacle(error: OSError, address: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {address} is taken; stop the program that has it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by you; choose one above 1023 with --port"
    return f"{address} cannot be listened on ({error.strerror}); give --listen an address of this machine"


def _shown(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _calm_collector() -> None:
    """Keep the garbage collector from walking through everything while somebody waits."""
    gc.freeze()  # what is there now stays
    gc.set_threshold(*_COLLECTOR)


def _raise_file_limit() -> None:
    """As many descriptors as connections may need, where the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MAX_CONNECTIONS
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _make_folders(settings: ServerSettings) -> None:
    for folder in (settings.home, settings.inputs, settings.outputs, settings.users / "default"):
        try:
            new = not folder.is_dir()
            if folder == settings.inputs:
                make_inputs(folder)
            folder.mkdir(parents=True, exist_ok=True)
            if new:
                folder.chmod(_SHARED if folder in {settings.inputs, settings.outputs} else _PRIVATE)
        except OSError as error:
            raise UsageError(f"the folder {folder} cannot be made ({error.strerror}); choose another") from error


@contextmanager
def _temp(folder: Path) -> Any:
    """The folder of previews, empty now and gone at the end."""
    _sweep(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Empty a folder; if it is large, that goes on while the server starts."""
    if not folder.exists() or folder.is_symlink():
        return
    with suppress(OSError):
        aside = Path(tempfile.mkdtemp(prefix=".swept-", dir=folder.parent))
        folder.rename(aside / "temp")
        asyncio.get_running_loop().run_in_executor(None, shutil.rmtree, aside, True)
