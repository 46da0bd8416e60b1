"""``dgx-pixels serve``: the server, started with ComfyUI's flags. Its options, and the settings they make."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from dgx_pixels.cli.comfy_flags import spread
from dgx_pixels.cli.settings import server_settings

if TYPE_CHECKING:
    from dgx_pixels.core.server_settings import ServerSettings

_NET, _FILES, _NODES, _RUN, _MACHINE, _LOG = "Network", "Files", "Nodes", "Jobs", "Machine", "Log"
_SPREAD = "dgx_pixels.without_effect"


class ServeCommand(TyperCommand):
    """A command that understands ComfyUI's way to write flags."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Bring the words into the usual form first."""
        written = spread(args)
        ctx.meta[_SPREAD] = written.without_effect
        return super().parse_args(ctx, written.words)


def _option(about: str, panel: str, *names: str) -> Any:
    return typer.Option(*names, help=about, rich_help_panel=panel)


def serve(
    ctx: typer.Context,
    *,
    listen: Annotated[str | None, _option("Addresses, with commas; without a value all of them.", _NET)] = None,
    port: Annotated[int | None, _option("By default 8188; 0 takes any free one.", _NET)] = None,
    token: Annotated[str | None, _option("What clients must show; beyond this machine one is made.", _NET)] = None,
    allowed_host: Annotated[list[str] | None, _option("Further names this server goes by.", _NET)] = None,
    enable_cors_header: Annotated[str | None, _option("Let pages of this origin (no value: any) in.", _NET)] = None,
    tls_keyfile: Annotated[Path | None, _option("Private key: the server speaks https.", _NET)] = None,
    tls_certfile: Annotated[Path | None, _option("Certificate that goes with the key.", _NET)] = None,
    max_upload_size: Annotated[float | None, _option("Largest upload in MB; by default 100.", _NET)] = None,
    enable_compress_response_body: Annotated[
        bool, _option("Gzip JSON and text.", _NET, "--enable-compress-response-body")
    ] = False,
    home: Annotated[Path | None, _option("Folder of models, inputs, outputs, jobs.", _FILES)] = None,
    base_directory: Annotated[Path | None, _option("ComfyUI's word for --home.", _FILES)] = None,
    output_directory: Annotated[Path | None, _option("Where finished pictures go.", _FILES)] = None,
    input_directory: Annotated[Path | None, _option("Where uploads go.", _FILES)] = None,
    temp_directory: Annotated[Path | None, _option("A folder temp in it holds previews.", _FILES)] = None,
    user_directory: Annotated[Path | None, _option("Where settings and workflows are kept.", _FILES)] = None,
    extra_model_paths_config: Annotated[
        list[Path] | None, _option("Further files like extra_model_paths.yaml.", _FILES)
    ] = None,
    front_end_root: Annotated[Path | None, _option("Folder served instead of the editor.", _FILES)] = None,
    multi_user: Annotated[bool, _option("Keep files of several users apart.", _FILES, "--multi-user")] = False,
    default_hashing_function: Annotated[str | None, _option("md5, sha1, sha256 or sha512.", _FILES)] = None,
    custom_nodes: Annotated[list[Path] | None, _option("Further folders of node packs.", _NODES)] = None,
    disable_all_custom_nodes: Annotated[
        bool, _option("Load no node packs.", _NODES, "--disable-all-custom-nodes")
    ] = False,
    whitelist_custom_nodes: Annotated[list[str] | None, _option("Packs to load all the same.", _NODES)] = None,
    cache_classic: Annotated[bool, _option("Keep results of the last job (default).", _RUN, "--cache-classic")] = False,
    cache_lru: Annotated[int | None, _option("Keep this many results of nodes.", _RUN)] = None,
    cache_none: Annotated[bool, _option("Keep none.", _RUN, "--cache-none")] = False,
    preview_method: Annotated[str | None, _option("none, auto, latent2rgb or taesd.", _RUN)] = None,
    preview_size: Annotated[int | None, _option("Side of previews in pixels; by default 512.", _RUN)] = None,
    disable_metadata: Annotated[bool, _option("Save no workflow in files.", _RUN, "--disable-metadata")] = False,
    max_queue: Annotated[int | None, _option("Jobs that may wait; by default 1000.", _RUN)] = None,
    max_history: Annotated[int | None, _option("Ended jobs remembered; by default 10000.", _RUN)] = None,
    job_timeout: Annotated[float | None, _option("Seconds without progress before a job fails.", _RUN)] = None,
    grace: Annotated[float | None, _option("Seconds a job gets to end after SIGTERM; 30.", _RUN)] = None,
    device: Annotated[str | None, _option("auto, cpu, cuda or cuda:N.", _MACHINE)] = None,
    dtype: Annotated[str | None, _option("auto, fp32, fp16 or bf16.", _MACHINE)] = None,
    warm: Annotated[bool, _option("Start the worker at once, not with the first job.", _MACHINE, "--warm")] = False,
    cpu: Annotated[bool, _option("Same as --device cpu.", _MACHINE, "--cpu")] = False,
    cuda_device: Annotated[int | None, _option("Same as --device cuda:N.", _MACHINE)] = None,
    default_device: Annotated[int | None, _option("Same as --cuda-device here.", _MACHINE)] = None,
    force_fp32: Annotated[bool, _option("Same as --dtype fp32.", _MACHINE, "--force-fp32", "--fp32-unet")] = False,
    force_fp16: Annotated[bool, _option("Same as --dtype fp16.", _MACHINE, "--force-fp16", "--fp16-unet")] = False,
    bf16_unet: Annotated[bool, _option("Same as --dtype bf16.", _MACHINE, "--bf16-unet")] = False,
    verbose: Annotated[str | None, _option("Log from this level on; no value: debug.", _LOG)] = None,
    log_stdout: Annotated[bool, _option("Log to stdout instead of stderr.", _LOG, "--log-stdout")] = False,
    quick_test_for_ci: Annotated[bool, _option("Start, then stop.", _LOG, "--quick-test-for-ci")] = False,
) -> None:
    """Serve ComfyUI's protocol and our own: jobs are queued, drawn and kept.

    Flags of ComfyUI that tune its memory or its attention are accepted and have no effect.
    """
    given: dict[str, Any] = {
        "listen": tuple(part.strip() for part in listen.split(",") if part.strip()) if listen else None,
        "port": port,
        "token": token,
        "allowed_hosts": tuple(allowed_host or ()) or None,
        "cors_origin": enable_cors_header,
        "tls_keyfile": tls_keyfile,
        "tls_certfile": tls_certfile,
        "max_upload_mb": max_upload_size,
        "compress": enable_compress_response_body or None,
        "home": home or base_directory,
        "output_directory": output_directory,
        "input_directory": input_directory,
        "temp_directory": temp_directory,
        "user_directory": user_directory,
        "extra_model_paths": tuple(extra_model_paths_config or ()) or None,
        "frontend_root": front_end_root,
        "multi_user": multi_user or None,
        "hashing_function": default_hashing_function,
        "custom_nodes": tuple(custom_nodes or ()) or None,
        "disable_all_custom_nodes": disable_all_custom_nodes or None,
        "whitelist_custom_nodes": tuple(whitelist_custom_nodes or ()) or None,
        "cache": _cache(cache_lru, classic=cache_classic, none=cache_none),
        "cache_lru": cache_lru,
        "preview_method": preview_method,
        "preview_size": preview_size,
        "disable_metadata": disable_metadata or None,
        "max_queue": max_queue,
        "max_history": max_history,
        "job_timeout": job_timeout,
        "grace": grace,
        "device": device or _device(cuda_device if cuda_device is not None else default_device, cpu=cpu),
        "dtype": dtype or _dtype(fp32=force_fp32, fp16=force_fp16, bf16=bf16_unet),
        "warm": warm or None,
        "log_level": verbose.lower().replace("critical", "error") if verbose else None,
    }
    _serve(server_settings(**given), ctx.meta[_SPREAD], log_stdout=log_stdout, once=quick_test_for_ci)


