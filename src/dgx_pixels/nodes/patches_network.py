"""Nodes that reach into the U-Net or around it; the methods are in `engine.patching`, a file each."""

from typing import Annotated, Final, TypeAlias

from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sockets import Choice, Clip, Model, Range

_UNET: Final = "model_patches/unet"
_ATTENTION: Final = "_for_testing/attention_experiments"
_MULTIPLY: Final = "comfy_extras.nodes_attention_multiply"
_RESIZING: Final = ("bicubic", "nearest-exact", "bilinear", "area", "bislerp")

Factor: TypeAlias = Annotated[float, Range(0.0, 10.0, step=0.01)]
Part: TypeAlias = Annotated[float, Range(0.0, 1.0, step=0.001)]
Share: TypeAlias = Annotated[float, Range(0.0, 1.0, step=0.01)]
Threshold: TypeAlias = Annotated[float, Range(0.0, 3.0, step=0.01)]


@node("FreeU", category=_UNET, module="comfy_extras.nodes_freelunch", function="patch")
def freeu(*, model: Model, b1: Factor = 1.1, b2: Factor = 1.2, s1: Factor = 0.9, s2: Factor = 0.2) -> Model:
    """Weigh the way up against the skip connections (Si et al. 2023)."""
    from dgx_pixels.engine.patching import freeu as method

    return method.freeu(model, (b1, b2), (s1, s2))


@node("FreeU_V2", category=_UNET, module="comfy_extras.nodes_freelunch", function="patch")
def freeu_v2(*, model: Model, b1: Factor = 1.3, b2: Factor = 1.4, s1: Factor = 0.9, s2: Factor = 0.2) -> Model:
    """As FreeU, more where the features' mean is high."""
    from dgx_pixels.engine.patching import freeu as method

    return method.freeu(model, (b1, b2), (s1, s2), by_mean=True)


@node("PerturbedAttentionGuidance", category=_UNET, module="comfy_extras.nodes_pag", function="execute", v3=True)
def perturbed_attention_guidance(
    *, model: Model, scale: Annotated[float, Range(0.0, 100.0, step=0.01, extra={"round": 0.01})] = 3.0
) -> Model:
    """Guide away from a picture drawn without self-attention (Ahn et al. 2024)."""
    from dgx_pixels.engine.patching import perturbed_attention

    return perturbed_attention.perturbed_attention(model, scale)


@node(
    "SelfAttentionGuidance",
    title="Self-Attention Guidance",
    category="_for_testing",
    module="comfy_extras.nodes_sag",
    function="execute",
    v3=True,
    experimental=True,
)
def self_attention_guidance(
    *,
    model: Model,
    scale: Annotated[float, Range(-2.0, 5.0, step=0.01)] = 0.5,
    blur_sigma: Annotated[float, Range(0.0, 10.0, step=0.1)] = 2.0,
) -> Model:
    """Guide away from a picture blurred where the network looks most (Hong et al. 2023)."""
    from dgx_pixels.engine.patching import self_attention_guidance as method

    return method.self_attention_guidance(model, scale, blur_sigma)


@node("HyperTile", category=_UNET, module="comfy_extras.nodes_hypertile", function="execute", v3=True)
def hyper_tile(
    *,
    model: Model,
    tile_size: Annotated[int, Range(1, 2048)] = 256,
    swap_size: Annotated[int, Range(1, 128)] = 2,
    max_depth: Annotated[int, Range(0, 10)] = 0,
    scale_depth: bool = False,
) -> Model:
    """Attend within tiles, which is faster in large pictures."""
    from dgx_pixels.engine.patching import hypertile

    return hypertile.hyper_tile(model, tile_size, swap_size, max_depth, scale_depth=scale_depth)


@node("TomePatchModel", category=_UNET, module="comfy_extras.nodes_tomesd", function="execute", v3=True)
def token_merging(*, model: Model, ratio: Share = 0.3) -> Model:
    """Merge like tokens before they attend, which is faster (Bolya & Hoffman 2023)."""
    from dgx_pixels.engine.patching import tome

    return tome.token_merging(model, ratio)


