"""``dgx-pixels models``: what is installed; adding, fetching, checking and describing. Imports no torch."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from dgx_pixels.checkpoint.catalogue import Catalogue, ModelFile
    from dgx_pixels.checkpoint.hashes import HashBook
    from dgx_pixels.checkpoint.known import KnownFile
    from dgx_pixels.core.settings import Settings

app = typer.Typer(help="Model files: list, add, download, verify, show.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
KindOf = Annotated[str, typer.Option("--kind", help="Folder it belongs to: checkpoints, loras, vae, ...")]
NameOf = Annotated[str | None, typer.Option("--name", help="Name to store it under; its own by default.")]


@app.command("list")
def list_models(
    ctx: typer.Context,
    kind: Annotated[str | None, typer.Option(help="Only this kind: checkpoints, loras, vae, ...")] = None,
    json_: AsJson = False,
) -> None:
    """List installed models: family, precision, size, hash."""
    from rich.console import Console

    from dgx_pixels.cli.model_tables import list_table

    home = _settings(ctx)
    rows = [_row(file, _book(home)) for file in _catalogue(home).list(kind)]
    if json_:
        typer.echo(json.dumps(rows, indent=2))
    elif rows:
        Console().print(list_table(rows))
    else:
        typer.echo(f"No models in {home.models} yet; see `dgx-pixels models download --help`.")


@app.command()
def add(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .safetensors file anywhere on this machine.")],
    copy: Annotated[bool, typer.Option("--copy", help="Copy it instead of linking to it.")] = False,
    kind: KindOf = "checkpoints",
    name: NameOf = None,
) -> None:
    """Add a file you have, by symbolic link or by copy."""
    from dgx_pixels.checkpoint.hashes import sha256_of
    from dgx_pixels.checkpoint.install import destination, install
    from dgx_pixels.cli.model_tables import progress

    home = _settings(ctx)
    target = destination(_catalogue(home), kind, name or file.name)
    size = file.stat().st_size if file.is_file() else None
    with progress(f"copying {file.name}", size) as report:
        install(file, target, copy=copy, report=lambda done: report(done, size))
    with progress(f"hashing {file.name}", size) as report:
        _book(home).put(target, sha256_of(target, lambda done: report(done, size)))
    typer.echo(f"Added {target.name} to {kind} ({'copied' if copy else 'linked'}).")


@app.command()
def download(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="NAME_OR_URL", help="A known name (see below) or an address.")],
    kind: Annotated[str | None, typer.Option(help="Folder it belongs to; checkpoints by default.")] = None,
    name: NameOf = None,
    sha256: Annotated[str | None, typer.Option(help="Refuse the file unless it has this SHA-256.")] = None,
) -> None:
    """Fetch a model over the network; interrupted, the same command goes on where it stopped.

    Known names: sdxl-base, sdxl-refiner, sdxl-vae-fp16-fix, sd15. Nothing else here uses the network.
    """
    from dgx_pixels.checkpoint.download import Source
    from dgx_pixels.checkpoint.install import destination

    published = _published(what)
    source = Source(published.url, published.size, published.sha256) if published else Source(what)
    if sha256:
        source = Source(source.url, source.size, _checked_hash(sha256))
    home, kind = _settings(ctx), kind or (published.kind if published else "checkpoints")
    target = destination(_catalogue(home), kind, name or (published.file if published else _file_of(source.address)))
    _book(home).put(target, _fetch(source, target))
    typer.echo(f"Downloaded {target.name} to {kind}, verified." if source.sha256 else f"Downloaded {target.name}.")


@app.command()
def verify(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="One model; all of them by default.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Record the hash of files you changed.")] = False,
) -> None:
    """Read model files in full and compare them with their published or recorded hashes."""
    from dgx_pixels.checkpoint.verify import verify as judge
    from dgx_pixels.cli.model_tables import clean, progress
    from dgx_pixels.core.errors import CheckpointError

    home = _settings(ctx)
    files = (_catalogue(home).find_any(name),) if name else _catalogue(home).list()
    bad: list[str] = []
    for file in files:
        with progress(f"reading {file.name}", file.size) as report:
            verdict = judge(file, _book(home), lambda done: report(done, None), accept=accept)
        typer.echo(clean(f"{'ok ' if verdict.ok else 'BAD'}  {file.name}  {verdict.finding}").plain)
        if not verdict.ok:
            bad.append(file.name)
    if bad:
        raise CheckpointError(f"{len(bad)} of {len(files)} files did not verify: {', '.join(bad)}")


@app.command()
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME_OR_FILE", help="An installed model, or any file.")],
    json_: AsJson = False,
) -> None:
    """Print a file's architecture and metadata without loading it."""
    from rich.console import Console

    from dgx_pixels.checkpoint.describe import describe
    from dgx_pixels.cli.model_tables import page, plain

    home = _settings(ctx)
    file = _catalogue(home).find_any(name)
    what = describe(file.path)
    facts: dict[str, Any] = {
        "name": file.name,
        "kind": file.kind,
        "path": str(file.path),
        "size": file.size,
        "sha256": _book(home).known(file.path),
        "family": what.family,
        "precision": what.precision,
        "tensors": what.tensors,
        "parameters": what.parameters,
        "architecture": plain(what.spec),
        "metadata": dict(what.metadata),
    }
    if json_:
        typer.echo(json.dumps(facts, indent=2))
    else:
        Console().print(page(facts))


