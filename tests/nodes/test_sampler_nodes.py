"""SAMPLER values: with their defaults they are those of the list, and every number of a node arrives."""

import pytest
import torch
from contract import Names

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes import samplers
from dgx_pixels.nodes.declare import node_class
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.names import SAMPLERS, SCHEDULES
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.samplers import SAMPLER_NAMES
from dgx_pixels.sampling.schedules import SCHEDULES as FUNCTIONS
from dgx_pixels.sampling.schedules import sampler_sigmas
from dgx_pixels.sampling.sigmas import SigmaTable

CLASSES = {node.name: node_class(node, Names()) for node in samplers.NODES}
TABLE = SigmaTable.discrete()
NOISE = initial_noise((1, 4, 4, 4), 5)


class Model:
    table = TABLE


class Guide:
    """x0 and an unconditional x0 that differ."""

    def __call__(self, x, sigma):
        return x / (1 + sigma**2) + 0.3

    def both(self, x, sigma):
        return self(x, sigma), x / (1 + sigma**2) - 0.2


def node(name, **changes):
    cls = CLASSES[name]
    inputs = {"model": Model} if name == "SamplerSASolver" else {}
    for input_name, (kind, *rest) in cls.INPUT_TYPES()["required"].items():
        options = rest[0] if rest else {}
        choices = kind if isinstance(kind, list) else options.get("options")
        if input_name != "model":
            inputs[input_name] = options.get("default", choices[0] if choices else False)
    return getattr(cls(), cls.FUNCTION)(**(inputs | changes))[0]


def run(sampler):
    sigmas = sampler_sigmas(TABLE, "euler", "karras", 6)
    return sample(Guide(), table=TABLE, sampler=sampler, sigmas=sigmas, noise=NOISE, seed=5)


def test_names_without_torch_are_those_with_it():
    assert SAMPLERS == SAMPLER_NAMES
    assert tuple(FUNCTIONS) == SCHEDULES


@pytest.mark.parametrize("name", SAMPLERS)
def test_select(name):
    assert torch.equal(run(node("KSamplerSelect", sampler_name=name)), run(name))


@pytest.mark.parametrize(
    ("name", "changes", "same"),
    [
        ("SamplerEulerAncestral", {}, "euler_ancestral"),
        ("SamplerEulerAncestralCFGPP", {}, "euler_ancestral_cfg_pp"),
        ("SamplerLMS", {}, "lms"),
        ("SamplerDPMPP_3M_SDE", {}, "dpmpp_3m_sde_gpu"),
        ("SamplerDPMPP_3M_SDE", {"noise_device": "cpu"}, "dpmpp_3m_sde"),
        ("SamplerDPMPP_2M_SDE", {"noise_device": "cpu"}, "dpmpp_2m_sde"),
        ("SamplerDPMPP_2M_SDE", {"solver_type": "heun"}, "dpmpp_2m_sde_heun_gpu"),
        ("SamplerDPMPP_SDE", {"noise_device": "cpu"}, "dpmpp_sde"),
        ("SamplerDPMPP_2S_Ancestral", {}, "dpmpp_2s_ancestral"),
        ("SamplerDPMAdaptative", {}, "dpm_adaptive"),
        ("SamplerER_SDE", {}, "er_sde"),
        ("SamplerSASolver", {}, "sa_solver"),
        ("SamplerSASolver", {"use_pece": True}, "sa_solver_pece"),
        ("SamplerLCMUpscale", {"upscale_method": "nearest-exact"}, "lcm"),
        ("SamplerEulerCFGpp", {}, "euler_cfg_pp"),
    ],
)
def test_defaults_are_the_sampler_of_the_list(name, changes, same):
    torch.manual_seed(5)  # the growing sampler draws from the global generator
    assert torch.equal(run(node(name, **changes)), run(same))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        *[("SamplerEulerAncestral", {k: 0.5}) for k in ("eta", "s_noise")],
        *[("SamplerEulerAncestralCFGPP", {k: 0.5}) for k in ("eta", "s_noise")],
        ("SamplerLMS", {"order": 2}),
        *[("SamplerDPMPP_3M_SDE", {k: 0.5}) for k in ("eta", "s_noise")],
        *[("SamplerDPMPP_2M_SDE", {k: 0.5}) for k in ("eta", "s_noise")],
        *[("SamplerDPMPP_SDE", {k: 0.4}) for k in ("eta", "s_noise", "r")],
        *[("SamplerDPMPP_2S_Ancestral", {k: 0.5}) for k in ("eta", "s_noise")],
        *[("SamplerDPMAdaptative", {k: 0.5}) for k in ("rtol", "atol", "h_init", "pcoeff", "icoeff", "dcoeff", "eta")],
        *[("SamplerDPMAdaptative", c) for c in ({"order": 2}, {"accept_safety": 0.99}, {"eta": 0.5, "s_noise": 0.5})],
        *[("SamplerER_SDE", c) for c in ({"s_noise": 0.5}, {"max_stage": 1}, {"solver_type": "Reverse-time SDE"})],
        *[("SamplerER_SDE", {"solver_type": s, "eta": 0.5}) for s in ("Reverse-time SDE", "ODE")],
        *[("SamplerSASolver", {k: 0.5}) for k in ("eta", "s_noise", "sde_start_percent", "sde_end_percent")],
        *[("SamplerSASolver", c) for c in ({"predictor_order": 2}, {"corrector_order": 0})],
        ("SamplerSASolver", {"predictor_order": 2, "simple_order_2": True}),
        ("SamplerEulerCFGpp", {"version": "alternative"}),
    ],
    ids=str,
)
def test_every_number_arrives(name, changes):
    assert not torch.equal(run(node(name, **changes)), run(node(name)))


def test_the_ode_draws_no_noise():
    ode = node("SamplerER_SDE", solver_type="ODE")
    still = node("SamplerER_SDE", solver_type="Reverse-time SDE", eta=0.0)
    assert torch.equal(run(ode), run(still))
    assert torch.equal(run(ode), run(node("SamplerER_SDE", solver_type="ODE", s_noise=0.3)))


@pytest.mark.parametrize("method", ["bislerp", "nearest-exact", "bilinear", "area", "bicubic"])
def test_a_growing_picture(method):
    grown = run(node("SamplerLCMUpscale", scale_ratio=1.5, scale_steps=2, upscale_method=method))
    assert grown.shape == (1, 4, 6, 6)
    assert bool(grown.isfinite().all())


def test_a_look_ahead_of_nothing_is_refused():
    with pytest.raises(UsageError, match="above 0"):
        node("SamplerDPMPP_SDE", r=0.0)
