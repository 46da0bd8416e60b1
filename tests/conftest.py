"""What tests of several rooms use: a model of Pocket's kind, tiny and of random weights; a home; a running server."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dgx_pixels.core.settings import Settings
from serving import Running, Server

# The same examples everywhere, however slow the machine: a test that fails once fails again.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with Pocket's layout, four image channels among it, that draws in an instant."""
    from dgx_pixels.engine.presets import TINY_POCKET
    from dgx_pixels.engine.random_checkpoint import write_random_checkpoint

    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    write_random_checkpoint(path, TINY_POCKET)
    return path


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with SDXL's layout that draws in an instant."""
    from dgx_pixels.engine.presets import TINY_SDXL
    from dgx_pixels.engine.random_checkpoint import write_random_checkpoint

    path = tmp_path_factory.mktemp("models") / "tiny-sdxl.safetensors"
    write_random_checkpoint(path, TINY_SDXL)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings of an empty home, on the CPU."""
    return Settings(home=tmp_path / "home", device="cpu")


RUNNING = Running()


@pytest.fixture(scope="session")
def running() -> Running:
    """Starts servers whose log is shown where a test fails."""
    return RUNNING


@pytest.fixture(scope="session")
def server_process(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server, shared by all tests of other people's clients and ours."""
    with running.server(tmp_path_factory.mktemp("serving")) as server:
        yield server


def pytest_runtest_setup() -> None:
    RUNNING.listen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    if report.failed and (said := RUNNING.said()):
        report.sections.append(("server log", said))
    return report


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Leave the log as it was: commands that run in this process settle what it shows."""
    loggers = [logging.getLogger(name) for name in ("dgx_pixels", "uvicorn")]
    before = [(each.level, each.propagate, list(each.handlers)) for each in loggers]
    yield
    for each, (level, propagate, handlers) in zip(loggers, before, strict=True):
        each.setLevel(level)
        each.propagate, each.handlers[:] = propagate, handlers
