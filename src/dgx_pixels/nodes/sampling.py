"""Nodes that draw: a LATENT through a sampler, whole or in parts; and the noise that they start from."""

from typing import Annotated, Any, Final

from dgx_pixels.core.limits import MAX_STEPS
from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sampling_inputs import (
    CUSTOM,
    Cfg,
    Fraction,
    SamplerName,
    SchedulerName,
    Seed,
    Steps,
    watching,
)
from dgx_pixels.nodes.sockets import Choice, Conditioning, Guider, Latent, Model, Noise, Range, Sampler, Sigmas

_NOISE: Final = "sampling/custom_sampling/noise"
Step = Annotated[int, Range(0, MAX_STEPS)]


@node("KSampler", category="sampling", function="sample")
def ksampler(
    *,
    model: Model,
    seed: Seed = 0,
    steps: Steps = 20,
    cfg: Cfg = 8.0,
    sampler_name: SamplerName,
    scheduler: SchedulerName,
    positive: Conditioning,
    negative: Conditioning,
    latent_image: Latent,
    denoise: Fraction = 1.0,
) -> Latent:
    """Draw a latent from noise and texts; with denoise below 1 from the latent that it is given."""
    from dgx_pixels.engine.sampling import Settings, noise_of, run_settings

    settings = Settings(steps=steps, cfg=cfg, sampler=sampler_name, scheduler=scheduler, denoise=denoise)
    return run_settings(model, settings, noise_of(seed), positive, negative, latent_image, watching(model))


@node("KSamplerAdvanced", title="KSampler (Advanced)", category="sampling", function="sample")
def ksampler_advanced(
    *,
    model: Model,
    add_noise: Annotated[str, Choice(("enable", "disable"))],
    noise_seed: Seed = 0,
    steps: Steps = 20,
    cfg: Cfg = 8.0,
    sampler_name: SamplerName,
    scheduler: SchedulerName,
    positive: Conditioning,
    negative: Conditioning,
    latent_image: Latent,
    start_at_step: Step = 0,
    end_at_step: Step = MAX_STEPS,
    return_with_leftover_noise: Annotated[str, Choice(("disable", "enable"))],
    **more: Any,
) -> Latent:
    """Draw some of the steps of a schedule: begin with noise or without, end with noise left or without."""
    from dgx_pixels.engine.sampling import Settings, noise_of, run_settings

    settings = Settings(
        steps=steps,
        cfg=cfg,
        sampler=sampler_name,
        scheduler=scheduler,
        denoise=more.get("denoise", 1.0),
        start=start_at_step,
        end=end_at_step,
        full=return_with_leftover_noise != "enable",
    )
    noise = noise_of(noise_seed, add=add_noise != "disable")
    return run_settings(model, settings, noise, positive, negative, latent_image, watching(model))


@node(
    "SamplerCustom",
    category="sampling/custom_sampling",
    module=CUSTOM,
    function="sample",
    names=("output", "denoised_output"),
)
def sampler_custom(
    *,
    model: Model,
    add_noise: bool = True,
    noise_seed: Seed = 0,
    cfg: Cfg = 8.0,
    positive: Conditioning,
    negative: Conditioning,
    sampler: Sampler,
    sigmas: Sigmas,
    latent_image: Latent,
) -> tuple[Latent, Latent]:
    """Draw with a sampler and levels of one's own; the second output is the last clean estimate."""
    from dgx_pixels.engine.guiders import guided_by
    from dgx_pixels.engine.sampling import noise_of, run_guider

    guider = guided_by(model, positive, negative, cfg)
    noise = noise_of(noise_seed, add=add_noise)
    return run_guider(guider, noise, sampler, sigmas, latent_image, watching(model))


@node(
    "SamplerCustomAdvanced",
    category="sampling/custom_sampling",
    module=CUSTOM,
    function="sample",
    names=("output", "denoised_output"),
)
def sampler_custom_advanced(
    *, noise: Noise, guider: Guider, sampler: Sampler, sigmas: Sigmas, latent_image: Latent
) -> tuple[Latent, Latent]:
    """Draw with everything of one's own; the second output is the last clean estimate."""
    from dgx_pixels.engine.sampling import run_guider

    callback = watching(getattr(guider, "model", None))
    return run_guider(guider, noise, sampler, sigmas, latent_image, callback)


@node("RandomNoise", category=_NOISE, module=CUSTOM, function="get_noise")
def random_noise(*, noise_seed: Seed = 0) -> Noise:
    """Noise from a seed."""
    from dgx_pixels.engine.noise import SeededNoise

    return SeededNoise(noise_seed)


@node("DisableNoise", category=_NOISE, module=CUSTOM, function="get_noise")
def disable_noise() -> Noise:
    """No noise."""
    from dgx_pixels.engine.noise import NoNoise

    return NoNoise()


@node("AddNoise", category="_for_testing/custom_sampling/noise", module=CUSTOM, function="add_noise")
def add_noise(*, model: Model, noise: Noise, sigmas: Sigmas, latent_image: Latent) -> Latent:
    """A latent with the noise between the first and the last of the levels added."""
    from dgx_pixels.engine.sampling import add_noise as with_noise

    return with_noise(model, noise, sigmas, latent_image)


NODES: Final[tuple[Node, ...]] = (
    ksampler,
    ksampler_advanced,
    sampler_custom,
    sampler_custom_advanced,
    random_noise,
    disable_noise,
    add_noise,
)
