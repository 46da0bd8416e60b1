"""Every command of ``dgx-pixels``, and what becomes of their errors: one line on stderr and an exit code.

Commands import what is heavy inside their bodies, so that ``--help`` answers at once.
"""

import os
import sys
from io import TextIOWrapper
from typing import Annotated, cast

import typer

from dgx_pixels import __version__
from dgx_pixels.cli import dev, generate, models, serve, show, train
from dgx_pixels.cli import run as workflows
from dgx_pixels.core.errors import DgxPixelsError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command(context_settings={"allow_extra_args": True})(generate.generate)
app.command()(show.show)
app.command(cls=serve.ServeCommand)(serve.serve)
app.command()(workflows.run)
app.command()(workflows.validate)
app.add_typer(models.app, name="models")
app.add_typer(train.app, name="train")
app.add_typer(dev.app, name="dev")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    """Draw game-ready pixel art from words, on your own machine."""


# Typer raises click's exceptions, from its own copy of click or from click itself, depending on its version.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__bases__[0])
_ClickError = cast("type[typer.BadParameter]", _UsageError.__bases__[0])
_INTERRUPTED = 130


def run() -> int:
    """Run the command that the process was started with and return its exit code."""
    _steady_stdout()
    try:
        # Typer itself makes an exit code of Ctrl-C, or an Abort, depending on its version.
        code: int = app(standalone_mode=False) or 0
    except _UsageError as error:
        return _wrong_usage(error)
    except (_ClickError, DgxPixelsError) as error:
        message = str(error) if isinstance(error, DgxPixelsError) else error.format_message()
        return _complain(message, error.exit_code)
    except typer.Abort:
        code = _INTERRUPTED
    except OSError as error:
        return _unwritten(error)
    except MemoryError:
        return _complain("this machine has too little memory for that; ask for a smaller picture", 1)
    return _complain("interrupted", code) if code == _INTERRUPTED else code


def _steady_stdout() -> None:
    """Make stdout take any text, also one that its encoding lacks or that nobody will read."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open for as long as we run
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _wrong_usage(error: typer.BadParameter) -> int:
    """Without a message its help was printed, which says it all."""
    message = error.format_message()
    if not message:
        return error.exit_code
    hint = f" (see: {error.ctx.command_path} --help)" if error.ctx else ""
    return _complain(f"{message}{hint}", error.exit_code)


def _unwritten(error: OSError) -> int:
    """An error of a disk that no room foresaw: most likely the one behind stdout is full."""
    if isinstance(sys.stdout, TextIOWrapper):  # what is still to be written would fail again as the process ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    place = error.filename or "the output"
    return _complain(f"{place} cannot be used ({error.strerror or error}); check its folder and its space", 1)


def _complain(message: str, code: int) -> int:
    typer.echo(f"error: {' '.join(message.split())}", err=True)
    return code
