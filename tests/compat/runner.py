"""Runs one workflow in a process of its own, with node packs, and tells as JSON what came of it.

Arguments: home, folder of packs, workflow as JSON. Packs change `sys.path` and `sys.modules`; hence the process.
"""

import json
import sys
from pathlib import Path
from typing import Any

from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.execute import Event
from dgx_pixels.worker.inprocess import LocalWorker


def main(home: str, packs: str, text: str) -> None:
    workflow = json.loads(text)
    settings = ServerSettings(home=Path(home), custom_nodes=(Path(packs),), device="cpu")
    worker = LocalWorker(settings)
    infos = worker.infos()
    told: dict[str, Any] = {
        "infos": {name: info for name, info in infos.items() if "custom_nodes" in info["python_module"]}
    }
    told["save_image"] = infos["SaveImage"]["python_module"]
    found = worker.validate(workflow)
    told["error"], told["node_errors"] = found.error, found.node_errors
    events: list[Any] = []
    if found.ok:
        outcome = worker.run(
            workflow, found.outputs, lambda e: isinstance(e, Event) and events.append([e.type, e.data]), lambda: False
        )
        told["status"], told["messages"] = outcome.status_str, outcome.messages
        told["outputs"] = outcome.outputs
    told["progress"] = [[d["value"], d["max"], d["node"]] for kind, d in events if kind == "progress"]
    told["ran"] = [d["node"] for kind, d in events if kind == "executing"]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
