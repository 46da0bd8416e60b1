"""Second-order samplers that look ahead: two or three network calls a step, one where the step ends clean."""

from collections.abc import Iterator
from itertools import pairwise

from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, ancestral


def heun(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Heun's trapezoid steps (Karras et al. 2022, algorithm 1, without churn)."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        d = (x - x0) / s
        ahead = x + d * (t - s)
        x = x + (d + _slope(denoise, ahead, t)) / 2 * (t - s) if t else ahead
        yield Step(x, x0, s)


def heunpp2(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Heun++ of two look-aheads, weighted by their level over the first (Wang et al. 2023, "Heun++")."""
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        slopes = [(x - x0) / s]
        ahead = x
        for level, below in pairwise(sigmas[i : i + 3]):
            if below == sigmas[-1]:
                break
            ahead = ahead + slopes[-1] * (below - level)
            slopes.append(_slope(denoise, ahead, below))
        weights = [level / (len(slopes) * sigmas[0]) for level in sigmas[i + 1 : i + len(slopes)]]
        d = sum((w * slope for w, slope in zip(weights, slopes[1:], strict=True)), (1 - sum(weights)) * slopes[0])
        x = x + d * (t - s)
        yield Step(x, x0, s)


def dpm_2(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Midpoint steps, the middle being the geometric mean (DPM-Solver-2's choice: Lu et al. 2022)."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        x = _midpoint(denoise, x, x0, s, t)
        yield Step(x, x0, s)


def dpm_2_ancestral(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """`dpm_2` down to a lower level, then fresh noise up to the next."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        down, up = ancestral(s, t)
        x = _midpoint(denoise, x, x0, s, down)
        if down:
            x = x + noise(s, t) * up
        yield Step(x, x0, s)


def _slope(denoise: Denoiser, x: Tensor, sigma: Tensor) -> Tensor:
    """Direction of the ODE at a level."""
    return (x - denoise(x, sigma)) / sigma


def _midpoint(denoise: Denoiser, x: Tensor, x0: Tensor, s: Tensor, t: Tensor) -> Tensor:
    """Step to ``t`` along the slope in the middle; along the slope at ``s`` where ``t`` is 0."""
    d = (x - x0) / s
    if t == 0:
        return x + d * (t - s)
    middle = s.log().lerp(t.log(), 0.5).exp()
    return x + _slope(denoise, x + d * (middle - s), middle) * (t - s)
