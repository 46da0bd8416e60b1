"""The command ``dgx-pixels``: one line on stderr and an exit code for whatever goes wrong.

Commands import what is heavy inside their bodies, so that ``--help`` answers at once.
"""

import sys
from typing import Annotated, cast

import typer

from dgx_pixels import __version__
from dgx_pixels.cli import dev, generate, models, show, train
from dgx_pixels.core.errors import DgxPixelsError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command()(generate.generate)
app.command()(show.show)
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


def main() -> None:
    """Run the command line; exit 2 for wrong usage, 1 for a failure, 130 when interrupted."""
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        if (message := error.format_message()) and error.ctx:
            code = _complain(f"{message} (see: {error.ctx.command_path} --help)", error.exit_code)
        else:
            code = error.exit_code
    except _ClickError as error:
        code = _complain(error.format_message(), error.exit_code)
    except DgxPixelsError as error:
        code = _complain(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = _complain("interrupted", 130)
    sys.exit(code)


def _complain(message: str, code: int) -> int:
    typer.echo(f"error: {' '.join(message.split())}", err=True)
    return code
