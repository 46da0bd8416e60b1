"""Settings of a command: those of the environment, changed by what the command line says."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dgx_pixels.core.settings import Settings


def settings_of(ctx: typer.Context, **changes: str | None) -> "Settings":
    """Those of the command line above, else of the environment; ``changes`` that are not None win.

    Raises UsageError for a value in the environment that is not offered.
    """
    from pydantic import ValidationError

    from dgx_pixels.core.errors import UsageError
    from dgx_pixels.core.settings import Settings

    try:
        settings = ctx.find_object(Settings) or Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = "DGX_PIXELS_" + "_".join(map(str, fault["loc"])).upper()
        raise UsageError(f"{name} is {fault['input']!r}: {fault['msg'].lower()}") from error
    return settings.model_copy(update={name: value for name, value in changes.items() if value is not None})
