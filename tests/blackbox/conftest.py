"""Servers started as users start them, with our packs, in each cache mode; a client of each."""

from collections.abc import Iterator

import pytest
from exam_client import Client, client_of
from exam_packs import furnish

from serving import Running, Server


@pytest.fixture(scope="session")
def classic(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Packs in the home, the default cache, metadata in files."""
    folder = tmp_path_factory.mktemp("classic")
    furnish(folder / "home" / "custom_nodes")
    with running.server(folder) as server:
        yield server


@pytest.fixture(scope="session")
def lru(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Packs named by an extra_model_paths file, outputs elsewhere, the cache of the last used, previews of samplers."""
    folder = tmp_path_factory.mktemp("lru")
    furnish(folder / "elsewhere" / "packs")
    config = folder / "elsewhere" / "paths.yaml"
    config.write_text("exam:\n  base_path: .\n  custom_nodes: packs\n  checkpoints: checkpoints\n  exam_kind: kinds\n")
    flags = ("--listen", "127.0.0.1", "--extra-model-paths-config", str(config))
    out = (
        "--output-directory",
        str(folder / "out"),
        "--cache-lru",
        "100",
        "--preview-method",
        "latent2rgb",
        "--preview-size",
        "96",
    )
    with running.server(folder, *flags, *out) as server:
        yield server


@pytest.fixture(scope="session")
def uncached(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Packs named by --custom-nodes, no cache at all."""
    folder = tmp_path_factory.mktemp("uncached")
    packs = furnish(folder / "packs")
    with running.server(folder, "--cache-none", "--custom-nodes", str(packs)) as server:
        yield server


@pytest.fixture(params=["classic", "lru", "uncached"])
def mode(request: pytest.FixtureRequest) -> str:
    """A cache mode; names the fixture that has a server in it."""
    return request.param


@pytest.fixture
def caching(mode: str) -> bool:
    """Whether results outlive their prompt."""
    return mode != "uncached"


@pytest.fixture
def exam(request: pytest.FixtureRequest, mode: str) -> Iterator[Client]:
    """A client of a server in each cache mode."""
    server: Server = request.getfixturevalue(mode)
    with client_of(server.url) as client:
        yield client
        client.idle()


@pytest.fixture
def one(classic: Server) -> Iterator[Client]:
    """A client of the server with the default cache, for what has nothing to do with caches."""
    with client_of(classic.url) as client:
        yield client
        client.idle()
