"""Jobs and records for the tests of jobs."""

from typing import Any

from dgx_pixels.jobs.job import NewJob, StagedFile


def new_job(job_id: str, number: float = 0, key: str | None = None, **extra: Any) -> NewJob:
    return NewJob(job_id, {"1": {"class_type": "Draw", "inputs": {"text": "é"}}}, extra, ["1"], number, key, "client")


def record(*files: StagedFile, status: str = "success") -> dict[str, Any]:
    images = [{"filename": f.filename, "subfolder": f.subfolder, "type": "output"} for f in files]
    return {
        "outputs": {"1": {"images": images}},
        "status": {"status_str": status, "completed": status == "success", "messages": []},
        "meta": {"1": {"node_id": "1"}},
    }