def _settings(ctx: typer.Context) -> "Settings":
    from dgx_pixels.cli.settings import settings_of

    return settings_of(ctx)


def _catalogue(home: "Settings") -> "Catalogue":
    from dgx_pixels.checkpoint.catalogue import Catalogue

    return Catalogue.of(home)


def _book(home: "Settings") -> "HashBook":
    from dgx_pixels.checkpoint.hashes import HashBook

    return HashBook(home.home / "cache" / "hashes.sqlite3")


def _row(file: "ModelFile", book: "HashBook") -> dict[str, Any]:
    """One line of the list; a file that cannot be read is listed all the same."""
    from dgx_pixels.checkpoint.describe import describe
    from dgx_pixels.core.errors import CheckpointError

    row: dict[str, Any] = {"name": file.name, "kind": file.kind, "path": str(file.path), "size": file.size}
    try:
        what = describe(file.path)
    except CheckpointError:
        return {**row, "family": "unreadable", "precision": None, "sha256": None}
    return {**row, "family": what.family, "precision": what.precision, "sha256": book.known(file.path)}


def _published(what: str) -> "KnownFile | None":
    """The known file of that name; None for an address."""
    from difflib import get_close_matches

    from dgx_pixels.checkpoint.known import KNOWN, known
    from dgx_pixels.core.errors import UsageError

    if "://" in what:
        return None
    if found := known(what):
        return found
    names = [k.name for k in KNOWN]
    near = get_close_matches(what, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}; or give an http(s) address"
    raise UsageError(f"no published model is known as {what!r}; {hint}")


def _file_of(address: str) -> str:
    """The file name at the end of an address. Raises UsageError where there is none."""
    from urllib.parse import unquote

    from dgx_pixels.checkpoint.catalogue import SUFFIXES
    from dgx_pixels.core.errors import UsageError

    file = unquote(address.rpartition("/")[2])
    if not file.lower().endswith(SUFFIXES):
        raise UsageError(f"{address} names no .safetensors file; say with --name what to call it")
    return file


def _checked_hash(sha256: str) -> str:
    from dgx_pixels.core.errors import UsageError

    if len(sha256) != 64 or set(sha256.lower()) - set("0123456789abcdef"):
        raise UsageError(f"--sha256 {sha256!r} is not a SHA-256: it has 64 hexadecimal digits")
    return sha256.lower()


def _fetch(source: Any, target: Path) -> str:
    """Download under a bar. Ctrl-C keeps what came, and says so."""
    from dgx_pixels.checkpoint.download import download as fetch
    from dgx_pixels.checkpoint.partial import part_path
    from dgx_pixels.cli.model_tables import progress, size_text
    from dgx_pixels.core.errors import CancelledError

    try:
        with progress(target.name, source.size) as report:
            return fetch(source, target, report)
    except KeyboardInterrupt:
        part = part_path(target)
        kept = size_text(part.stat().st_size) if part.exists() else "nothing"
        raise CancelledError(f"stopped with {kept} on disk; the same command goes on from there") from None
