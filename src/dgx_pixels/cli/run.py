"""``dgx-pixels run`` and ``dgx-pixels validate``: a workflow's file, here or on a server."""

import signal
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dgx_pixels.cli.node_bar import NodeBar
from dgx_pixels.cli.settings import server_settings
from dgx_pixels.cli.workflow_file import Workflow, changed, read_workflow
from dgx_pixels.core.errors import CancelledError, DgxPixelsError, UsageError
from dgx_pixels.core.node_errors import sentences

if TYPE_CHECKING:
    from dgx_pixels.client import Client, Message, Ticket
    from dgx_pixels.core.server_settings import ServerSettings
    from dgx_pixels.graph.execute import AnyEvent, Outcome
    from dgx_pixels.worker.inprocess import LocalWorker

FileArg = Annotated[Path, typer.Argument(metavar="WORKFLOW", help="A workflow's JSON file, saved or exported.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NODE.INPUT=VALUE", help="Change an input; a node by id, title or class."),
]
ServerOption = Annotated[str | None, typer.Option(metavar="URL", help="Ask this server instead of working here.")]
TokenOption = Annotated[str | None, typer.Option(envvar="DGX_PIXELS_TOKEN", help="The server's token.")]
PacksOption = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Folder of node packs to load.")]


def run(
    workflow: FileArg,
    *,
    set_: SetOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the files it makes.")] = Path(),
    custom_nodes: PacksOption = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.")] = None,
) -> None:
    """Run a workflow and print the paths of the files it made.

    A local picture may be named with --set for an input that loads one: it is copied or uploaded first.
    """
    if server:
        from dgx_pixels.client import Client

        with Client(server, token=token) as client:
            _run_there(changed(read_workflow(workflow, client.nodes), set_ or []), client, output)
        return
    from dgx_pixels.worker.inprocess import LocalWorker

    settings = server_settings(output_directory=output.absolute(), custom_nodes=custom_nodes, device=device)
    worker = LocalWorker(settings)
    _run_here(changed(read_workflow(workflow, worker.infos), set_ or []), worker, settings)


def validate(
    workflow: FileArg,
    *,
    set_: SetOption = None,
    custom_nodes: PacksOption = None,
) -> None:
    """Say what is wrong with a workflow, one fault a line; nothing is run."""
    from dgx_pixels.worker.inprocess import LocalWorker

    worker = LocalWorker(server_settings(custom_nodes=custom_nodes))
    graph = changed(read_workflow(workflow, worker.infos), set_ or [])
    found = worker.validate(graph)
    faults = sentences(found.error, found.node_errors)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise UsageError(f"{workflow} has {len(faults)} fault{'s' if len(faults) > 1 else ''}")
    typer.echo(f"{workflow} is valid: {len(graph)} nodes, {len(found.outputs)} with output")


def _run_here(graph: Workflow, worker: "LocalWorker", settings: "ServerSettings") -> None:
    for node, name, path in _local_pictures(graph):
        graph[node]["inputs"][name] = worker.add_input(path)
    found = worker.validate(graph)
    if not found.ok:
        raise UsageError("; ".join(sentences(found.error, found.node_errors)))
    _warn(found.node_errors)
    stop = threading.Event()
    with NodeBar(graph) as bar, _stopping(stop):
        outcome = worker.run(graph, found.outputs, lambda event: _show(bar, event), stop.is_set)
    _report(outcome)
    for file in _files(outcome.outputs):
        folder = settings.outputs if file["type"] == "output" else settings.temp
        typer.echo(folder / file["subfolder"] / file["filename"])


@contextmanager
def _stopping(stop: threading.Event) -> Generator[None]:
    """Ctrl-C asks the run to stop at its next step; a second one ends the process."""

    def ask(_number: int, _frame: Any) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _show(bar: NodeBar, event: "AnyEvent") -> None:
    from dgx_pixels.graph.execute import Event

    if not isinstance(event, Event):
        return
    if event.type == "executing":
        bar.node(event.data["node"])
    elif event.type == "execution_cached":
        bar.cached(event.data["nodes"])
    elif event.type == "progress":
        bar.step(event.data["value"], event.data["max"])


def _report(outcome: "Outcome") -> None:
    """Raise what the run ended with, where it did not succeed."""
    if outcome.completed:
        return
    kind, data = next(((k, d) for k, d in reversed(outcome.messages) if k != "execution_start"), ("", {}))
    if kind == "execution_interrupted":
        raise CancelledError("interrupted")
    where = f"node {data.get('node_id')} ({data.get('node_type')})"
    raise DgxPixelsError(f"{where} failed: {data.get('exception_message', 'it does not say why')}")


def _warn(node_errors: Mapping[str, Any]) -> None:
    """Name the faults for which some outputs are not made; the others are."""
    for fault in sentences(None, node_errors):
        typer.echo(f"left out: {fault}", err=True)


def _files(outputs: Any) -> list[dict[str, Any]]:
    return [
        entry
        for output in outputs.values()
        for entries in output.values()
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, dict) and "filename" in entry
    ]


def _run_there(graph: Workflow, client: "Client", output: Path) -> None:
    with NodeBar(graph) as bar:
        for node, name, path in _local_pictures(graph):
            sent = client.upload(path)
            graph[node]["inputs"][name] = "/".join(filter(None, (sent.subfolder, sent.filename)))
        result = client.run(graph, watch=lambda message: _show_message(bar, message), accepted=_accepted)
    for file in result.files:
        path = _free(output / file.subfolder / file.filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(client.fetch(file))
        typer.echo(path)


def _accepted(ticket: "Ticket") -> None:
    _warn(ticket.node_errors)


def _show_message(bar: NodeBar, message: "Message") -> None:
    from dgx_pixels.client import Cached, NodeProgress, NodeStarted, Queued

    match message:
        case Queued(remaining):
            bar.waiting(remaining)
        case Cached(nodes):
            bar.cached(list(nodes))
        case NodeStarted(node):
            bar.node(node)
        case NodeProgress(_, value, total):
            bar.step(value, total)
        case _:
            pass


def _local_pictures(graph: Workflow) -> list[tuple[str, str, Path]]:
    """(node, input, path) of inputs called ``image`` that name a file by its path."""
    return [
        (node, name, Path(value).expanduser())
        for node, entry in graph.items()
        for name, value in entry["inputs"].items()
        if name == "image" and isinstance(value, str) and "/" in value and Path(value).expanduser().is_file()
    ]


def _free(path: Path) -> Path:
    """The path, or the next one beside it that is not taken."""
    number = 0
    free = path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem} ({number})")
    return free
