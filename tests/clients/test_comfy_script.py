"""ComfyScript: workflows written as Python, with nodes made of all of /object_info."""

import json
import os
import subprocess
import sys
from pathlib import Path

from serving import Server


def test_comfy_script(server_process: Server, tmp_path: Path) -> None:
    script = Path(__file__).parent / "drivers" / "comfy_script_session.py"
    done = subprocess.run(
        [sys.executable, script, server_process.url],
        env=os.environ | {"HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["txt2img"] == [[32, 32], ["ComfyScriptSource", "prompt"]]
    assert told["progress"] == ["KSampler.0", 10_000]
    assert told["img2img"] == [[32, 32]]
    assert told["cancelled"] == 0
    assert told["embeddings"] == []
    server_process.until_idle()
    (last,) = server_process.get("/history?max_items=1").values()
    assert last["status"]["messages"][-1][0] == "execution_interrupted"