@node(
    "PatchModelAddDownscale",
    title="PatchModelAddDownscale (Kohya Deep Shrink)",
    category=_UNET,
    module="comfy_extras.nodes_model_downscale",
    function="execute",
    v3=True,
)
def deep_shrink(
    *,
    model: Model,
    block_number: Annotated[int, Range(1, 32, step=1)] = 3,
    downscale_factor: Annotated[float, Range(0.1, 9.0, step=0.001)] = 2.0,
    start_percent: Part = 0.0,
    end_percent: Part = 0.35,
    downscale_after_skip: bool = True,
    downscale_method: Annotated[str, Choice(_RESIZING)],
    upscale_method: Annotated[str, Choice(_RESIZING)],
) -> Model:
    """Begin large pictures with a smaller inside, so that they are drawn as one."""
    from dgx_pixels.engine.patching import deep_shrink as method

    return method.deep_shrink(
        model,
        block_number,
        downscale_factor,
        (start_percent, end_percent),
        after_skip=downscale_after_skip,
        down=downscale_method,
        up=upscale_method,
    )


@node(
    "TorchCompileModel",
    category="_for_testing",
    module="comfy_extras.nodes_torch_compile",
    function="execute",
    v3=True,
    experimental=True,
)
def torch_compile(*, model: Model, backend: Annotated[str, Choice(("inductor", "cudagraphs"))]) -> Model:
    """Compile the model at its first step; where that is not possible, it runs as it is, and the log says so."""
    from dgx_pixels.engine.patching.compiled import Compiler

    return model.changed(compiler=Compiler(backend))


@node(
    "EasyCache",
    category="advanced/debug/model",
    module="comfy_extras.nodes_easycache",
    function="execute",
    v3=True,
    experimental=True,
)
def easy_cache(
    *,
    model: Model,
    reuse_threshold: Threshold = 0.2,
    start_percent: Share = 0.15,
    end_percent: Share = 0.95,
    verbose: bool = False,
) -> Model:
    """Leave out network calls while little changes (Zhou et al. 2025)."""
    from dgx_pixels.engine.patching import step_cache

    return step_cache.easy_cache(model, reuse_threshold, (start_percent, end_percent), verbose=verbose)


@node(
    "LazyCache",
    category="advanced/debug/model",
    module="comfy_extras.nodes_easycache",
    function="execute",
    v3=True,
    experimental=True,
)
def lazy_cache(
    *,
    model: Model,
    reuse_threshold: Threshold = 0.2,
    start_percent: Share = 0.15,
    end_percent: Share = 0.95,
    verbose: bool = False,
) -> Model:
    """As EasyCache, without measuring how the network follows its input."""
    from dgx_pixels.engine.patching import step_cache

    return step_cache.lazy_cache(model, reuse_threshold, (start_percent, end_percent), verbose=verbose)


@node(
    "UNetSelfAttentionMultiply",
    category=_ATTENTION,
    module=_MULTIPLY,
    function="execute",
    v3=True,
    experimental=True,
)
def scale_self_attention(
    *, model: Model, q: Factor = 1.0, k: Factor = 1.0, v: Factor = 1.0, out: Factor = 1.0
) -> Model:
    """Multiply the weights of self-attention."""
    from dgx_pixels.engine.patching.attention_scale import scaled_attention

    return scaled_attention(model, "attn1", q, k, v, out)


@node(
    "UNetCrossAttentionMultiply",
    category=_ATTENTION,
    module=_MULTIPLY,
    function="execute",
    v3=True,
    experimental=True,
)
def scale_cross_attention(
    *, model: Model, q: Factor = 1.0, k: Factor = 1.0, v: Factor = 1.0, out: Factor = 1.0
) -> Model:
    """Multiply the weights of the attention to the text."""
    from dgx_pixels.engine.patching.attention_scale import scaled_attention

    return scaled_attention(model, "attn2", q, k, v, out)


@node(
    "CLIPAttentionMultiply",
    category=_ATTENTION,
    module=_MULTIPLY,
    function="execute",
    v3=True,
    experimental=True,
)
def scale_text_attention(*, clip: Clip, q: Factor = 1.0, k: Factor = 1.0, v: Factor = 1.0, out: Factor = 1.0) -> Clip:
    """Multiply the weights of the text encoders' attention."""
    from dgx_pixels.engine.patching.attention_scale import scaled_text_attention

    return scaled_text_attention(clip, q, k, v, out)


NODES: Final[tuple[Node, ...]] = (
    freeu,
    freeu_v2,
    perturbed_attention_guidance,
    self_attention_guidance,
    hyper_tile,
    token_merging,
    deep_shrink,
    torch_compile,
    easy_cache,
    lazy_cache,
    scale_self_attention,
    scale_cross_attention,
    scale_text_attention,
)
