"""Every sampler, in the order they are offered; to add one, write a generator and append it here.

A sampler yields one `Step` after another. Progress, previews and cancellation belong to `loop`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Self

from torch import Tensor

from dgx_pixels.sampling.names import unknown_name
from dgx_pixels.sampling.noise import StepNoise, brownian_noise, generator_noise
from dgx_pixels.sampling.samplers.deis import deis
from dgx_pixels.sampling.samplers.dpm import dpm_adaptive, dpm_fast
from dgx_pixels.sampling.samplers.dpmpp import (
    dpmpp_2m,
    dpmpp_2m_cfg_pp,
    dpmpp_2s_ancestral,
    dpmpp_2s_ancestral_cfg_pp,
)
from dgx_pixels.sampling.samplers.dpmpp_sde import dpmpp_2m_sde, dpmpp_3m_sde, dpmpp_sde
from dgx_pixels.sampling.samplers.er_sde import er_sde
from dgx_pixels.sampling.samplers.euler import (
    ddpm,
    euler,
    euler_ancestral,
    euler_ancestral_cfg_pp,
    euler_cfg_pp,
    gradient_estimation,
    gradient_estimation_cfg_pp,
    lcm,
)
from dgx_pixels.sampling.samplers.functions import Function, as_function
from dgx_pixels.sampling.samplers.heun import dpm_2, dpm_2_ancestral, heun, heunpp2
from dgx_pixels.sampling.samplers.multistep import ipndm, ipndm_v, lms
from dgx_pixels.sampling.samplers.res import (
    res_multistep,
    res_multistep_ancestral,
    res_multistep_ancestral_cfg_pp,
    res_multistep_cfg_pp,
)
from dgx_pixels.sampling.samplers.sa_solver import sa_solver
from dgx_pixels.sampling.samplers.seeds import seeds_2, seeds_3
from dgx_pixels.sampling.samplers.step import Run, Step
from dgx_pixels.sampling.samplers.unipc import uni_pc, uni_pc_bh2


class Noise(Enum):
    """What a stochastic sampler draws from."""

    GENERATOR = "independent draws on the device"
    BROWNIAN = "a Brownian path on the CPU"
    BROWNIAN_GPU = "a Brownian path on the device"


@dataclass(frozen=True, slots=True)
class Sampler:
    """A sampler and what it needs beside a denoiser, a latent and levels (`Solver`)."""

    name: str
    run: Callable[..., Iterator[Step]]
    """Generator of (denoise, x, sigmas), and of ``noise`` and ``window`` where the fields below say so."""
    noise: Noise | None = None
    """None: deterministic."""
    needs_uncond: bool = False
    """CFG++: calls ``denoise.both``, even where cfg is 1."""
    drops_second_last: bool = False
    """Runs on a schedule one step longer with the second-last level left out."""
    window: tuple[float, float] | None = None
    """Percents of the sampling between which it is stochastic."""
    own_inpaint_noise: bool = False
    """The kept part of an inpainting is noised with the next seed's noise instead of the initial noise."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Further arguments of ``run``."""

    def with_options(self, **options: Any) -> Self:
        """The same with further arguments."""
        return replace(self, options={**self.options, **options})

    def solve(self, run: Run) -> Tensor:
        """The latent (B, C, h, w) at the last level of a run; each step is told."""
        x = run.x
        for step in self.run(run.denoise, x, run.levels, **{**self._extras(run), **self.options}):
            x = step.x
            run.tell(step)
        return x

    @property
    def sampler_function(self) -> Function:
        """The same in k-diffusion's form (`functions`), as node packs call it: with ``extra_options``."""
        return as_function(lambda run, options: replace(self, options=options).solve(run))

    @property
    def extra_options(self) -> dict[str, Any]:
        """``options``, under the name that node packs know."""
        return dict(self.options)

    @property
    def inpaint_options(self) -> dict[str, Any]:
        """How an inpainting is noised, as node packs know it."""
        return {"random": True} if self.own_inpaint_noise else {}

    def _extras(self, run: Run) -> dict[str, StepNoise | tuple[float, float]]:
        """What the generator asks for beside denoiser, latent and levels."""
        extras: dict[str, StepNoise | tuple[float, float]] = {}
        if self.noise is Noise.GENERATOR:
            extras["noise"] = generator_noise(run.x, run.seed)
        elif self.noise:
            extras["noise"] = brownian_noise(run.x, run.levels, run.seed, on_cpu=self.noise is Noise.BROWNIAN)
        if self.window:
            high, low = self.window
            extras["window"] = run.table.percent_to_sigma(high), run.table.percent_to_sigma(low)
        return extras


