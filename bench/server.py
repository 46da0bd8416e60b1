"""What the server costs and carries: start, memory, answers, durable accepts, whole prompts, sockets.

    .venv/bin/python bench/server.py [--prompts N] [--size PIXELS] [--peer 'COMMAND'] [--json FILE]

Starts `dgx-pixels serve` of this environment on a free port, on the CPU, in a home of its own; with --peer also
another server that speaks the protocol, by a command in which {port} and {home} are filled in. All load comes from
this one process, on the same machine.
"""

import argparse
import asyncio
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from machine import ROOT, machine
from wire import Http, Socket, percentile, small_prompts

HOST = "127.0.0.1"
CLIENTS = 64


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    value: float
    unit: str
    goal: str = ""


@dataclass(slots=True)
class Server:
    """A server that runs."""

    process: "subprocess.Popen[bytes]"
    port: int
    started: float
    """Seconds from its start to its first answer."""


@asynccontextmanager
async def serving(command: str, home: Path) -> AsyncIterator[Server]:
    """A server from its start to its end."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    words = shlex.split(command.format(port=port, home=home))
    log = (home / "log").open("wb")
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else goes on
        words, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    try:
        while True:
            http = Http(HOST, port)
            try:
                status, _ = await http.ask("GET", "/system_stats")
            except (OSError, asyncio.IncompleteReadError):
                if process.poll() is not None or time.perf_counter() - begin > 120:
                    sys.exit(f"server: {words[0]} did not start:\n{(home / 'log').read_text()[-2000:]}")
                await asyncio.sleep(0.005)
                continue
            finally:
                await http.close()
            if status == 200:
                break
        yield Server(process, port, time.perf_counter() - begin)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def resident(pid: int) -> float:
    """MiB of memory that a process has."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


async def latencies(server: Server, path: str, count: int) -> list[float]:
    """Milliseconds of requests, one after the other."""
    http, taken = Http(HOST, server.port), []
    for _ in range(count):
        start = time.perf_counter()
        status, _ = await http.ask("GET", path)
        assert status == 200, (path, status)
        taken.append((time.perf_counter() - start) * 1e3)
    await http.close()
    return taken


async def post_all(server: Server, bodies: list[bytes]) -> tuple[float, int]:
    """(seconds, accepted) of prompts posted by 64 clients, each as fast as it is answered."""
    waiting = iter(bodies)
    accepted = 0

    async def client() -> None:
        nonlocal accepted
        http = Http(HOST, server.port)
        for body in waiting:
            status, _ = await http.ask("POST", "/prompt", body)
            accepted += status == 200
        await http.close()

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return time.perf_counter() - start, accepted


async def accepts(server: Server, count: int) -> Row:
    """Durable accepts, with a running job that keeps the worker busy elsewhere."""
    seconds, accepted = await post_all(server, list(small_prompts(count, 8)))
    if accepted != count:
        print(f"  only {accepted} of {count} were accepted")
    return Row("accepts by 64 clients", accepted / seconds, "1/s", "2000")


async def finished(server: Server) -> None:
    """Wait until nothing is queued or runs."""
    http = Http(HOST, server.port)
    while True:
        _, body = await http.ask("GET", "/prompt")
        if json.loads(body)["exec_info"]["queue_remaining"] == 0:
            break
        await asyncio.sleep(0.01)
    await http.close()


async def prompts(server: Server, home: Path, count: int, size: int) -> Row:
    """EmptyImage -> SaveImage, posted all at once, from the first post until the last has ended."""
    first = list(small_prompts(1, size + 1))
    await post_all(server, first)  # starts the worker, imports torch
    await finished(server)
    bodies = list(small_prompts(count, size))
    start = time.perf_counter()
    _, accepted = await post_all(server, bodies)
    await finished(server)
    seconds = time.perf_counter() - start
    files = len(list((home / "output").glob("bench_*.png")))
    if files < accepted:
        print(f"  only {files} files of {accepted} prompts")
    return Row(f"EmptyImage({size}) -> SaveImage, {count} at once", accepted / seconds, "1/s", "200")


async def sockets(server: Server, seconds: float = 8.0) -> Row:
    """Delay of events at a healthy socket beside 200 that never read and 1,000 that are idle."""
    crowd = await asyncio.create_subprocess_exec(
        *(sys.executable, Path(__file__).with_name("wire.py"), HOST, str(server.port), "200", "1000"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert crowd.stdin is not None
    assert crowd.stdout is not None
    await crowd.stdout.readline()
    healthy = await Socket.open(HOST, server.port, "healthy")
    await healthy.frame()
    http, delays = Http(HOST, server.port), []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        await http.ask("POST", "/queue", b'{"clear": true}')  # a change of the queue: everybody is told
        while b'"status"' not in await healthy.frame():
            pass
        delays.append((time.perf_counter() - start) * 1e3)
        await asyncio.sleep(0.02)
    crowd.stdin.close()
    await crowd.wait()
    healthy.close()
    await http.close()
    return Row("p99 of an event beside 1,200 sockets", percentile(delays, 0.99), "ms", "50")


async def measure(name: str, command: str, count: int, size: int) -> list[Row]:
    """All figures of a server."""
    print(f"{name}: {command}")
    with TemporaryDirectory() as folder:
        home = Path(folder)
        rows: list[Row] = []

        def show(row: Row) -> None:
            goal = f"goal {row.goal}" if row.goal else ""
            print(f"  {row.what:46} {row.value:9.2f} {row.unit:4} {goal}".rstrip(), flush=True)
            rows.append(row)

        async with serving(command, home) as server:
            show(Row("start to the first 200 on /system_stats", server.started, "s", "1.0"))
            await asyncio.sleep(1)
            show(Row("resident memory, idle", resident(server.process.pid), "MiB", "90"))
            stats = await latencies(server, "/system_stats", 2000)
            show(Row("/system_stats p50", percentile(stats, 0.5), "ms", "2"))
            show(Row("/system_stats p99", percentile(stats, 0.99), "ms", "8"))
            show(Row("/object_info p50", percentile(await latencies(server, "/object_info", 200), 0.5), "ms", "10"))
            show(await sockets(server))
            show(await prompts(server, home, count, size))
            show(Row("resident memory of the server afterwards", resident(server.process.pid), "MiB"))
        async with serving(command, home) as server:
            show(await accepts(server, 4 * count))
            await finished(server)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=1000, help="prompts posted at once (default 1000)")
    parser.add_argument("--size", type=int, default=64, help="side of the pictures in pixels (default 64)")
    parser.add_argument("--peer", help="command of another server, with {port} and {home}")
    parser.add_argument("--json", type=Path, help="file for the figures (default in bench/results/)")
    given = parser.parse_args()
    program = Path(sys.executable).with_name("dgx-pixels")
    own = f"{program} serve --cpu --home {{home}} --port {{port}} --max-queue 1000000"
    facts = machine(("fastapi", "uvicorn", "torch", "dgx-pixels"))
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    found = {"dgx-pixels": asyncio.run(measure("dgx-pixels", own, given.prompts, given.size))}
    if given.peer:
        found["peer"] = asyncio.run(measure("peer", given.peer, given.prompts, given.size))
    target = given.json or ROOT / "bench" / "results" / f"server-{time.strftime('%Y%m%dT%H%M%S')}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = {name: [asdict(row) for row in of_it] for name, of_it in found.items()}
    target.write_text(json.dumps({**facts, "size": given.size, "rows": rows}, indent=1) + "\n")
    print(target)


if __name__ == "__main__":
    main()