def _cache(lru: int | None, *, classic: bool, none: bool) -> str | None:
    if none:
        return "none"
    return "lru" if lru else "classic" if classic or lru == 0 else None


def _device(index: int | None, *, cpu: bool) -> str | None:
    return "cpu" if cpu else None if index is None else f"cuda:{index}"


def _dtype(*, fp32: bool, fp16: bool, bf16: bool) -> str | None:
    return "fp32" if fp32 else "fp16" if fp16 else "bf16" if bf16 else None


def _serve(settings: "ServerSettings", without_effect: list[str], *, log_stdout: bool, once: bool) -> None:
    import logging

    from dgx_pixels.server.logbook import keep_log
    from dgx_pixels.server.run import serve as run

    _check(settings)
    logs = keep_log(settings.log_level, sys.stdout if log_stdout else sys.stderr)
    if without_effect:
        flags = ", ".join(dict.fromkeys(without_effect))
        logging.getLogger(__name__).warning("no effect here, as the engine decides by itself: %s", flags)
    run(settings, logs, once=once)


def _check(settings: "ServerSettings") -> None:
    """Raise UsageError for a device that nobody has and for folders asked for by name that are not there."""
    import re

    from dgx_pixels.core.errors import UsageError

    if not re.fullmatch(r"auto|cpu|cuda(:[0-9]+)?", settings.device):
        raise UsageError(f"there is no device {settings.device!r}; devices are auto, cpu, cuda and cuda:N")
    named = {"--front-end-root": (settings.frontend_root,), "--custom-nodes": settings.custom_nodes}
    for flag, folders in named.items():
        for folder in folders:
            if folder is not None and not folder.is_dir():
                raise UsageError(f"{flag} {folder}: there is no such folder; check the path")
