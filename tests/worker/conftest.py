"""A server without HTTP: a real store, hub, supervisor and worker process, whose nodes are those of `crew_nodes`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from works import Works


@pytest.fixture
def crew_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes find `crew_nodes`, and compute with one thread."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
async def works(tmp_path: Path, crew_path: None) -> AsyncIterator[Works]:
    works = await Works.open(tmp_path)
    yield works
    await works.close()
