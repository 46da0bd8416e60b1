"""Settings of a command: those of the environment, changed by what the command line says."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dgx_pixels.core.server_settings import ServerSettings
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


def server_settings(**changes: Any) -> "ServerSettings":
    """Settings of a server; ``changes`` that are not None win over the environment.

    Raises UsageError for a value that is not offered.
    """
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from dgx_pixels.core.errors import UsageError
    from dgx_pixels.core.server_settings import ServerSettings

    try:
        return ServerSettings(**{name: value for name, value in changes.items() if value is not None})
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(map(str, fault["loc"][:1]))
        raise UsageError(f"{name} is {fault['input']!r}: {fault['msg'].lower()}; see --help") from error
    except SettingsError as error:
        raise UsageError(f"a variable DGX_PIXELS_... is not what it should be: {error}") from error
