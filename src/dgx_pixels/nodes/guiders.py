"""Nodes that make a GUIDER: a model and what it is steered by."""

from typing import Annotated, Final

from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sampling_inputs import CUSTOM, Cfg
from dgx_pixels.nodes.sockets import Choice, Conditioning, Guider, Model, Range

_CATEGORY: Final = "sampling/custom_sampling/guiders"
_PERP_NEG: Final = "comfy_extras.nodes_perpneg"
NegScale = Annotated[float, Range(0.0, 100.0, 0.01)]


@node("CFGGuider", category=_CATEGORY, module=CUSTOM, function="get_guider")
def cfg_guider(*, model: Model, positive: Conditioning, negative: Conditioning, cfg: Cfg = 8.0) -> Guider:
    """Towards one text and away from another."""
    from dgx_pixels.engine.guiders import guided_by

    return guided_by(model, positive, negative, cfg)


@node("BasicGuider", category=_CATEGORY, module=CUSTOM, function="get_guider")
def basic_guider(*, model: Model, conditioning: Conditioning) -> Guider:
    """One text alone, without guidance."""
    from dgx_pixels.engine.guiders import guided_by

    return guided_by(model, conditioning, [], 1.0)


@node("DualCFGGuider", category=_CATEGORY, module=CUSTOM, function="get_guider")
def dual_cfg_guider(
    *,
    model: Model,
    cond1: Conditioning,
    cond2: Conditioning,
    negative: Conditioning,
    cfg_conds: Cfg = 8.0,
    cfg_cond2_negative: Cfg = 8.0,
    style: Annotated[str, Choice(("regular", "nested"))],
) -> Guider:
    """From the negative text through the second to the first, each with its own strength."""
    from dgx_pixels.engine.guiders import DualGuider

    guider = DualGuider(model, nested=style == "nested")
    guider.set_sides(cond1, cond2, negative)
    guider.set_cfgs(cfg_conds, cfg_cond2_negative)
    return guider


@node("PerpNegGuider", category="_for_testing", module=_PERP_NEG, v3=True, experimental=True, function="execute")
def perp_neg_guider(
    *,
    model: Model,
    positive: Conditioning,
    negative: Conditioning,
    empty_conditioning: Conditioning,
    cfg: Cfg = 8.0,
    neg_scale: NegScale = 1.0,
) -> Guider:
    """Away from only that part of the negative text that is no part of the positive one."""
    from dgx_pixels.engine.guiders import PerpNegGuider

    guider = PerpNegGuider(model, neg_scale)
    guider.set_sides(positive, negative, empty_conditioning)
    guider.set_cfg(cfg)
    return guider


@node(
    "PerpNeg",
    title="Perp-Neg (DEPRECATED by PerpNegGuider)",
    category="_for_testing",
    module=_PERP_NEG,
    v3=True,
    deprecated=True,
    experimental=True,
    function="execute",
)
def perp_neg(*, model: Model, empty_conditioning: Conditioning, neg_scale: NegScale = 1.0) -> Model:
    """A model that is guided as by PerpNegGuider."""
    from dgx_pixels.engine.guiders import perp_neg_patched

    return perp_neg_patched(model, empty_conditioning, neg_scale)


NODES: Final[tuple[Node, ...]] = (cfg_guider, basic_guider, dual_cfg_guider, perp_neg_guider, perp_neg)