SAMPLERS: Final = (
    Sampler("euler", euler),
    Sampler("euler_cfg_pp", euler_cfg_pp, needs_uncond=True),
    Sampler("euler_ancestral", euler_ancestral, Noise.GENERATOR),
    Sampler("euler_ancestral_cfg_pp", euler_ancestral_cfg_pp, Noise.GENERATOR, needs_uncond=True),
    Sampler("heun", heun),
    Sampler("heunpp2", heunpp2),
    Sampler("dpm_2", dpm_2, drops_second_last=True),
    Sampler("dpm_2_ancestral", dpm_2_ancestral, Noise.GENERATOR, drops_second_last=True),
    Sampler("lms", lms),
    Sampler("dpm_fast", dpm_fast),
    Sampler("dpm_adaptive", dpm_adaptive),
    Sampler("dpmpp_2s_ancestral", dpmpp_2s_ancestral, Noise.GENERATOR),
    Sampler("dpmpp_2s_ancestral_cfg_pp", dpmpp_2s_ancestral_cfg_pp, Noise.GENERATOR, needs_uncond=True),
    Sampler("dpmpp_sde", dpmpp_sde, Noise.BROWNIAN),
    Sampler("dpmpp_sde_gpu", dpmpp_sde, Noise.BROWNIAN_GPU),
    Sampler("dpmpp_2m", dpmpp_2m),
    Sampler("dpmpp_2m_cfg_pp", dpmpp_2m_cfg_pp, needs_uncond=True),
    Sampler("dpmpp_2m_sde", dpmpp_2m_sde, Noise.BROWNIAN),
    Sampler("dpmpp_2m_sde_gpu", dpmpp_2m_sde, Noise.BROWNIAN_GPU),
    Sampler("dpmpp_2m_sde_heun", dpmpp_2m_sde, Noise.BROWNIAN, options={"solver_type": "heun"}),
    Sampler("dpmpp_2m_sde_heun_gpu", dpmpp_2m_sde, Noise.BROWNIAN_GPU, options={"solver_type": "heun"}),
    Sampler("dpmpp_3m_sde", dpmpp_3m_sde, Noise.BROWNIAN),
    Sampler("dpmpp_3m_sde_gpu", dpmpp_3m_sde, Noise.BROWNIAN_GPU),
    Sampler("ddpm", ddpm, Noise.GENERATOR),
    Sampler("lcm", lcm, Noise.GENERATOR),
    Sampler("ipndm", ipndm),
    Sampler("ipndm_v", ipndm_v),
    Sampler("deis", deis),
    Sampler("res_multistep", res_multistep),
    Sampler("res_multistep_cfg_pp", res_multistep_cfg_pp, needs_uncond=True),
    Sampler("res_multistep_ancestral", res_multistep_ancestral, Noise.GENERATOR),
    Sampler("res_multistep_ancestral_cfg_pp", res_multistep_ancestral_cfg_pp, Noise.GENERATOR, needs_uncond=True),
    Sampler("gradient_estimation", gradient_estimation),
    Sampler("gradient_estimation_cfg_pp", gradient_estimation_cfg_pp, needs_uncond=True),
    Sampler("er_sde", er_sde, Noise.GENERATOR),
    Sampler("seeds_2", seeds_2, Noise.GENERATOR),
    Sampler("seeds_3", seeds_3, Noise.GENERATOR),
    Sampler("sa_solver", sa_solver, Noise.GENERATOR, window=(0.2, 0.8)),
    Sampler("sa_solver_pece", sa_solver, Noise.GENERATOR, window=(0.2, 0.8), options={"use_pece": True}),
    Sampler("ddim", euler, own_inpaint_noise=True),
    Sampler("uni_pc", uni_pc, drops_second_last=True),
    Sampler("uni_pc_bh2", uni_pc_bh2, drops_second_last=True),
)
"""Every sampler, in the order they are offered."""

SAMPLER_NAMES: Final = tuple(sampler.name for sampler in SAMPLERS)


def sampler_named(name: str) -> Sampler:
    """The sampler of that name; UsageError names those offered."""
    for sampler in SAMPLERS:
        if sampler.name == name:
            return sampler
    raise unknown_name("sampler", name, SAMPLER_NAMES)
