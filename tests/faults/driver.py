"""Runs scenarios in children of its own, with the shim armed. Started by `faults.kit` with the shim preloaded.

One JSON object a line: in what to do, out what came of it. Forked children start in milliseconds.
"""

import asyncio
import ctypes
import json
import logging
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from dgx_pixels.jobs import commit, outbox
from faults.scenario import SCENARIOS

logging.disable(logging.CRITICAL)
SHIM = ctypes.CDLL(None)
MODES = {"count": 0, "kill-before": 1, "kill-after": 2, "fail": 3, "short": 4}


def child(order: dict[str, Any], pipe: int) -> None:
    def tell(what: str, job_id: str) -> None:
        os.write(pipe, f"{json.dumps([what, job_id])}\n".encode())
        SHIM.fault_note(json.dumps([what, job_id]).encode())

    commit.STORE_PROBE_SECONDS = outbox.PUBLISH_RETRY_SECONDS = 0.005
    status = 0
    if "seconds" in order:  # the alarm ends the process as SIGKILL does: nothing here hears of it
        signal.setitimer(signal.ITIMER_REAL, order["seconds"])
    try:
        if order.get("trace"):
            SHIM.fault_trace(os.open(order["trace"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        SHIM.fault_arm(order.get("at", -1), MODES[order["mode"]], order.get("error", 0), order.get("burst", 1))
        asyncio.run(asyncio.wait_for(SCENARIOS[order["do"]](Path(order["root"]), tell), 60))
        tell("calls", str(SHIM.fault_disarm()))
    except BaseException:  # noqa: BLE001 - told to the parent, whatever it is
        SHIM.fault_disarm()
        tell("error", traceback.format_exc())
        status = 1
    os._exit(status)


def serve(order: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        child(order, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = pipe.readlines()
    _, status = os.waitpid(pid, 0)
    notes = [json.loads(line) for line in lines if line.endswith("\n")]
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "notes": notes}


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(serve(json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
